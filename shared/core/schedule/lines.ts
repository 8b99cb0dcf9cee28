/** Schedules and runs in lines, for the model. */
import type { Run } from '#shared/protocol/run.ts';
import { nextKept, type ScheduleState } from './schedule-state.ts';
import { parseInstant } from './instant.ts';
import { localTime, ruleWords } from './words.ts';

const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

function stateOf(schedule: ScheduleState, zone: string): string {
  const { paused, ended, retry } = schedule;
  if (ended) return 'has ended';
  if (paused !== null) return `paused (${paused.reason}) since ${localTime(paused.at, zone)}`;
  if (retry !== null) return `failed, tried again at ${localTime(retry.at, zone)}`;
  const nextAt = nextKept(schedule, zone);
  return nextAt === null ? 'no time left' : `next run ${localTime(nextAt, zone)}`;
}

/** @param zoneOf the zone that a schedule goes by */
export function scheduleLines(
  schedules: ReadonlyArray<ScheduleState>,
  zoneOf: (schedule: ScheduleState) => string,
): string {
  if (schedules.length === 0) return 'There are no schedules in this conversation.';
  const lines = schedules.map((schedule) => {
    const { id, name, rule, runs, failures, instruction, lastRunAt } = schedule;
    const zone = zoneOf(schedule);
    const last = lastRunAt === null ? 'never ran' : `last ran ${localTime(lastRunAt, zone)}`;
    const failed = failures > 0 ? `, ${failures} failures in a row` : '';
    return `${id}  "${name}": ${ruleWords(rule, zone)} (${zone}); ${stateOf(schedule, zone)}; ${last}, ${runs} runs${failed}\n  does: ${instruction}`;
  });
  return lines.join('\n');
}

export function runLines(runs: ReadonlyArray<Run>, zone: string): string {
  if (runs.length === 0) return 'Nothing has run in this conversation.';
  const lines = runs.map(({ trigger, status, outcome, code, startedAt, workMs, steps, tools, cost }) => {
    const { type, source } = trigger;
    const kind = source?.rehearsal ? 'rehearsal' : type;
    const why = source === undefined ? type : `${kind} "${source.name}"`;
    const end = status === 'ended' ? `${outcome ?? 'ended'}${code === null ? '' : ` (${code})`}` : status;
    return `${localTime(parseInstant(startedAt), zone)}  ${why}: ${end}; ${seconds(workMs)} at work, ${steps} steps, ${tools} tool calls, $${cost.toFixed(4)}`;
  });
  return lines.join('\n');
}
