/**
 * How often the schedules of one conversation may come due together. Patterns (cron) come on the minute, where what comes
 * due together shares a run: however many they are, they begin at most one a minute. Intervals have each a moment of its
 * own, so that fifty of a minute would be a run about every second, for as long as nobody looks.
 */
import type { ScheduleRule } from '#shared/protocol/schedule.ts';
import type { ScheduleState } from './schedule-state.ts';

/** Due times an hour of all intervals of a conversation. The sentence of `schedule_pace` names it. */
export const maxIntervalsAnHour = 120;

/** Why one more is too many, for a person as well as for the model. */
export const tooOften = `The intervals of this conversation would come due more than ${maxIntervalsAnHour} times an hour. Make them longer, or use cron: what comes due in the same minute shares a run.`;

const perHour = (rule: ScheduleRule): number => (rule.type === 'every' ? 3_600 / rule.seconds : 0);

/**
 * Whether a rule would have the intervals of a conversation come due too often. Paused ones count, or a pause would be a
 * way around it.
 * @param others the schedules of the conversation; what has ended, and the one that the rule is for, are left out
 */
export function isTooOften(
  others: ReadonlyArray<ScheduleState>,
  { id, rule }: Pick<ScheduleState, 'id' | 'rule'>,
): boolean {
  const own = perHour(rule);
  const counted = others.filter((each) => !each.ended && each.id !== id);
  const sum = counted.reduce((total, each) => total + perHour(each.rule), own);
  return own > 0 && sum > maxIntervalsAnHour;
}
