/** One run: what set it off, how it ended, what it took, and every event of it. */
import { type ReactNode, useEffect } from 'react';
import { ProblemError } from '#shared/client/problem-error.ts';
import type { Run } from '#shared/protocol/run.ts';
import { conversationPath, go, runPath } from '#web/app/routes.ts';
import { useUser } from '#web/app/signed-in.ts';
import { conversationQuery } from '#web/data/conversations.ts';
import { useFresh } from '#web/data/security.ts';
import { useQuery } from '#web/data/use-query.ts';
import { useRenewed } from '#web/data/use-renewed.ts';
import { traceQuery } from '#web/data/work.ts';
import { titleOf } from '#web/features/list/title.ts';
import { Loading, Section } from '#web/features/settings/section.tsx';
import { count, dollars, duration } from '#web/ui/amounts.ts';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { BackIcon } from '#web/ui/icons.tsx';
import { Link } from '#web/ui/link.tsx';
import { modelWords } from '#web/ui/model-words.ts';
import { exactTime } from '#web/ui/time.ts';
import { useTitle } from '#web/ui/use-title.ts';
import { Report } from './rehearsal-report.tsx';
import { WholeTrace } from './whole-trace.tsx';
import { runSaid, triggerWords } from './work-words.ts';
import '#web/features/settings/settings.css';
import './work.css';
import './run.css';

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const many = (value: number, one: string) =>
  value === 0 ? `no ${one}s` : `${count(value)} ${one}${value === 1 ? '' : 's'}`;

const Code = ({ name, id }: { name: string; id: string }) => (
  <Fact name={name}>
    <code>{id}</code> <CopyButton text={id} label={`Copy: ${name}`} />
  </Fact>
);

function Facts({ run, zone }: { run: Run; zone: string }) {
  const { trigger, usage, startedAt, endedAt, workMs, turns, steps, tools, cost, demo, model } = run;
  const { source } = trigger;
  const { tone, word, why, remedy } = runSaid(run);
  const read = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const waited = endedAt === null ? 0 : Date.parse(endedAt) - Date.parse(startedAt) - workMs;
  // What is run by hand is due when it begins, and then it says nothing.
  const due = trigger.type === 'schedule' && source !== undefined && source.dueAt !== startedAt;
  const together = source?.together ?? [];
  return (
    <dl className="run-facts">
      <Fact name="Outcome">
        <span className="status" data-tone={tone}>
          <i aria-hidden="true" />
          {word}
        </span>
        {why !== null && (
          <span className="muted">
            {' '}
            {why}
            {remedy !== null && `. ${remedy}`}
          </span>
        )}
      </Fact>
      {together.length > 0 && (
        <Fact name="Together with">{together.map((each) => `“${each.name}”`).join(', ')}</Fact>
      )}
      {due && <Fact name="Was due">{exactTime(source.dueAt, zone)}</Fact>}
      <Fact name="Began">{exactTime(startedAt, zone)}</Fact>
      {endedAt !== null && <Fact name="Ended">{exactTime(endedAt, zone)}</Fact>}
      <Fact name="At work">
        {duration(workMs)}
        {/* Less than that is between two commits. */}
        {waited > 2_000 && <span className="muted"> and waited {duration(waited)}</span>}
      </Fact>
      <Fact name="Did">
        {many(turns, 'turn')}, {many(steps, 'step')}, {many(tools, 'tool call')}
      </Fact>
      <Fact name="Tokens read">
        {count(read)}
        {usage.cacheReadTokens > 0 && (
          <span className="muted"> ({count(usage.cacheReadTokens)} from the cache)</span>
        )}
      </Fact>
      <Fact name="Tokens written">{count(usage.outputTokens)}</Fact>
      <Fact name="Cost">
        {dollars(cost)}
        {demo && <span className="muted"> at the demo model’s made-up price</span>}
      </Fact>
      <Fact name="Model">{demo ? 'Demo model' : modelWords(model)}</Fact>
      <Code name="Run" id={run.id} />
      <Code name="Conversation" id={run.conversationId} />
      {source !== undefined && !source.board && !source.rehearsal && (
        <Code name={trigger.type === 'webhook' ? 'Webhook' : 'Schedule'} id={source.id} />
      )}
    </dl>
  );
}

export function RunPage({ id, runId }: { id: string; runId: string }) {
  const { timezone } = useUser();
  const { data: conversation } = useQuery(conversationQuery(id));
  const query = traceQuery(id, runId);
  const { data, error, refetch } = useFresh(query);
  useRenewed(query, conversation?.rev);
  const title = conversation ? titleOf(conversation) : 'Conversation';
  useTitle(`${title}: a run`);
  const missing = data === null || (error instanceof ProblemError && error.code === 'not_found');
  const whole = data?.run.id;
  useEffect(() => {
    // What was named by its place in the log has an address of its own.
    if (whole !== undefined && whole !== runId) go(runPath(id, whole), { replace: true });
  }, [whole, id, runId]);
  return (
    <>
      <header className="head">
        <Link href={`${conversationPath(id)}/work`} className="quiet button" aria-label="Back to all runs">
          <BackIcon />
        </Link>
        <h1 id="title" tabIndex={-1}>
          {data ? triggerWords(data.run) : 'Run'}
        </h1>
        <Link href={conversationPath(id)} className="in-conversation">
          {title}
        </Link>
      </header>
      <div className="scroll">
        <div className="work">
          {data ? (
            <>
              <Section title="This run">
                <Facts run={data.run} zone={timezone} />
              </Section>
              {data.rehearsal && <Report conversationId={id} runId={data.run.id} report={data.rehearsal} />}
              <Section title="What happened" lead="Every event, in order. Lines with more to them open.">
                <WholeTrace key={data.run.id} trace={data} zone={timezone} />
              </Section>
            </>
          ) : missing ? (
            <div className="blank">
              <p>
                <b>There is no such run</b>
              </p>
              <p className="muted">
                It has not begun yet, is older than what is kept, was deleted with its conversation, or the
                address is not whole.{' '}
                <Link href={`${conversationPath(id)}/work`}>All runs of the conversation</Link>
              </p>
            </div>
          ) : (
            <Loading error={error} refetch={refetch} label="run" />
          )}
        </div>
      </div>
    </>
  );
}
