/**
 * The due times of a rule, one after the other, where many of them are wanted. The hours and minutes of a cron pattern are
 * the same on each day that it names, so they are read from it once: to ask it for each due time costs a thousand times as
 * much as to count on. It says the same as `nextFire`, time after time.
 */
import type { Cron } from 'croner';
import type { ScheduleRule } from '#shared/protocol/schedule.ts';
import { isEveryHour, pattern } from './cron.ts';
import { localDay } from './local-days.ts';
import { HORIZON_MS, nextFire } from './next-fire.ts';
import { instantOf, offsetAt, wallAt } from './wall-clock.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const dayOf = (wall: number): number => Math.floor(wall / DAY_MS) * DAY_MS;

/** The times of day of a pattern, in milliseconds since midnight. Hours and minutes do not depend on each other. */
function timesOfDay(times: Cron, day: number): number[] {
  const next = (after: number): number =>
    times.nextRun(new Date(after))?.getTime() ?? Number.POSITIVE_INFINITY;
  const hourOf = (wall: number): number => Math.floor(wall / HOUR_MS) * HOUR_MS;
  const first = next(day - 1);
  const minutes: number[] = [];
  for (let at = first; at < hourOf(first) + HOUR_MS; at = next(at)) minutes.push(at - hourOf(first));
  const hours: number[] = [];
  for (let at = first; at < day + DAY_MS; at = next(hourOf(at) + HOUR_MS - 1)) hours.push(hourOf(at) - day);
  return hours.flatMap((hour) => minutes.map((minute) => hour + minute));
}

/** The instants of a day that a pattern names, in order. Where clocks change, two times on the wall may be one instant. */
function onDay(cron: string, zone: string, day: number, offsets: ReadonlyArray<number>): number[] {
  const { from, to } = localDay(zone, instantOf(zone, day));
  const isSteady = [from, from + DAY_MS].every((at) => offsetAt(zone, at) === day - from);
  if (isSteady) return offsets.map((offset) => from + offset);
  if (!isEveryHour(cron)) return offsets.map((offset) => instantOf(zone, day + offset));
  // By real time: whatever the clock shows in a minute, that is what the pattern is asked for.
  const named = new Set(offsets);
  const minutes = Array.from({ length: Math.ceil((to - from) / MINUTE_MS) }, (_, n) => from + n * MINUTE_MS);
  return minutes.filter((at) => named.has(wallAt(zone, at) - day));
}

function* cronTimes(cron: string, zone: string, after: number): Generator<number, void> {
  const times = pattern(cron);
  let offsets: number[] | null = null;
  let last = after;
  // From the day before: a time of it that clocks skipped over midnight comes on this one.
  let wall = dayOf(wallAt(zone, after)) - DAY_MS;
  for (;;) {
    const next = times.nextRun(new Date(wall - 1))?.getTime();
    if (next === undefined || next - last > HORIZON_MS) return;
    const day = dayOf(next);
    offsets ??= timesOfDay(times, day);
    for (const at of onDay(cron, zone, day, offsets)) {
      if (at <= last) continue;
      yield at;
      last = at;
    }
    wall = day + DAY_MS;
  }
}

function* stepTimes(first: number, step: number): Generator<number, void> {
  for (let at = first; at < Number.POSITIVE_INFINITY; at += step) yield at;
}

/** All due times after `after`, in order; without an end for most rules. */
export function dueTimesAfter(rule: ScheduleRule, zone: string, after: number): Iterable<number> {
  if (rule.type === 'cron') return cronTimes(rule.cron, zone, after);
  const step = rule.type === 'every' ? rule.seconds * 1_000 : Number.POSITIVE_INFINITY;
  return stepTimes(nextFire(rule, zone, after) ?? Number.POSITIVE_INFINITY, step);
}
