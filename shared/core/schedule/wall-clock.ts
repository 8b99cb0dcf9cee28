/**
 * Between instants and the time on the wall in a zone. A time on the wall is kept as milliseconds as if it were UTC, so
 * that it can be counted with.
 */
import { tzOffset } from '@date-fns/tz';
import { canonicalZone } from './time-zone.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** How far the zone is ahead of UTC at an instant, in milliseconds. */
export const offsetAt = (zone: string, instant: number): number =>
  tzOffset(canonicalZone(zone), new Date(instant)) * MINUTE_MS;

/** The time on the wall at an instant. */
export const wallAt = (zone: string, instant: number): number => instant + offsetAt(zone, instant);

/**
 * The instant of a time on the wall. One that comes twice (the clock is set back) is meant the first time; one that never
 * comes (it is set forward) is the first instant after the gap.
 */
export function instantOf(zone: string, wall: number): number {
  const before = offsetAt(zone, wall - DAY_MS);
  const after = offsetAt(zone, wall + DAY_MS);
  const early = wall - Math.max(before, after);
  if (before === after && offsetAt(zone, early) === before) return early;
  const valid = [early, wall - Math.min(before, after)].filter((at) => wallAt(zone, at) === wall);
  if (valid[0] !== undefined) return valid[0];
  return firstAfterGap(zone, early - DAY_MS, wall + DAY_MS, wall);
}

/** The first instant whose time on the wall is not before `wall`, between two instants around a gap. */
function firstAfterGap(zone: string, from: number, to: number, wall: number): number {
  let [low, high] = [Math.floor(from / MINUTE_MS), Math.ceil(to / MINUTE_MS)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (wallAt(zone, middle * MINUTE_MS) >= wall) high = middle;
    else low = middle;
  }
  return high * MINUTE_MS;
}
