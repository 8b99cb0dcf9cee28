/**
 * When a rule fires next. Patterns with fixed hours go by the clock on the wall: a time that does not exist on a day runs
 * at the first minute after the gap, one that exists twice runs once. Patterns over every hour, and `every`, follow real
 * time: they skip nothing and repeat nothing when clocks are changed.
 */
import type { ScheduleRule } from '#shared/protocol/schedule.ts';
import { isEveryHour, pattern } from './cron.ts';
import { parseInstant } from './instant.ts';
import { instantOf, offsetAt, wallAt } from './wall-clock.ts';

/** What fires later than this never does. */
export const HORIZON_MS = 10 * 366 * 24 * 60 * 60_000;
/** Clocks are not set back by more at once. */
const OVERLAP_MS = 3 * 60 * 60_000;
/** Between two changes of the clock there is more. */
const NEAR_MS = 2 * OVERLAP_MS;

const HAS_OFFSET = /(?:Z|[+-]\d\d:?\d\d)$/i;

/** The instant of `at`: as it is with an offset, else on the wall of the zone. NaN for what is none. */
export function instantAt(at: string, zone: string): number {
  if (HAS_OFFSET.test(at)) return parseInstant(at);
  const wall = parseInstant(`${at}Z`);
  return Number.isNaN(wall) ? wall : instantOf(zone, wall);
}

/** By the wall: the times of the pattern from a little before, as instants, until one is after `after`. */
function nextOnWall(cron: string, zone: string, after: number): number | null {
  const times = pattern(cron);
  // Only where clocks were set back a moment ago is there something to look at again.
  const turned = offsetAt(zone, after - OVERLAP_MS) !== offsetAt(zone, after);
  let wall: Date | null = new Date(wallAt(zone, after) - (turned ? OVERLAP_MS : 0));
  for (;;) {
    wall = times.nextRun(wall);
    if (wall === null) return null;
    const instant = instantOf(zone, wall.getTime());
    if (instant > after) return instant;
  }
}

/** By real time: every minute of the hour that the pattern names, on the days it names. */
function nextInHours(cron: string, zone: string, after: number): number | null {
  const times = pattern(cron);
  let from = after;
  let offset = offsetAt(zone, from);
  for (;;) {
    const wall = times.nextRun(new Date(from + offset))?.getTime();
    if (wall === undefined) return null;
    const found = wall - offset;
    const near = Math.min(found, from + NEAR_MS);
    if (offsetAt(zone, near) !== offset) {
      // Clocks change before that: look again from the change on, which may be named itself, with the other offset.
      const change = changeBetween(zone, from, near);
      offset = offsetAt(zone, change);
      from = change - 1;
    } else if (found <= near) return found;
    else {
      // Far away clocks may have changed and changed back: go near first, with the offset there.
      from = instantOf(zone, wall) - OVERLAP_MS;
      offset = offsetAt(zone, from);
    }
  }
}

/** The first instant in (from, to] at which the offset is another than at `from`; they are not far apart. */
function changeBetween(zone: string, from: number, to: number): number {
  const before = offsetAt(zone, from);
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(zone, middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

function nextCron(cron: string, zone: string, after: number): number | null {
  const next = isEveryHour(cron) ? nextInHours(cron, zone, after) : nextOnWall(cron, zone, after);
  return next === null || next - after > HORIZON_MS ? null : next;
}

/**
 * The first due time after `after`, in milliseconds since the epoch; null when there is none.
 * @param zone IANA name
 */
export function nextFire(rule: ScheduleRule, zone: string, after: number): number | null {
  switch (rule.type) {
    case 'cron':
      return nextCron(rule.cron, zone, after);
    case 'once': {
      const at = instantAt(rule.at, zone);
      return at > after ? at : null;
    }
    case 'every': {
      const anchor = parseInstant(rule.anchor);
      const step = rule.seconds * 1_000;
      return anchor + step * Math.max(1, Math.floor((after - anchor) / step) + 1);
    }
    case 'immediate':
      return null;
    default:
      return rule satisfies never;
  }
}

/** What is left of a schedule: so many due times (null: all), and none after `until`. */
export interface Bounds {
  left: number | null;
  until: number | null;
}

const unbounded: Bounds = { left: null, until: null };

/** The next `most` due times after `after`; fewer where its bounds end it before. */
export function fires(
  rule: ScheduleRule,
  zone: string,
  after: number,
  most: number,
  { left, until }: Bounds = unbounded,
): number[] {
  const times: number[] = [];
  const count = left === null ? most : Math.min(most, left);
  for (let at = nextFire(rule, zone, after); at !== null && times.length < count;) {
    if (until !== null && at > until) break;
    times.push(at);
    at = nextFire(rule, zone, at);
  }
  return times;
}

export const MONTH_MS = 30 * 24 * 60 * 60_000;
/** Times that are looked at; what fires more often is reckoned from these. */
const COUNTED = 100;

/** About how often a rule fires in thirty days, within its bounds. */
export function runsInMonth(
  rule: ScheduleRule,
  zone: string,
  now: number,
  bounds: Bounds = unbounded,
): number {
  const times = fires(rule, zone, now, COUNTED, bounds);
  const within = times.filter((at) => at < now + MONTH_MS).length;
  const [first, last] = [times[0], times.at(-1)];
  if (within < COUNTED || first === undefined || last === undefined) return within;
  const span = Math.min(MONTH_MS, (bounds.until ?? Number.POSITIVE_INFINITY) - now);
  const about = Math.round(((COUNTED - 1) * span) / (last - first));
  return Math.min(Math.max(within, about), bounds.left ?? Number.POSITIVE_INFINITY);
}
