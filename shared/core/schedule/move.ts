/**
 * What a move to another time zone does to the due times of a schedule that follows its owner. Patterns with fixed hours go
 * by the wall, and a move sets the wall: forward over due times that then never come, or back over some that came already.
 * Each time on the wall comes once all the same, and none goes without a receipt. Patterns over every hour follow real time.
 */
import { isEveryHour } from './cron.ts';
import { dueTimesAfter } from './due-times.ts';
import { fires } from './next-fire.ts';
import type { ScheduleState } from './schedule-state.ts';
import { instantOf, wallAt } from './wall-clock.ts';

const DAY_MS = 24 * 60 * 60_000;
/** What comes more often in a day is a watch: a move back would silence it for hours, so it goes on by real time. */
const ONCE_A_DAY = 4;

export interface Move {
  from: string;
  to: string;
  /** When it became known. */
  now: number;
}

export interface Moved {
  /** Up to where on the wall nothing comes again. */
  passedTo: number;
  /** Due times of the new zone that were over before anybody was there. */
  jumped: number[];
  /** Due times of the new zone that come, and are not run again. */
  repeated: number[];
}

const within = ({ rule, until }: ScheduleState, zone: string, after: number, last: number): number[] => {
  const times: number[] = [];
  for (const at of dueTimesAfter(rule, zone, after)) {
    if (at > last || (until !== null && at > until)) break;
    times.push(at);
  }
  return times;
};

function isWatch({ rule }: ScheduleState, now: number): boolean {
  const [first = 0, ...more] = fires(rule, 'UTC', now, ONCE_A_DAY + 1);
  return more.length === ONCE_A_DAY && (more.at(-1) ?? 0) - first < DAY_MS;
}

/** Of a schedule whose due times until now have come, each with its receipt. */
export function movedBy(schedule: ScheduleState, { from, to, now }: Move): Moved {
  const { rule, ranDue, createdAt, passedTo = 0 } = schedule;
  if (rule.type !== 'cron' || isEveryHour(rule.cron)) return { passedTo, jumped: [], repeated: [] };
  const ran = ranDue === undefined || isWatch(schedule, now) ? 0 : wallAt(from, ranDue);
  const passed = Math.max(passedTo, ran);
  const old = wallAt(from, now);
  // Where it was due at this moment by the zone before, too, it came.
  const came = new Set(within(schedule, from, Math.max(instantOf(to, old), createdAt) - 1, now));
  return {
    passedTo: passed,
    jumped: within(schedule, to, instantOf(to, Math.max(old, passed)), now).filter((at) => !came.has(at)),
    repeated: within(schedule, to, now, instantOf(to, passed)),
  };
}
