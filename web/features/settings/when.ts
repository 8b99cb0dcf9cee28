/** Past and future instants as a settings page says them. The present is an argument. */
import { dayWords, shortTime, timeOfDay } from '#web/ui/time.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const many = (count: number, unit: string) => `${count} ${unit}${count === 1 ? '' : 's'}`;

/** "just now", "5 minutes ago", "3 hours ago", "yesterday 14:05", "12 days ago", then the date. */
export function agoWords(iso: string, zone: string, now: number): string {
  const age = now - Date.parse(iso);
  if (age < 2 * MINUTE) return 'just now';
  if (age < HOUR) return `${many(Math.floor(age / MINUTE), 'minute')} ago`;
  if (age < 12 * HOUR) return `${many(Math.floor(age / HOUR), 'hour')} ago`;
  const day = dayWords(iso, zone, now);
  if (day === 'Today' || day === 'Yesterday') return `${day.toLowerCase()} ${timeOfDay(iso, zone)}`;
  if (age < 30 * DAY) return `${Math.max(2, Math.round(age / DAY))} days ago`;
  return dateWords(iso, zone, now);
}

/** A date without a time of day: "today", "yesterday", the weekday, the date. */
export function dateWords(iso: string, zone: string, now: number): string {
  const day = dayWords(iso, zone, now);
  if (day === 'Today' || day === 'Yesterday') return day.toLowerCase();
  const short = shortTime(iso, zone, now);
  return /\d/.test(short) ? short : `on ${day}`;
}

/** How long it is until an instant: "in 5 days", "in 3 hours", "today"; "over" when it is past. */
export function untilWords(iso: string, now: number): string {
  const left = Date.parse(iso) - now;
  if (left <= 0) return 'over';
  if (left < HOUR) return `in ${many(Math.max(1, Math.round(left / MINUTE)), 'minute')}`;
  if (left < 2 * DAY) return `in ${many(Math.round(left / HOUR), 'hour')}`;
  return `in ${many(Math.round(left / DAY), 'day')}`;
}

/** Whether an instant is so near that something should be done about it. */
export const isSoon = (iso: string, now: number): boolean => Date.parse(iso) - now < 7 * DAY;
