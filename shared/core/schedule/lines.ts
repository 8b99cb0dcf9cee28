/** Schedules and runs in lines, for the model. */
import type { Run } from '#shared/protocol/run.ts';
import type { Occurrence } from '#shared/protocol/schedule.ts';
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

/** What became of a due time, or of several in a row, and why. */
function receiptLine({ dueAt, lastDueAt, count, status, reason }: Occurrence, zone: string): string {
  const at = localTime(parseInstant(dueAt), zone);
  const times = count === 1 ? at : `${count} times from ${at} to ${localTime(parseInstant(lastDueAt), zone)}`;
  return `${times} ${status} (${reason})`;
}

/**
 * @param zoneOf the zone that a schedule goes by
 * @param receiptsOf what became of its last due times, newest first: without them nobody could say why one did not run
 */
export function scheduleLines(
  schedules: ReadonlyArray<ScheduleState>,
  zoneOf: (schedule: ScheduleState) => string,
  receiptsOf: (schedule: ScheduleState) => ReadonlyArray<Occurrence>,
): string {
  if (schedules.length === 0) return 'There are no schedules in this conversation.';
  const lines = schedules.map((schedule) => {
    const { id, name, rule, runs, failures, instruction, lastRunAt } = schedule;
    const zone = zoneOf(schedule);
    const last = lastRunAt === null ? 'never ran' : `last ran ${localTime(lastRunAt, zone)}`;
    const failed = failures > 0 ? `, ${failures} failures in a row` : '';
    const lately = receiptsOf(schedule).map((receipt) => receiptLine(receipt, zone));
    const told = lately.length === 0 ? '' : `\n  last due times: ${lately.join('; ')}`;
    return `${id}  "${name}": ${ruleWords(rule, zone)} (${zone}); ${stateOf(schedule, zone)}; ${last}, ${runs} runs${failed}${told}\n  does: ${instruction}`;
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
