/** Why the schedules of a conversation stand still. */
import type { Pauses } from '#shared/protocol/schedule.ts';
import type { ScheduleState } from './schedule-state.ts';

/** How many are paused for which reason; null unless all are that have not ended. */
export function pausesOf(schedules: ReadonlyArray<ScheduleState>): Pauses | null {
  const pauses: Pauses = [];
  for (const { paused, ended } of schedules) {
    if (ended) continue;
    if (paused === null) return null;
    const { reason } = paused;
    const known = pauses.find((each) => each.reason === reason);
    if (known === undefined) pauses.push({ reason, count: 1 });
    else known.count += 1;
  }
  return pauses.length === 0 ? null : pauses;
}
