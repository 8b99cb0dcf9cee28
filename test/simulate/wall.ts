/**
 * The clock on the wall by `Intl` alone, by looking at it minute by minute: slow, plain, and without a line of the
 * arithmetic that it is held against.
 */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const formats = new Map<string, Intl.DateTimeFormat>();

/** "2026-11-24 08:00" as the wall of a zone shows it: text that sorts as time does. */
export function wallText(zone: string, at: number): string {
  let format = formats.get(zone);
  if (format === undefined) {
    const two = '2-digit';
    format = new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: two,
      day: two,
      hour: two,
      minute: two,
    });
    formats.set(zone, format);
  }
  return format.format(at);
}

/** How far the wall is ahead of UTC, in milliseconds. */
const ahead = (zone: string, at: number): number =>
  Date.parse(`${wallText(zone, at).replace(' ', 'T')}Z`) - Math.floor(at / MINUTE) * MINUTE;

/** The first minute at which the wall shows this time of this day, or the first later one where it never does. */
export function firstMinute(zone: string, date: string, time: string): number {
  const text = `${date} ${time}`;
  const asUtc = Date.parse(`${date}T${time}Z`);
  // Before this the wall cannot have come so far, whichever of the two offsets holds.
  let at = asUtc - Math.max(ahead(zone, asUtc - 1.5 * DAY), ahead(zone, asUtc + 1.5 * DAY));
  while (wallText(zone, at) < text) at += MINUTE;
  return at;
}

export interface Change {
  /** The first minute with the new offset. */
  at: number;
  forward: boolean;
  /** A time of day that is skipped, or comes twice. */
  inside: string;
  /** The day on the wall before and after. */
  dates: readonly [string, string];
}

/** Every change of a zone's clock between two instants. */
export function changesOf(zone: string, from: number, until: number): Change[] {
  const found: Change[] = [];
  for (let at = from; at < until; at += DAY) {
    const before = ahead(zone, at);
    const by = ahead(zone, at + DAY) - before;
    if (by === 0) continue;
    let low = Math.floor(at / MINUTE);
    let high = Math.floor((at + DAY) / MINUTE);
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (ahead(zone, middle * MINUTE) === before) low = middle;
      else high = middle;
    }
    const change = high * MINUTE;
    const forward = by > 0;
    // As the old clock would have shown it: the middle of what is skipped, or of what is said again.
    const middle = change + before + by / 2;
    found.push({
      at: change,
      forward,
      inside: new Date(middle).toISOString().slice(11, 16),
      dates: [wallText(zone, change - MINUTE).slice(0, 10), wallText(zone, change).slice(0, 10)],
    });
  }
  return found;
}

/** The day after, or so many days after. */
export const dateAfter = (date: string, days = 1): string =>
  new Date(Date.parse(`${date}T00:00Z`) + days * DAY).toISOString().slice(0, 10);

/** 0 for Sunday. */
export const weekdayOf = (date: string): number => new Date(`${date}T00:00Z`).getUTCDay();
