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

/** The day on the wall of a zone, YYYY-MM-DD. */
export const localDate = (zone: string, at: number): string => utcDay(wallAt(zone, at));
