/** What a conversation did: every run with its trigger, its cost and its outcome; each leads to its own page. */
import type { Run } from '#shared/protocol/run.ts';
import { runPath } from '#web/app/routes.ts';
import { useUser } from '#web/app/signed-in.ts';
import { useLivePaged } from '#web/data/use-paged.ts';
import { runsOf } from '#web/data/work.ts';
import { More } from '#web/features/settings/more.tsx';
import { Loading } from '#web/features/settings/section.tsx';
import { dollars, duration } from '#web/ui/amounts.ts';
import { Link } from '#web/ui/link.tsx';
import { fullTime } from '#web/ui/time.ts';
import { useNow } from '#web/ui/use-now.ts';
import { runSaid, triggerWords, whenWords } from './work-words.ts';

const many = (value: number, one: string) => `${value} ${one}${value === 1 ? '' : 's'}`;

function RunItem({ run, zone, now }: { run: Run; zone: string; now: number }) {
  const { tone, word, why, remedy } = runSaid(run);
  const facts = [
    ...(run.status === 'running' ? [] : [duration(run.workMs)]),
    many(run.steps, 'step'),
    ...(run.tools === 0 ? [] : [many(run.tools, 'tool call')]),
    dollars(run.cost),
  ];
  return (
    <li>
      <Link href={runPath(run.conversationId, run.id)}>
        <span className="said-by">
          <b>{triggerWords(run)}</b>
          <time dateTime={run.startedAt} title={fullTime(run.startedAt, zone)}>
            {whenWords(run.startedAt, zone, now)}
          </time>
        </span>
        <span className="status" data-tone={tone}>
          <i aria-hidden="true" />
          {word}
        </span>
        <span className="muted facts">
          {facts.join(' · ')}
          {why !== null && ` · ${why}`}
          {remedy !== null && `. ${remedy}`}
        </span>
      </Link>
    </li>
  );
}

/** @param rev the version of the conversation: with another one there may be other runs */
export function Runs({ conversationId, rev }: { conversationId: string; rev: number | undefined }) {
  const { timezone } = useUser();
  const now = useNow();
  const { data, error, refetch, more, showMore } = useLivePaged(runsOf(conversationId), rev, ({ id }) => id);
  if (!data) return <Loading error={error} refetch={refetch} label="runs" />;
  if (data.items.length === 0) return <p className="muted">Nothing has run here yet.</p>;
  return (
    <>
      <ul className="runs">
        {data.items.map((run) => (
          <RunItem key={run.id} run={run} zone={timezone} now={now} />
        ))}
      </ul>
      <More action={more} onMore={showMore} />
      {data.keptFrom !== undefined && showMore === null && (
        <p className="muted">
          Kept from {fullTime(data.keptFrom, timezone)} on: runs before were cleared away. What was said
          stays.
        </p>
      )}
    </>
  );
}
