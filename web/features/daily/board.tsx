/** The board of a run while it goes on, and afterwards with its report. */
import { useState } from 'react';
import type { DailyRun } from '#shared/protocol/daily.ts';
import { conversationPath } from '#web/app/routes.ts';
import { daily, hearRun, isOver } from '#web/data/daily.ts';
import { useAction } from '#web/data/use-action.ts';
import { Fault } from '#web/features/settings/section.tsx';
import { dollars } from '#web/ui/amounts.ts';
import { Link } from '#web/ui/link.tsx';
import { timeOfDay } from '#web/ui/time.ts';
import { dayOf, groupOf, groups, leftWords, phaseWords, totalsWords, triggerWords } from './daily-words.ts';
import { Report } from './report.tsx';
import { AddTask } from './task-editor.tsx';
import { TaskItem } from './task-item.tsx';

function Stop({ run }: { run: DailyRun }) {
  const [asking, setAsking] = useState(false);
  const action = useAction();
  const stop = () =>
    action.run(async () => hearRun(await daily.call('stopDailyRun', { params: { runId: run.id } })));
  if (!asking)
    return (
      <button type="button" onClick={() => setAsking(true)}>
        End the day
      </button>
    );
  return (
    <span className="asking" role="group" aria-label="End the day">
      Nothing more is begun; the report follows at once.
      <button type="button" className="danger" disabled={action.busy} onClick={() => void stop()}>
        End it
      </button>
      <button type="button" onClick={() => setAsking(false)}>
        Go on
      </button>
      <Fault text={action.fault} />
    </span>
  );
}

function Nod({ run }: { run: DailyRun }) {
  const action = useAction();
  if (run.phase !== 'nod' || run.nodUntil === null) return null;
  return (
    <div className="note" data-tone="waiting">
      <p>
        <b>The plan waits for you</b> until {timeOfDay(run.nodUntil, run.timezone)}; then it starts by itself.
        Change or cancel what you do not want.
      </p>
      <button
        type="button"
        className="primary"
        disabled={action.busy}
        onClick={() =>
          void action.run(async () => hearRun(await daily.call('nodDailyRun', { params: { runId: run.id } })))
        }
      >
        Start the plan
      </button>
      <Fault text={action.fault} />
    </div>
  );
}

function Head({ run, now }: { run: DailyRun; now: number }) {
  const { phase, trigger, timezone, nextCheckpointAt, cost, budget, leadId } = run;
  const open = !isOver(run);
  const how = triggerWords(trigger);
  return (
    <header className="day-head">
      <p>
        <span className="status" data-tone={phase === 'nod' ? 'waiting' : open ? 'working' : 'ok'}>
          <i />
          {phaseWords(phase)}
        </span>
        <span className="muted">
          {open
            ? leftWords(run, now)
            : `${timeOfDay(run.startedAt, timezone)} to ${timeOfDay(run.endsAt, timezone)}`}
          {open && nextCheckpointAt && ` · next look ${timeOfDay(nextCheckpointAt, timezone)}`}
          {how && ` · ${how}`}
          {` · ${dollars(cost)}${budget === null ? '' : ` of ${dollars(budget)}`}`}
        </span>
      </p>
      <div className="verbs">
        {leadId && (
          <Link className="button" href={conversationPath(leadId)}>
            Talk to the lead
          </Link>
        )}
        {open && phase !== 'closing' && <Stop run={run} />}
      </div>
    </header>
  );
}

function Behind({ run }: { run: DailyRun }) {
  return (
    <>
      {run.memory.length > 0 && (
        <details>
          <summary>Shared memory</summary>
          <dl className="told">
            {run.memory.map(({ key, value }) => (
              <div key={key}>
                <dt>{key}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
      <details>
        <summary>What happened, in order</summary>
        <ol className="lines trace" reversed={false}>
          {run.events.map(({ seq, at, level, text }) => (
            <li key={seq} data-level={level}>
              <time dateTime={at}>{timeOfDay(at, run.timezone)}</time>
              <span>{text}</span>
            </li>
          ))}
        </ol>
      </details>
    </>
  );
}

export function Board({ run, now }: { run: DailyRun; now: number }) {
  const open = !isOver(run) && run.phase !== 'closing';
  return (
    <>
      <p className="muted">
        {dayOf(run.date)} · {totalsWords(run.totals)}
      </p>
      <Head run={run} now={now} />
      {run.trouble && !run.report && (
        <p className="note danger" role="status">
          {run.trouble} The run goes on without it, and the report goes out on time.
        </p>
      )}
      <Nod run={run} />
      <Report run={run} />
      {open && run.phase !== 'warned' && <AddTask run={run} />}
      {run.tasks.length === 0 && open && <p className="muted">The lead is planning. Tasks appear here.</p>}
      {groups.map(({ id, title }) => {
        const tasks = run.tasks.filter((task) => groupOf(task) === id);
        if (tasks.length === 0) return null;
        return (
          <section key={id} aria-label={title}>
            <h2>
              {title} <span className="muted">{tasks.length}</span>
            </h2>
            <ul className="items">
              {tasks.map((task) => (
                <TaskItem key={task.id} run={run} task={task} isOpen={open} />
              ))}
            </ul>
          </section>
        );
      })}
      <section aria-label="Behind it">
        <Behind run={run} />
      </section>
    </>
  );
}
