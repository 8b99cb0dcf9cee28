/** The week behind: what ran by itself on each day, and how it ended, with the way to its trace. */
import { useEffect, useState } from 'react';
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import type { Run } from '#shared/protocol/run.ts';
import { conversationPath } from '#web/app/routes.ts';
import { work } from '#web/data/work.ts';
import { Link } from '#web/ui/link.tsx';
import { sameDay, timeOfDay } from '#web/ui/time.ts';
import { runSaid, triggerWords } from './work-words.ts';

const DAY = 24 * 60 * 60_000;
const DAYS = 7;
/** Conversations that are asked, and runs of each. */
const ASKED = 20;
const RUNS = 50;
/** Lines of a day; a schedule of every few minutes would fill the page. */
const SHOWN = 4;

/** What began by itself within the week, oldest first. @param now milliseconds */
export const byItself = (runs: ReadonlyArray<Run>, now: number): Run[] =>
  runs
    .filter(
      ({ trigger, startedAt }) =>
        (trigger.type === 'schedule' || trigger.type === 'webhook') &&
        Date.parse(startedAt) > now - DAYS * DAY,
    )
    .toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));

function useRuns(items: ReadonlyArray<ConversationSummary>, now: number): Run[] | null {
  const [runs, set] = useState<Run[] | null>(null);
  const key = items
    .slice(0, ASKED)
    .map(({ id, rev }) => `${id}/${rev}`)
    .join();
  const today = Math.floor(now / DAY) * DAY;
  useEffect(() => {
    let gone = false;
    const ask = async () => {
      const ids = key === '' ? [] : key.split(',').map((each) => each.split('/')[0] ?? '');
      const found = await Promise.all(
        ids.map(async (conversationId) => {
          const query = { limit: RUNS };
          return (await work.call('listRuns', { params: { conversationId }, query })).items;
        }),
      );
      if (!gone) set(byItself(found.flat(), today + DAY));
    };
    // Without an answer the page is as it was: each conversation has its own list.
    ask().catch(() => {});
    return () => {
      gone = true;
    };
  }, [key, today]);
  return runs;
}

interface Props {
  items: ReadonlyArray<ConversationSummary>;
  zone: string;
  now: number;
}

export function PastWeek({ items, zone, now }: Props) {
  const runs = useRuns(items, now);
  if (runs === null || runs.length === 0) return null;
  const days = Array.from({ length: DAYS }, (_, index) =>
    new Date(now - (DAYS - 1 - index) * DAY).toISOString(),
  );
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short', day: 'numeric' });
  return (
    <section aria-labelledby="past-week">
      <h2 id="past-week">The last seven days</h2>
      <ol className="week">
        {days.map((day, index) => {
          const ran = runs.filter(({ startedAt }) => sameDay(startedAt, day, zone));
          const more = ran.length - SHOWN;
          return (
            <li key={day} data-today={index === DAYS - 1 || undefined}>
              <h3>{format.format(Date.parse(day))}</h3>
              <ul>
                {ran.slice(0, SHOWN).map((run) => {
                  const { tone, word } = runSaid(run);
                  return (
                    <li key={run.id}>
                      <Link href={`${conversationPath(run.conversationId)}/work#run-${run.id}`}>
                        <time dateTime={run.startedAt}>{timeOfDay(run.startedAt, zone)}</time>{' '}
                        {run.trigger.source?.name ?? triggerWords(run)}{' '}
                        <span className="status" data-tone={tone}>
                          <i />
                          {word}
                        </span>
                      </Link>
                    </li>
                  );
                })}
                {more > 0 && <li className="muted">and {more} more</li>}
              </ul>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
