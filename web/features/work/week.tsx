/** The week ahead: each coming run under its day, from the schedules of the conversations that have one. */
import { useEffect, useState } from 'react';
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import type { Schedule } from '#shared/protocol/schedule.ts';
import { conversationPath } from '#web/app/routes.ts';
import { queryClient } from '#web/data/app.ts';
import { schedulesQuery, work } from '#web/data/work.ts';
import { Link } from '#web/ui/link.tsx';
import { sameDay, timeOfDay } from '#web/ui/time.ts';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const DAYS = 7;
/** Conversations that are asked, so that a long list does not ask hundreds. */
const ASKED = 20;

interface Coming {
  key: string;
  conversationId: string;
  name: string;
  at: string;
  /** It comes more often than a day can list. */
  often: string | null;
}

/** The next times of a schedule within the week; those that come many times a day are told in words. */
async function comingOf(schedule: Schedule, until: number): Promise<Coming[]> {
  const { id, conversationId, name, rule, words, status, nextAt } = schedule;
  if (status !== 'live' || nextAt === null) return [];
  const one = (at: string, often: string | null = null) => ({
    key: `${id}${at}`,
    conversationId,
    name,
    at,
    often,
  });
  const when =
    rule.type === 'cron' ? { cron: rule.cron } : rule.type === 'every' ? { every: rule.seconds } : null;
  if (when === null) return [one(nextAt)];
  const body = { ...when, timezone: schedule.timezone };
  const { fires } = await work.call('previewSchedule', { body });
  const [first = nextAt, second] = fires;
  if (second !== undefined && Date.parse(second) - Date.parse(first) < DAY / 2) return [one(nextAt, words)];
  return fires.filter((at) => Date.parse(at) < until).map((at) => one(at));
}

function useComing(items: ReadonlyArray<ConversationSummary>, now: number): Coming[] | null {
  const [coming, set] = useState<Coming[] | null>(null);
  const key = items
    .slice(0, ASKED)
    .filter(({ nextRunAt }) => nextRunAt !== null)
    .map(({ id, rev }) => `${id}/${rev}`)
    .join();
  // A new hour brings new times into the week.
  const from = Math.floor(now / HOUR) * HOUR;
  useEffect(() => {
    let gone = false;
    const ask = async () => {
      const ids = key === '' ? [] : key.split(',').map((each) => each.split('/')[0] ?? '');
      const found = await Promise.all(
        ids.map(async (id) => {
          const { items: schedules } = await queryClient.fetchQuery({ ...schedulesQuery(id), staleTime: 0 });
          return (await Promise.all(schedules.map((each) => comingOf(each, from + DAYS * DAY)))).flat();
        }),
      );
      if (!gone) set(found.flat().toSorted((a, b) => a.at.localeCompare(b.at)));
    };
    // Without an answer the list above says what comes next; there is nothing to add.
    ask().catch(() => {});
    return () => {
      gone = true;
    };
  }, [key, from]);
  return coming;
}

interface Props {
  items: ReadonlyArray<ConversationSummary>;
  zone: string;
  now: number;
}

export function Week({ items, zone, now }: Props) {
  const coming = useComing(items, now);
  if (coming === null || coming.length === 0) return null;
  const days = Array.from({ length: DAYS }, (_, index) => new Date(now + index * DAY).toISOString());
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short', day: 'numeric' });
  return (
    <section aria-labelledby="week">
      <h2 id="week">The next seven days</h2>
      <ol className="week">
        {days.map((day, index) => (
          <li key={day} data-today={index === 0 || undefined}>
            <h3>{format.format(Date.parse(day))}</h3>
            <ul>
              {coming
                .filter(({ at, often }) => sameDay(at, day, zone) || (often !== null && index > 0))
                .map(({ key, conversationId, name, at, often }) => (
                  <li key={key}>
                    <Link href={`${conversationPath(conversationId)}/work`}>
                      <time dateTime={at}>{often ?? timeOfDay(at, zone)}</time> {name}
                    </Link>
                  </li>
                ))}
            </ul>
          </li>
        ))}
      </ol>
    </section>
  );
}
