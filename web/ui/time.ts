/** Instants in words, in the person's own time zone. The present is an argument, so that tests can choose it. */

/** The words of the app are English; how days and hours are written follows the reader's English, or Britain's. */
const own = globalThis.navigator?.language ?? '';
// A browser without a locale reports `en-US@posix`, which is no language tag and which Intl refuses.
const LOCALE = /^en(?:-[A-Za-z0-9]{2,8})*$/.test(own) ? own : 'en-GB';

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter is slow enough to be felt in a list of hundreds. */
function format(instant: number, zone: string, options: Intl.DateTimeFormatOptions, locale = LOCALE): string {
  const key = locale + zone + JSON.stringify(options);
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
    formatters.set(key, formatter);
  }
  return formatter.format(instant);
}

/** The calendar day there, as a number of days, so that "yesterday" is the local one. */
function dayOf(instant: number, zone: string): number {
  const numbers = { year: 'numeric', month: 'numeric', day: 'numeric' } as const;
  // Sweden writes dates as ISO 8601 does, which parses.
  return Date.parse(format(instant, zone, numbers, 'sv-SE').replace(/\b\d\b/g, '0$&')) / 86_400_000;
}

const clock = { hour: '2-digit', minute: '2-digit' } as const;

/** Words of the server's, as "every day at 08:00", with each time of day as the reader's own clock has it. */
export const inOwnClock = (words: string): string =>
  words.replace(/\b([01]\d|2[0-3]):[0-5]\d\b/g, (time) =>
    format(Date.parse(`1970-01-01T${time}Z`), 'UTC', clock),
  );

/** A rule in words as a line of its own. */
export const ruleLine = (words: string): string =>
  inOwnClock(words).replace(/^./, (first) => first.toUpperCase());

/** For a narrow column: the time today, then "Yesterday", the weekday, the date. */
export function shortTime(iso: string, zone: string, now: number): string {
  const at = Date.parse(iso);
  const days = dayOf(now, zone) - dayOf(at, zone);
  if (days <= 0) return format(at, zone, clock);
  if (days === 1) return 'Yesterday';
  if (days < 7) return format(at, zone, { weekday: 'short' });
  return format(at, zone, { day: 'numeric', month: 'short', ...(days > 300 ? { year: 'numeric' } : {}) });
}

/** A time to come, for a narrow column: "08:00", "tomorrow 08:00", "Thu 08:00", then the date. */
export function nextTime(iso: string, zone: string, now: number): string {
  const at = Date.parse(iso);
  const days = dayOf(at, zone) - dayOf(now, zone);
  if (days <= 0) return format(at, zone, clock);
  if (days === 1) return `tomorrow ${format(at, zone, clock)}`;
  if (days < 7) return `${format(at, zone, { weekday: 'short' })} ${format(at, zone, clock)}`;
  return format(at, zone, { day: 'numeric', month: 'short', ...(days > 300 ? { year: 'numeric' } : {}) });
}

/** A heading for a day of the transcript: "Today", "Yesterday", or the date. */
export function dayWords(iso: string, zone: string, now: number): string {
  const at = Date.parse(iso);
  const days = dayOf(now, zone) - dayOf(at, zone);
  if (days <= 0) return 'Today';
  if (days === 1) return 'Yesterday';
  const year = days > 300 ? ({ year: 'numeric' } as const) : {};
  return format(at, zone, { weekday: 'long', day: 'numeric', month: 'long', ...year });
}

/** Whether two instants fall on the same day there. */
export const sameDay = (a: string, b: string, zone: string): boolean =>
  dayOf(Date.parse(a), zone) === dayOf(Date.parse(b), zone);

/** The time of day. */
export const timeOfDay = (iso: string, zone: string): string => format(Date.parse(iso), zone, clock);

/** Everything, for a tooltip. */
export const fullTime = (iso: string, zone: string): string =>
  format(Date.parse(iso), zone, { dateStyle: 'full', timeStyle: 'short' });

/** A date with its year: "31 December 2026". */
export const longDate = (iso: string, zone: string): string =>
  format(Date.parse(iso), zone, { day: 'numeric', month: 'long', year: 'numeric' });

/** Everything to the second: "Sunday, 29 November 2026 at 19:08:30". */
export const exactTime = (iso: string, zone: string): string =>
  format(Date.parse(iso), zone, { dateStyle: 'full', timeStyle: 'medium' });

/** The time of day to the second: "19:08:30". */
export const exactClock = (iso: string, zone: string): string =>
  format(Date.parse(iso), zone, { timeStyle: 'medium' });
