/** How a decision changes one schedule of a conversation: its place in the state, its lines of the log, its receipts. */
import { isLive, type ScheduleState } from '../schedule/schedule-state.ts';
import type { Draft } from './draft.ts';
import { schedulesOf } from './state.ts';

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

/** Over when nothing is due any more and nothing of it goes on. */
export function settle(draft: Draft, id: string): void {
  const schedule = schedulesOf(draft.state).find((each) => each.id === id);
  if (schedule === undefined || !isLive(schedule)) return;
  const { nextAt, retry, held, open } = schedule;
  if (nextAt !== null || retry !== null || held !== null || open !== null) return;
  put(draft, { ...schedule, ended: true });
  note(draft, schedule, 'ended', 'system');
}
