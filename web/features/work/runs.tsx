/** What a conversation did: every run with its trigger, its cost and its outcome. */
import { useState } from 'react';
import type { Run } from '#shared/protocol/run.ts';
import { useUser } from '#web/app/signed-in.ts';
import { usePaged } from '#web/data/use-paged.ts';
import { runsOf } from '#web/data/work.ts';
import { Fault, Loading } from '#web/features/settings/section.tsx';
import { dollars, duration } from '#web/ui/amounts.ts';
import { fullTime } from '#web/ui/time.ts';
import { useNow } from '#web/ui/use-now.ts';
import { Trace } from './trace.tsx';
import { runSaid, triggerWords, whenWords } from './work-words.ts';

const many = (value: number, one: string) => `${value} ${one}${value === 1 ? '' : 's'}`;

function RunItem({ run, zone, now }: { run: Run; zone: string; now: number }) {
  const [open, setOpen] = useState(false);
  const { tone, word, why } = runSaid(run);
  const facts = [
    ...(run.status === 'running' ? [] : [duration(run.workMs)]),
    many(run.steps, 'step'),
    ...(run.tools === 0 ? [] : [many(run.tools, 'tool call')]),
    dollars(run.cost),
  ];
  return (
    <li id={`run-${run.id}`}>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
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
          </span>
        </summary>
        {open && <Trace run={run} />}
      </details>
    </li>
  );
}

export function Runs({ conversationId }: { conversationId: string }) {
  const { timezone } = useUser();
  const now = useNow();
  const { data, error, refetch, more, showMore } = usePaged(runsOf(conversationId));
  if (!data) return <Loading error={error} refetch={refetch} label="runs" />;
  if (data.items.length === 0) return <p className="muted">Nothing has run here yet.</p>;
  return (
    <>
      <ul className="runs">
        {data.items.map((run) => (
          <RunItem key={run.id} run={run} zone={timezone} now={now} />
        ))}
      </ul>
      <Fault text={more.fault} />
      {showMore && (
        <button type="button" className="more" disabled={more.busy} onClick={showMore}>
          {more.busy ? 'One moment' : 'Show more'}
        </button>
      )}
    </>
  );
}
