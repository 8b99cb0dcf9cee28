/** A schedule as the API shows it. */
import type { Schedule } from '#shared/protocol/schedule.ts';
import { instant } from './instant.ts';
import { nextKept, type ScheduleState } from './schedule-state.ts';
import { ruleWords } from './words.ts';

const maybe = (at: number | null): string | null => (at === null ? null : instant(at));

/** @param zone the zone that it goes by now */
export const shownSchedule = (schedule: ScheduleState, conversationId: string, zone: string): Schedule => ({
  id: schedule.id,
  conversationId,
  name: schedule.name,
  rule: schedule.rule,
  words: ruleWords(schedule.rule, zone),
  timezone: schedule.timezone,
  instruction: schedule.instruction,
  missed: schedule.missed,
  overlap: schedule.overlap,
  whileWaiting: schedule.whileWaiting,
  count: schedule.count,
  until: maybe(schedule.until),
  status: schedule.ended ? 'ended' : schedule.paused === null ? 'live' : 'paused',
  paused: schedule.paused?.reason ?? null,
  nextAt: maybe(nextKept(schedule, zone)),
  retryAt: maybe(schedule.retry?.at ?? null),
  lastRunAt: maybe(schedule.lastRunAt),
  runs: schedule.runs,
  failures: schedule.failures,
  createdAt: instant(schedule.createdAt),
});
