/** The days of a person's calendar as instants. A day on which clocks change has 23 or 25 hours. */
import { instantOf, wallAt } from './wall-clock.ts';

const DAY_MS = 24 * 60 * 60_000;

/** From its first instant to the first of the next day. */
export interface LocalDay {
  from: number;
  to: number;
}

const dayFrom = (zone: string, wall: number): LocalDay => ({
  from: instantOf(zone, wall),
  to: instantOf(zone, wall + DAY_MS),
});

/** The day that an instant is in, so many days moved. */
export const localDay = (zone: string, at: number, moved = 0): LocalDay =>
  dayFrom(zone, (Math.floor(wallAt(zone, at) / DAY_MS) + moved) * DAY_MS);

/** The seven days, from Monday on, around an instant. */
export function weekAround(zone: string, at: number): LocalDay[] {
  const days = Math.floor(wallAt(zone, at) / DAY_MS);
  // The first of January 1970 was a Thursday.
  const monday = (days - ((((days + 3) % 7) + 7) % 7)) * DAY_MS;
  return Array.from({ length: 7 }, (_, index) => dayFrom(zone, monday + index * DAY_MS));
}
