/**
 * A daily time in a zone over years: on each local day exactly once. What is expected is found by looking at the wall with
 * `Intl` alone, day by day around each change of the clock.
 */
import { nextFire } from '#shared/core/schedule/next-fire.ts';
import { type Change, changesOf, dateAfter, firstMinute, wallText } from './wall.ts';

const DAY = 24 * 60 * 60_000;

export interface Held {
  zone: string;
  /** Such as "02:30". */
  time: string;
  due: number;
  /** Where ours is not what is expected, in words. */
  wrong: string[];
  /** Days that do not have exactly one due time, because of the rules themselves. */
  exceptions: string[];
}

/** Zones whose clocks show the same in these years, each under the name of the first of them. */
export function alike(zones: ReadonlyArray<string>, from: number, until: number): Map<string, Change[]> {
  const found = new Map<string, [string, Change[]]>();
  for (const zone of zones) {
    const changes = changesOf(zone, from, until);
    const key = `${wallText(zone, from)} ${JSON.stringify(changes)}`;
    if (!found.has(key)) found.set(key, [zone, changes]);
  }
  return new Map(found.values());
}

/** The instant of a time on each date from the one of `from` on: the first minute of it, or the first after the gap. */
function* expected(
  zone: string,
  time: string,
  changes: ReadonlyArray<Change>,
  [first, last]: [string, string],
) {
  const near = new Set(
    changes.flatMap(({ dates: [date] }) => [-2, -1, 0, 1, 2].map((n) => dateAfter(date, n))),
  );
  let at = Number.NaN;
  for (let date = first; date <= last; date = dateAfter(date)) {
    at = Number.isNaN(at) || near.has(date) ? firstMinute(zone, date, time) : at + DAY;
    yield { date, at };
  }
}

/**
 * Holds a daily time against every local day within two dates.
 * @param changes of the zone's clock, from a few days before the first date on
 */
export function holdDays(
  { zone, time }: Pick<Held, 'zone' | 'time'>,
  changes: ReadonlyArray<Change>,
  dates: [string, string],
): Held {
  const wrong: string[] = [];
  const exceptions: string[] = [];
  const [hour = '', minute = ''] = time.split(':');
  const rule = { type: 'cron' as const, cron: `${Number(minute)} ${Number(hour)} * * *` };
  const onDate = new Map<string, number>();
  const isNear = new Set(
    changes.flatMap(({ dates: both }) => both.flatMap((date) => [date, dateAfter(date)])),
  );
  let due = 0;
  let last = firstMinute(zone, dates[0], time) - 1;
  for (const { date, at } of expected(zone, time, changes, dates)) {
    // A day that there is not, or a gap that ends where another due time is: one instant for both.
    if (at <= last) continue;
    const ours = nextFire(rule, zone, last);
    if (ours !== at)
      wrong.push(`${date}: ${ours === null ? 'never' : wallText(zone, ours)}, not ${wallText(zone, at)}`);
    due += 1;
    last = at;
    const day = isNear.has(date) ? wallText(zone, at).slice(0, 10) : date;
    onDate.set(day, (onDate.get(day) ?? 0) + 1);
  }
  for (let date = dates[0]; date <= dates[1]; date = dateAfter(date)) {
    const count = onDate.get(date) ?? 0;
    if (count === 1) continue;
    const isThere = wallText(zone, firstMinute(zone, date, '00:00')).startsWith(date);
    if (!isThere) exceptions.push(`${date} does not exist there`);
    else exceptions.push(`${date} has ${count}`);
  }
  return { zone, time, due, wrong, exceptions };
}
