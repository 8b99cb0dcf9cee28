/** The days that are over: one line each, and what they say together. */
import { useState } from 'react';
import type { DailyRunSummary } from '#shared/protocol/daily.ts';
import { analyticsQuery, runQuery, runsPaged } from '#web/data/daily.ts';
import { useFresh } from '#web/data/security.ts';
import { usePaged } from '#web/data/use-paged.ts';
import { More } from '#web/features/settings/more.tsx';
import { Loading } from '#web/features/settings/section.tsx';
import { dollars } from '#web/ui/amounts.ts';
import { Link } from '#web/ui/link.tsx';
import { timeOfDay } from '#web/ui/time.ts';
import { dayOf, minutesWords, totalsWords, triggerWords } from './daily-words.ts';

const DAYS = 30;
const percent = (rate: number | null): string => (rate === null ? '–' : `${Math.round(rate * 100)} %`);

function Numbers() {
  const { data, error, refetch } = useFresh(analyticsQuery(DAYS));
  if (!data) return <Loading error={error} refetch={refetch} label="numbers" />;
  if (data.count === 0 && data.runsOver === 0) return null;
  const most = Math.max(1, ...data.byCategory.map(({ count }) => count));
  return (
    <section aria-labelledby="numbers">
      <h2 id="numbers">The last {DAYS} days</h2>
      <dl className="numbers">
        <div>
          <dt>Runs that got something done</dt>
          <dd>{percent(data.runSuccessRate)}</dd>
        </div>
        <div>
          <dt>Tasks completed</dt>
          <dd>{percent(data.successRate)}</dd>
        </div>
        <div>
          <dt>Tasks failed</dt>
          <dd>{percent(data.failureRate)}</dd>
        </div>
        <div>
          <dt>Tasks a day</dt>
          <dd>{data.tasksPerDay?.toFixed(1) ?? '–'}</dd>
        </div>
        <div>
          <dt>Time a task takes</dt>
          <dd>{data.averageTaskMs === null ? '–' : minutesWords(data.averageTaskMs)}</dd>
        </div>
        <div>
          <dt>Reports delivered</dt>
          <dd>{percent(data.deliveryRate)}</dd>
        </div>
      </dl>
      <ul className="bars" aria-label="By category">
        {data.byCategory.map(({ category, count, completed, timeMs }) => (
          <li key={category}>
            <span>{category}</span>
            <i style={{ inlineSize: `${(count / most) * 100}%` }}>
              <b style={{ inlineSize: `${(completed / count) * 100}%` }} />
            </i>
            <span className="muted">
              {completed} of {count} · {minutesWords(timeMs)}
            </span>
          </li>
        ))}
      </ul>
      {data.topErrors.length > 0 && (
        <>
          <h3>What went wrong most</h3>
          <ul>
            {data.topErrors.map(({ error: text, count }) => (
              <li key={text}>
                {text} <span className="muted">{count === 1 ? 'once' : `${count} times`}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** From when to when each task was worked on, asked for when it is opened. */
function Hours({ run: { id, startsAt, endsAt, timezone } }: { run: DailyRunSummary }) {
  const { data, error, refetch } = useFresh(runQuery(id));
  if (!data) return <Loading error={error} refetch={refetch} label="tasks" />;
  const tasks = data.run.tasks.filter(({ startTime }) => startTime !== null);
  if (tasks.length === 0) return <p className="muted">Nothing was begun.</p>;
  const [from, to] = [Date.parse(startsAt), Date.parse(endsAt)];
  const place = (at: string) => Math.min(100, Math.max(0, ((Date.parse(at) - from) / (to - from)) * 100));
  return (
    <ul className="bars" aria-label="Tasks with their hours">
      {tasks.map(({ id: taskId, title, startTime, endTime }) => {
        const begin = place(startTime ?? startsAt);
        const length = Math.max(1, place(endTime ?? endsAt) - begin);
        return (
          <li key={taskId}>
            <span>{title}</span>
            <i style={{ marginInlineStart: `${begin}%`, inlineSize: `${Math.min(length, 100 - begin)}%` }} />
            <span className="muted">
              {timeOfDay(startTime ?? startsAt, timezone)} to{' '}
              {endTime === null ? 'the end' : timeOfDay(endTime, timezone)}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function DayTasks({ run }: { run: DailyRunSummary }) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>When what was done</summary>
      {open && <Hours run={run} />}
    </details>
  );
}

export function Past() {
  const { data, error, refetch, more, showMore } = usePaged(runsPaged);
  if (!data) return <Loading error={error} refetch={refetch} label="days" />;
  if (data.items.length === 0) return <p className="muted">There are no days yet.</p>;
  return (
    <>
      <Numbers />
      <section aria-labelledby="days">
        <h2 id="days">Days</h2>
        <ul className="items coming">
          {data.items.map((run) => {
            const how = triggerWords(run.trigger);
            const late = Date.parse(run.startedAt) - Date.parse(run.startsAt);
            return (
              <li key={run.id}>
                <Link href={`/today/${run.id}`}>
                  <b>{dayOf(run.date)}</b>
                  <span className="muted preview">{totalsWords(run.totals)}</span>
                </Link>
                <p className="muted">
                  {late >= 60_000 && <span>{minutesWords(late)} late</span>}
                  {how && <span>{how}</span>}
                  <span>{dollars(run.cost)}</span>
                </p>
                {run.totals.generated > 0 && <DayTasks run={run} />}
              </li>
            );
          })}
        </ul>
        <More action={more} onMore={showMore} />
      </section>
    </>
  );
}
