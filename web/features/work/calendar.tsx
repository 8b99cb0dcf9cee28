/** A week of the calendar: what ran, what did not and why, and what comes. On a phone a list by day. */
import { type LocalDay, weekAround } from '#shared/core/schedule/local-days.ts';
import type { CalendarLine } from '#shared/protocol/calendar.ts';
import { removedKeptDays, removedKeptMs } from '#shared/protocol/schedule.ts';
import { conversationPath, runPath } from '#web/app/routes.ts';
import { useFresh } from '#web/data/security.ts';
import { useRenewed } from '#web/data/use-renewed.ts';
import { calendarQuery } from '#web/data/work.ts';
import { Loading } from '#web/features/settings/section.tsx';
import { Link } from '#web/ui/link.tsx';
import { fullTime, inOwnClock } from '#web/ui/time.ts';
import { type Entry, entriesOf, lineName, timesOf } from './calendar-days.ts';
import { calendarSaid } from './work-words.ts';

const HOUR = 60 * 60_000;
const WEEK = 7 * 24 * HOUR;

/** The days of the week that lies so many weeks from the present one. */
export const weekFrom = (zone: string, now: number, moved: number): LocalDay[] => {
  // From the middle of a week one arrives in the middle of another, whatever clocks do in between.
  const middle = (weekAround(zone, now)[3]?.from ?? now) + 12 * HOUR;
  return weekAround(zone, middle + moved * WEEK);
};

function Item({ entry, day, zone }: { entry: Entry; day: LocalDay; zone: string }) {
  const { line, item } = entry;
  const { tone, word, why } = calendarSaid(item);
  const place = `${conversationPath(line.conversationId)}/work`;
  const name = lineName(line);
  return (
    <li data-ahead={item.reason === null || undefined}>
      <Link href={item.run === null ? place : runPath(line.conversationId, item.run.id)}>
        <time dateTime={item.at} title={fullTime(item.at, zone)}>
          {timesOf(item, day, zone)}
        </time>{' '}
        {name}
      </Link>
      <details>
        <summary>
          <span className="status" data-tone={tone}>
            <i aria-hidden="true" />
            {word}
          </span>
          <span className="unseen">, {item.reason === null ? 'why then' : 'why'}</span>
        </summary>
        <p>
          {why !== null && <>{why.replace(/^./, (first) => first.toUpperCase())}. </>}
          {line.words !== null && <>Its rule: {inOwnClock(line.words)}.</>}
        </p>
        <p className="muted">
          {fullTime(item.at, zone)}
          {item.count > 1 && ` to ${fullTime(item.lastAt, zone)}`}
        </p>
        <p>
          {item.run !== null && (
            <>
              <Link href={runPath(line.conversationId, item.run.id)}>The run</Link>
              {' · '}
            </>
          )}
          <Link href={place}>{line.title ?? 'The conversation'}</Link>
        </p>
      </details>
    </li>
  );
}

interface DayProps {
  day: LocalDay;
  lines: ReadonlyArray<CalendarLine>;
  zone: string;
  now: number;
}

/** An empty day says nothing where the whole week does. */
function Day({ day, lines, zone, now }: DayProps) {
  const entries = entriesOf(lines, day);
  const isToday = day.from <= now && now < day.to;
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short', day: 'numeric' });
  return (
    <li
      aria-current={isToday ? 'date' : undefined}
      data-past={day.to <= now || undefined}
      data-empty={entries.length === 0 || undefined}
    >
      <h3>
        {format.format(day.from)}
        {isToday && ' · Today'}
      </h3>
      {entries.length === 0 ? (
        <p className="muted">
          {isToday && lines.length > 0 ? 'Nothing today' : <span className="unseen">Nothing</span>}
        </p>
      ) : (
        <ul>
          {entries.map((entry) => (
            <Item key={entry.key} entry={entry} day={day} zone={zone} />
          ))}
        </ul>
      )}
    </li>
  );
}

interface Props {
  days: ReadonlyArray<LocalDay>;
  zone: string;
  now: number;
  /** Changes with whatever may have changed what is shown. */
  version: string;
}

export function CalendarWeek({ days, zone, now, version }: Props) {
  const query = calendarQuery(days[0]?.from ?? now, days.at(-1)?.to ?? now);
  const { data, error, refetch } = useFresh(query);
  useRenewed(query, version);
  if (!data) return <Loading error={error} refetch={refetch} label="calendar" />;
  const cut = data.items.filter((line) => line.cut);
  return (
    <>
      <ol className="week">
        {days.map((day) => (
          <Day key={day.from} day={day} lines={data.items} zone={zone} now={now} />
        ))}
      </ol>
      {data.items.length === 0 && <p className="muted nothing">Nothing in this week.</p>}
      {cut.length > 0 && (
        <p className="muted">
          There is more than is shown of {cut.map((line) => `“${lineName(line)}”`).join(', ')}.
        </p>
      )}
      {(days[0]?.from ?? now) < now - removedKeptMs && (
        <p className="muted">Schedules that were deleted over {removedKeptDays} days ago are not shown.</p>
      )}
      {data.notAsked > 0 && (
        <p role="alert">
          {data.notAsked === 1 ? 'One conversation' : `${data.notAsked} conversations`} could not be looked
          at: what {data.notAsked === 1 ? 'it does' : 'they do'} is missing here.
        </p>
      )}
    </>
  );
}
