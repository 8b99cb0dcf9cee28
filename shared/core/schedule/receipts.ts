/** Receipts as rows: what tells the same in a row is one, and what a pause has cost so far can be told before it ends. */
import { dueTimesAfter } from './due-times.ts';
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
function through(schedule: ScheduleState, zone: string, first: number, now: number) {
  const { rule, until } = schedule;
  const end = until === null ? now : Math.min(now, until);
  if (rule.type === 'every') {
    const step = rule.seconds * 1_000;
    const more = Math.floor((end - first) / step);
    return { lastDueAt: first + more * step, count: 1 + more };
  }
  let [lastDueAt, count] = [first, 1];
  for (const at of dueTimesAfter(rule, zone, first)) {
    if (at > end) break;
    lastDueAt = at;
    count += 1;
  }
  return { lastDueAt, count };
}

/**
 * What came due while a schedule was paused and has no receipt yet. The same is told while it is paused and written down
 * when it goes on, so that both agree: all of it is counted either way. Of a rule of every minute a year takes about 30 ms.
 * @param zone the zone that it went by meanwhile
 */
export function pausedReceipt(schedule: ScheduleState, zone: string, now: number): Receipt | null {
  const { id: scheduleId, paused, ended } = schedule;
  if (paused === null || ended) return null;
  const first = nextDue(schedule, zone, paused.from ?? paused.at);
  if (first === null || first > now) return null;
  const reason = paused.reason === 'archived' ? 'was_archived' : 'was_paused';
  const times = { dueAt: first, ...through(schedule, zone, first, now) };
  return { scheduleId, ...times, status: 'skipped', reason, runId: null, startedAt: null };
}
