/**
 * The due times of a schedule that lie ahead within a window, by its own state: from its anchor, with what its count and
 * its end leave. A day that has many of them is one mark with their number, so that a rule of every five minutes does not
 * give two thousand rows a week.
 */
import { localDays, type LocalDay } from './local-days.ts';
import { nextFire } from './next-fire.ts';
import { isLive, type ScheduleState } from './schedule-state.ts';
import { offsetAt } from './wall-clock.ts';

const DAY_MS = 24 * 60 * 60_000;
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

/** Due times that may still be looked for one by one: one schedule more or less cannot keep the page waiting. */
export interface Budget {
  left: number;
}

/** What a day holds, counted from its first instant. */
interface DayShape {
  offsets: number[];
  last: number;
  count: number;
}

const shapeMark = (from: number, { offsets, last, count }: DayShape): Mark[] =>
  count > shownOfDay
    ? [{ at: from + (offsets[0] ?? 0), lastAt: from + last, count }]
    : offsets.map((offset) => ({ at: from + offset, lastAt: from + offset, count: 1 }));

/** One due time after the other, until the day, what is left or the budget is at its end. */
function walk(
  { rule, until }: ScheduleState,
  zone: string,
  day: LocalDay,
  given: { first: number; left: number; budget: Budget },
): { shape: DayShape; next: number | null } {
  const shape: DayShape = { offsets: [], last: 0, count: 0 };
  let next: number | null = given.first;
  while (next !== null && next < day.to && shape.count < given.left && given.budget.left > 0) {
    if (until !== null && next > until) return { shape, next: null };
    if (shape.offsets.length < shownOfDay) shape.offsets.push(next - day.from);
    shape.last = next - day.from;
    shape.count += 1;
    given.budget.left -= 1;
    next = nextFire(rule, zone, next);
  }
  return { shape, next: next !== null && until !== null && next > until ? null : next };
}

/** The days from `start` to the end of the window, cut where it begins and ends. */
function daysOf({ from, to, zone }: Window, start: number): LocalDay[] {
  return localDays(zone, start, to).flatMap((day) => {
    const last = { ...day, to: Math.min(day.to, to) };
    const isCut = last.from < from && from < last.to;
    return isCut
      ? [
          { ...last, to: from },
          { ...last, from },
        ]
      : [last];
  });
}

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
  const { rule, nextAt, count, runs, until } = schedule;
  if (!isLive(schedule) || nextAt === null || nextAt >= window.to) return { marks: [], cut: false };
  let left = count === null ? Number.POSITIVE_INFINITY : count - runs;
  // With a count those before the window use some of it up.
  const start = count === null ? Math.max(nextAt, window.from) : nextAt;
  let next = start === nextAt ? nextAt : nextFire(rule, zone, start - 1);
  const marks: Mark[] = [];
  let usual: DayShape | null = null;
  for (const day of daysOf(window, start)) {
    if (next === null || left <= 0 || (until !== null && next > until)) break;
    if (next >= day.to) continue;
    // The hours and minutes of a rule are the same on each of its days, where both calendars agree on what a day is.
    const isUsual =
      rule.type === 'cron' &&
      day.from >= start &&
      day.to - day.from === DAY_MS &&
      [day.from, day.to].every((at) => offsetAt(zone, at) === offsetAt(window.zone, at));
    const known: DayShape | null =
      isUsual && usual?.offsets[0] === next - day.from && (until === null || until >= day.to) ? usual : null;
    if (known !== null && known.count <= left) {
      marks.push(...shapeMark(day.from, known));
      left -= known.count;
      next = nextFire(rule, zone, day.from + known.last);
      continue;
    }
    const walked = walk(schedule, zone, day, { first: next, left, budget });
    if (walked.next !== null && walked.next < day.to && walked.shape.count < left && budget.left <= 0)
      return { marks: within([...marks, ...shapeMark(day.from, walked.shape)], window), cut: true };
    marks.push(...shapeMark(day.from, walked.shape));
    left -= walked.shape.count;
    next = walked.next;
    if (isUsual && (until === null || until >= day.to) && left > 0) usual = walked.shape;
  }
  return { marks: within(marks, window), cut: false };
}

const within = (marks: ReadonlyArray<Mark>, { from, to }: Window): Mark[] =>
  marks.filter(({ at, lastAt }) => lastAt >= from && at < to);
