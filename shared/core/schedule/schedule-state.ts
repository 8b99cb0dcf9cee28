/** PERSISTED inside the state of a conversation: its schedules. Times are milliseconds since the epoch. */
import type {
  MissedPolicy,
  OccurrenceStatus,
  OverlapPolicy,
  PauseReason,
  ScheduleRule,
} from '#shared/protocol/schedule.ts';
import { earliest } from '../earliest.ts';
import { nextFire } from './next-fire.ts';
import { instantOf } from './wall-clock.ts';

/** A due time that waits for the conversation to be free, with the ids that its run will have. */
export interface HeldRun {
  dueAt: number;
  reason: 'was_busy' | 'waiting_for_you' | 'by_hand';
  turnId: string;
  messageId: string;
}

/** A run that goes on, also while it waits for an answer. */
export interface OpenRun {
  runId: string;
  dueAt: number;
  startedAt?: number;
}

export interface ScheduleState {
  id: string;
  name: string;
  rule: ScheduleRule;
  /** IANA name; null follows the owner's. */
  timezone: string | null;
  instruction: string;
  missed: MissedPolicy;
  overlap: OverlapPolicy;
  whileWaiting: 'hold' | 'run';
  count: number | null;
  until: number | null;
  /** Since when and why nothing is due, what was due next then, and from when on what came due has no receipt yet. */
  paused: { reason: PauseReason; at: number; nextAt?: number | null; from?: number } | null;
  ended: boolean;
  nextAt: number | null;
  /** A due time whose run failed, and when it is tried again. */
  retry: { dueAt: number; at: number } | null;
  held: HeldRun | null;
  /** The last run that goes on. */
  open: OpenRun | null;
  /** Those before it that wait for an answer, where it may run over them. */
  earlier?: OpenRun[];
  lastRunAt: number | null;
  /** The last due time that was run, or waited to be. */
  ranDue?: number;
  /** After a move of its owner: up to where on the wall its due times were run before it, and do not come again. */
  passedTo?: number;
  /** Due times that were run, for `count`. */
  runs: number;
  /** Runs in a row that failed or were cut off at a limit. */
  failures: number;
  /** Until when nothing of it comes due: its last run was cut off, and is not made again. */
  restUntil?: number;
  createdAt: number;
}

/** What became of due times; written with the commit that decided it. One of a due time that is known replaces it. */
export interface Receipt {
  scheduleId: string;
  dueAt: number;
  lastDueAt: number;
  count: number;
  status: OccurrenceStatus;
  reason: string;
  runId: string | null;
  startedAt: number | null;
}

/** Runs in a row that failed or were cut off, after which a schedule pauses itself. */
export const maxFailures = 5;
/** Between tries of a failed run, of a schedule or a webhook: one minute, then longer, six hours at most. */
export const failureBackoff = { baseMs: 60_000, maxMs: 6 * 60 * 60_000, tries: maxFailures };
/** What is started within this time of its due time is on time: cron knows minutes. */
export const onTimeMs = 60_000;
/** However long the interval, nothing is run later than this. */
export const latestMs = 6 * 60 * 60_000;
/** Due times that are looked at in one go; a longer absence is looked at in several. */
const maxAtOnce = 2_000;

/** The next due time after `after` within what the schedule's bounds leave; null when there is none. */
export function nextDue(schedule: ScheduleState, zone: string, after: number): number | null {
  const { count, runs, until, rule } = schedule;
  if (count !== null && runs >= count) return null;
  const { passedTo } = schedule;
  const next = nextFire(rule, zone, passedTo ? Math.max(after, instantOf(zone, passedTo)) : after);
  return next === null || (until !== null && next > until) ? null : next;
}

/** Without what runs that failed have left: the next one begins anew. */
export const forgiven = ({ restUntil: _rest, ...schedule }: ScheduleState): ScheduleState => ({
  ...schedule,
  failures: 0,
});

/** The next due time that is kept: those within a rest are skipped. */
export const nextKept = (schedule: ScheduleState, zone: string): number | null => {
  const { nextAt, restUntil = 0 } = schedule;
  return nextAt === null || nextAt >= restUntil ? nextAt : nextDue(schedule, zone, restUntil - 1);
};

/** Whether it works by itself: neither paused nor over. */
export const isLive = ({ paused, ended }: ScheduleState): boolean => paused === null && !ended;

/** The runs that go on, oldest first. */
export const opensOf = ({ open, earlier = [] }: ScheduleState): OpenRun[] =>
  open === null ? earlier : [...earlier, open];

/** The schedule without a run that is over. */
export function closed(schedule: ScheduleState, runId: string): ScheduleState {
  const left = opensOf(schedule).filter((each) => each.runId !== runId);
  const { earlier: _before, ...rest } = schedule;
  const earlier = left.slice(0, -1);
  return { ...rest, open: left.at(-1) ?? null, ...(earlier.length > 0 ? { earlier } : {}) };
}

/**
 * Why a due time that had to wait is not started any more; null when it is. While it waits nothing else of its schedule
 * runs, so the interval is no measure. What somebody asked for by hand has no time to be late for.
 */
export function heldTooLong(
  { missed }: ScheduleState,
  held: HeldRun,
  now: number,
): 'skips_missed' | 'too_late' | null {
  if (held.reason === 'by_hand') return null;
  const late = now - held.dueAt;
  if (missed === 'skip') return late >= onTimeMs ? 'skips_missed' : null;
  return late > latestMs ? 'too_late' : null;
}

/** When a schedule needs somebody; null when nothing is due at any time. What is held waits for the turn to end. */
export const dueAt = (schedule: ScheduleState): number | null =>
  isLive(schedule) ? earliest([schedule.nextAt, schedule.retry?.at ?? null]) : null;

/** All due times from the next one up to `now`, and the one after them. At most `maxAtOnce`. */
export function dueTimes(
  schedule: ScheduleState,
  zone: string,
  now: number,
): { times: number[]; next: number | null } {
  const times: number[] = [];
  let next = schedule.nextAt;
  while (next !== null && next <= now && times.length < maxAtOnce) {
    times.push(next);
    next = nextDue(schedule, zone, next);
  }
  return { times, next };
}

/** What to do about due times that have come: which is run, and the receipts of the others. */
export function judgeDue(
  schedule: ScheduleState,
  { times, next }: { times: ReadonlyArray<number>; next: number | null },
  now: number,
): {
  run: number | null;
  missed: Array<{ times: number[]; reason: 'was_down' | 'too_late' | 'skips_missed' }>;
} {
  const last = times.at(-1);
  if (last === undefined) return { run: null, missed: [] };
  // After a very long absence there is more to come.
  if (next !== null && next <= now) return { run: null, missed: [{ times: [...times], reason: 'was_down' }] };
  const before = times.slice(0, -1);
  const missed = before.length === 0 ? [] : [{ times: before, reason: 'was_down' as const }];
  const late = now - last;
  if (late < onTimeMs) return { run: last, missed };
  const all = [...before, last];
  if (schedule.missed === 'skip') return { run: null, missed: [{ times: all, reason: 'skips_missed' }] };
  const window = Math.min(latestMs, next === null ? latestMs : (next - last) / 2);
  return late <= window ? { run: last, missed } : { run: null, missed: [{ times: all, reason: 'too_late' }] };
}
