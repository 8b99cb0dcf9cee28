/** When a person's daily run begins: from their settings and zone. */
import type { DailySettings } from '#shared/protocol/daily.ts';
import { readCron } from '../schedule/cron.ts';
import { utcDay } from '../schedule/instant.ts';
import { nextFire } from '../schedule/next-fire.ts';
import { wallAt } from '../schedule/wall-clock.ts';

/** The settings as a cron pattern. */
function startPattern({ cron, start, days }: Pick<DailySettings, 'cron' | 'start' | 'days'>): string {
  if (cron !== null) return cron;
  const [hour = '8', minute = '0'] = start.split(':');
  return `${Number(minute)} ${Number(hour)} * * ${[...new Set(days)].toSorted((a, b) => a - b).join(',')}`;
}

/** What is wrong with a pattern for the start, in a sentence; null when nothing is. */
export function patternTrouble(cron: string, zone: string, now: number): string | null {
  const read = readCron(cron);
  if (!read.ok) return read.detail;
  return nextFire({ type: 'cron', cron: read.cron }, zone, now) === null
    ? 'This never comes, as 30 February never does.'
    : null;
}

/** Which local dates were allotted a run already. */
export type Taken = (date: string) => boolean;

const none: Taken = () => false;
/** Days with a run of their own that are passed over until the next start; there are never so many ahead. */
const PASSED = 400;

/** The last millisecond of the day on the wall of a zone. */
const endOfDay = (zone: string, at: number): number =>
  (nextFire({ type: 'cron', cron: '0 0 * * *' }, zone, at) ?? at + 24 * 60 * 60_000) - 1;

/**
 * The first start after `after` on a day that has no run yet; null when it is off. Times in milliseconds since the epoch.
 * A day has one run, so a start on a day that had its own would be a promise that nobody keeps.
 */
export function nextStart(
  settings: DailySettings,
  zone: string,
  after: number,
  taken: Taken = none,
): number | null {
  if (!settings.enabled) return null;
  const own = settings.timezone ?? zone;
  const rule = { type: 'cron' as const, cron: startPattern(settings) };
  let next = nextFire(rule, own, after);
  for (let passed = 0; next !== null && taken(localDate(own, next)); passed += 1) {
    if (passed >= PASSED) return null;
    next = nextFire(rule, own, endOfDay(own, next));
  }
  return next;
}

/** Days that were missed and still get a run, each with a report that says why nothing ran. */
const maxMissed = 7;
const LOOKED_AT = 1_000;

/**
 * The starts that have come, at most one a day, and the next one. After a long absence only the last days get a run.
 * @param first the next start as it was known
 * @param taken days that have a run
 */
export function startsDue(
  settings: DailySettings,
  zone: string,
  first: number,
  now: number,
  taken: Taken = none,
): { starts: Array<{ date: string; startsAt: number }>; next: number | null } {
  const own = settings.timezone ?? zone;
  const found = new Map<string, number>();
  const had: Taken = (date) => taken(date) || found.has(date);
  let next: number | null = first;
  while (next !== null && next <= now && found.size < LOOKED_AT) {
    const date = localDate(own, next);
    if (!had(date)) found.set(date, next);
    next = nextStart(settings, zone, next, had);
  }
  if (next !== null && next <= now) next = nextStart(settings, zone, now, had);
  const starts = [...found].map(([date, startsAt]) => ({ date, startsAt }));
  return { starts: starts.slice(-maxMissed), next };
}

/** The day on the wall of a zone, YYYY-MM-DD. */
export const localDate = (zone: string, at: number): string => utcDay(wallAt(zone, at));
