/** How a decision changes one schedule of a conversation: its place in the state, its lines of the log, its receipts. */
import { isLive, nextDue, opensOf, type ScheduleState } from '../schedule/schedule-state.ts';
import type { Draft } from './draft.ts';
import { scheduleIn, schedulesOf, zoneOf } from './state.ts';

export type By = 'user' | 'assistant' | 'system';
type Change = 'created' | 'changed' | 'paused' | 'resumed' | 'ended' | 'removed';

/** From 0 to 1, from the random part of an id: as good as any other, and the same whenever it is asked. */
export const jitterOf = (id: string): number => Number.parseInt(id.slice(-8), 16) / 0xffffffff;

export function put(draft: Draft, schedule: ScheduleState): void {
  const others = schedulesOf(draft.state);
  const known = others.some(({ id }) => id === schedule.id);
  draft.set({
    schedules: known
      ? others.map((each) => (each.id === schedule.id ? schedule : each))
      : [...others, schedule],
  });
}

export function note(draft: Draft, schedule: ScheduleState, change: Change, by: By): void {
  const { id, name } = schedule;
  const reason = schedule.paused?.reason ?? null;
  draft.log({
    type: 'schedule_changed',
    scheduleId: id,
    name,
    change,
    by,
    ...(reason === null ? {} : { reason }),
  });
}

export function receiptOf(schedule: ScheduleState, times: ReadonlyArray<number>) {
  const [first = 0] = times;
  return {
    scheduleId: schedule.id,
    dueAt: first,
    lastDueAt: times.at(-1) ?? first,
    count: times.length,
    runId: null,
    startedAt: null,
  };
}

/** The schedule as it stands now; what was read before may have changed in the same decision. */
export function found(draft: Draft, id: string): ScheduleState {
  const schedule = scheduleIn(draft.state, id);
  if (schedule === undefined) throw new Error('there is no such schedule');
  return schedule;
}

/** Tells that due times were missed: in the log, and so to the person. */
export function tellMissed(draft: Draft, schedule: ScheduleState, reason: string, count: number): void {
  const { id: scheduleId, name } = schedule;
  draft.log({ type: 'schedule_changed', scheduleId, name, change: 'missed', by: 'system', reason, count });
}

/** The due time that waited is not run, and its receipt says why. It was none of `count`: another may come for it. */
export function withoutHeld(
  draft: Draft,
  schedule: ScheduleState,
  { status, reason }: { status: 'skipped' | 'missed'; reason: string },
): ScheduleState {
  const { held } = schedule;
  if (held === null) return schedule;
  draft.receipt({ ...receiptOf(schedule, [held.dueAt]), status, reason });
  const next = { ...schedule, held: null };
  const isLast = isLive(schedule) && schedule.nextAt === null && held.reason !== 'by_hand';
  return isLast ? { ...next, nextAt: nextDue(next, zoneOf(draft.state, next), draft.now) } : next;
}

/** Over when nothing is due any more and nothing of it goes on. */
export function settle(draft: Draft, id: string): void {
  const schedule = scheduleIn(draft.state, id);
  if (schedule === undefined || !isLive(schedule)) return;
  const { nextAt, retry, held } = schedule;
  if (nextAt !== null || retry !== null || held !== null || opensOf(schedule).length > 0) return;
  put(draft, { ...schedule, ended: true });
  note(draft, schedule, 'ended', 'system');
}
