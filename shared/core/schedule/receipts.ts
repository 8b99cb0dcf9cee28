/** Receipts as rows: what tells the same in a row is one, and what a pause has cost so far can be told before it ends. */
import { type Budget, coming } from './coming.ts';
import { nextDue, type Receipt, type ScheduleState } from './schedule-state.ts';

/** Whether a receipt tells the same as the last one of its schedule, so that both are one row. */
export const continues = (last: Receipt | null, next: Receipt): last is Receipt =>
  last !== null &&
  last.dueAt < next.dueAt &&
  last.runId === null &&
  next.runId === null &&
  last.status === next.status &&
  last.reason === next.reason &&
  next.status !== 'blocked';

/** The row that both are. */
export const joined = (last: Receipt, next: Receipt): Receipt => ({
  ...last,
  lastDueAt: next.lastDueAt,
  count: last.count + next.count,
});

/** The receipts with one more, or with a longer one in the place of that of its due time; oldest first. */
export const withReceipt = (receipts: ReadonlyArray<Receipt>, one: Receipt): Receipt[] =>
  [...receipts.filter(({ dueAt }) => dueAt !== one.dueAt), one].toSorted((a, b) => a.dueAt - b.dueAt);

/** From the first due time of a pause to `now`. Nothing of `count` is used up by what is not run. */
function through(schedule: ScheduleState, zone: string, first: number, now: number, budget: Budget) {
  const { rule, until } = schedule;
  const end = until === null ? now : Math.min(now, until);
  if (rule.type === 'every') {
    const step = rule.seconds * 1_000;
    const more = Math.floor((end - first) / step);
    return { lastAt: first + more * step, count: 1 + more, cut: false };
  }
  const kept = { ...schedule, paused: null, count: null, nextAt: first };
  const { marks, cut } = coming(kept, zone, { from: first, to: end + 1, zone }, budget);
  const count = marks.reduce((sum, mark) => sum + mark.count, 0);
  return { lastAt: marks.at(-1)?.lastAt ?? first, count, cut };
}

/**
 * What came due while a schedule was paused and has no receipt yet. The same is told while it is paused and written down
 * when it goes on, so that both agree.
 * @param zone the zone that it went by meanwhile
 * @param budget what may be looked for one by one; everything, where it is written down
 */
export function pausedReceipt(
  schedule: ScheduleState,
  zone: string,
  now: number,
  budget: Budget = { left: Number.POSITIVE_INFINITY },
): { receipt: Receipt; cut: boolean } | null {
  const { id: scheduleId, paused, ended } = schedule;
  if (paused === null || ended) return null;
  const first = nextDue(schedule, zone, paused.from ?? paused.at);
  if (first === null || first > now) return null;
  const { lastAt, count, cut } = through(schedule, zone, first, now, budget);
  if (count === 0) return null;
  const reason = paused.reason === 'archived' ? 'was_archived' : 'was_paused';
  const times = { dueAt: first, lastDueAt: lastAt, count };
  return { receipt: { scheduleId, ...times, status: 'skipped', reason, runId: null, startedAt: null }, cut };
}
