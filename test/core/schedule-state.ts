/** A schedule for tests, as it is made: nothing has happened to it but what they say. */
import { makeSchedule } from '#shared/core/schedule/make.ts';
import type { ScheduleState } from '#shared/core/schedule/schedule-state.ts';
import type { ScheduleRule } from '#shared/protocol/schedule.ts';

/** @param rule stands as it is given, also with times and anchors that have passed, which are refused of a person */
export function scheduleOf(rule: ScheduleRule, more: Partial<ScheduleState> = {}): ScheduleState {
  const made = makeSchedule({ instruction: 'Look', immediate: true }, { id: 's', ownZone: 'UTC', now: 0 });
  if (!made.ok) throw new Error(made.detail);
  return { ...made.schedule, rule, ...more };
}
