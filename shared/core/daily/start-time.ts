/** When a person's daily run begins: from their settings and zone. */
import type { DailySettings } from '#shared/protocol/daily.ts';
import { readCron } from '../schedule/cron.ts';
import { utcDay } from '../schedule/instant.ts';
import { nextFire } from '../schedule/next-fire.ts';
import { wallAt } from '../schedule/wall-clock.ts';

/** The settings as a cron pattern. */
export function startPattern({ cron, start, days }: Pick<DailySettings, 'cron' | 'start' | 'days'>): string {
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

/** The first start after `after`; null when it is off. Times in milliseconds since the epoch. */
export function nextStart(settings: DailySettings, zone: string, after: number): number | null {
  if (!settings.enabled) return null;
  return nextFire({ type: 'cron', cron: startPattern(settings) }, settings.timezone ?? zone, after);
}

/** Days that were missed and still get a run, each with a report that says why nothing ran. */
export const maxMissed = 7;
const LOOKED_AT = 1_000;

/**
 * The starts that have come, and the next one. After a long absence only the last days get a run of their own.
 * @param first the next start as it was known
 */
export function startsDue(
  settings: DailySettings,
  zone: string,
  first: number,
  now: number,
): { starts: Array<{ date: string; startsAt: number }>; next: number | null } {
  const times: number[] = [];
  let next: number | null = first;
  while (next !== null && next <= now && times.length < LOOKED_AT) {
    times.push(next);
    next = nextStart(settings, zone, next);
  }
  if (next !== null && next <= now) next = nextStart(settings, zone, now);
  const own = settings.timezone ?? zone;
  const starts = times.map((startsAt) => ({ date: localDate(own, startsAt), startsAt }));
  // A pattern that fires more often than once a day has one run a day: its first.
  const days = starts.filter(({ date }, at) => starts.findIndex((each) => each.date === date) === at);
  return { starts: days.slice(-maxMissed), next };
}

/** The day on the wall of a zone, YYYY-MM-DD. */
export const localDate = (zone: string, at: number): string => utcDay(wallAt(zone, at));
