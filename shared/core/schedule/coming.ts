/**
 * The due times of a schedule that lie ahead within a window, by its own state: from its anchor, with what its count and
 * its end leave. A day that has many of them is one mark with their number, so that a rule of every five minutes does not
 * give two thousand rows a week.
 */
import { dueTimesAfter } from './due-times.ts';
import { localDay } from './local-days.ts';
import { isLive, nextKept, type ScheduleState } from './schedule-state.ts';

/** Due times of one day that are told one by one. */
export const shownOfDay = 4;

/** One due time, or all those of a day. */
export interface Mark {
  at: number;
  lastAt: number;
  count: number;
}

/** Instants from `from` to before `to`, in days of the person's zone. */
export interface Window {
  from: number;
  to: number;
  zone: string;
}

/** Due times that may still be counted: one schedule more or less cannot keep the page waiting. */
export interface Budget {
  left: number;
}

/** Those from `start` on, which is `nextAt` or later. */
function* dueFrom({ rule, nextAt }: ScheduleState, zone: string, start: number): Generator<number, void> {
  // It may be none of its rule: a zone that was moved away from set it.
  if (nextAt === start) yield nextAt;
  for (const at of dueTimesAfter(rule, zone, start === nextAt ? start : start - 1)) yield at;
}

const marksOf = (day: ReadonlyArray<number>): Mark[] => {
  const [at, lastAt] = [day[0], day.at(-1)];
  if (at === undefined || lastAt === undefined) return [];
  return day.length > shownOfDay
    ? [{ at, lastAt, count: day.length }]
    : day.map((each) => ({ at: each, lastAt: each, count: 1 }));
};

/**
 * @param zone the zone that the schedule goes by
 * @returns `cut` when there was more to look for than the budget allowed
 */
export function coming(
  schedule: ScheduleState,
  zone: string,
  window: Window,
  budget: Budget,
): { marks: Mark[]; cut: boolean } {
  const { count, runs, until } = schedule;
  const nextAt = nextKept(schedule, zone);
  if (!isLive(schedule) || nextAt === null || nextAt >= window.to) return { marks: [], cut: false };
  let left = count === null ? Number.POSITIVE_INFINITY : count - runs;
  // With a count those before the window use some of it up.
  const start = count === null ? Math.max(nextAt, window.from) : nextAt;
  const end = until === null ? window.to : Math.min(window.to, until + 1);
  const marks: Mark[] = [];
  let day: number[] = [];
  let dayEnd = Number.NEGATIVE_INFINITY;
  let cut = false;
  for (const at of dueFrom(schedule, zone, start)) {
    if (at >= end || left <= 0) break;
    cut = budget.left <= 0;
    if (cut) break;
    budget.left -= 1;
    left -= 1;
    if (at < window.from) continue;
    if (at >= dayEnd) {
      marks.push(...marksOf(day));
      day = [];
      dayEnd = localDay(window.zone, at).to;
    }
    day.push(at);
  }
  return { marks: [...marks, ...marksOf(day)], cut };
}
