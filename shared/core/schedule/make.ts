/** From what was asked for to a schedule, and to a change of one: checked, with its defaults. */
import type { CreateSchedule, UpdateSchedule } from '#shared/protocol/schedule-requests.ts';
import type { ScheduleChange } from '../conversation/input.ts';
import { parseInstant } from './instant.ts';
import { nextFire } from './next-fire.ts';
import { type GivenRule, parseRule } from './rule.ts';
import type { ScheduleState } from './schedule-state.ts';
import { isTimeZone } from './time-zone.ts';

type Refused = { ok: false; code: 'bad_schedule'; detail: string };

const no = (detail: string): Refused => ({ ok: false, code: 'bad_schedule', detail });
const hasRule = ({ cron, at, every, immediate }: GivenRule): boolean =>
  [cron, at, every, immediate].some((each) => each !== undefined);

/** A name for a schedule that was given none: the first words of what it does. */
export function nameOf(instruction: string): string {
  const line = instruction.trim().split('\n')[0]?.trim() ?? '';
  return line.length <= 60 ? line : `${line.slice(0, 59).trimEnd()}…`;
}

/**
 * @param ownZone the user's own zone
 * @param now milliseconds since the epoch
 */
export function makeSchedule(
  given: CreateSchedule,
  made: { id: string; ownZone: string; now: number },
): { ok: true; schedule: ScheduleState } | Refused {
  const { now, ownZone, id } = made;
  const timezone = given.timezone ?? null;
  if (timezone !== null && !isTimeZone(timezone)) return no(`There is no time zone "${timezone}".`);
  const read = parseRule(given, timezone ?? ownZone, now);
  if (!read.ok) return read;
  const until = given.until == null ? null : parseInstant(given.until);
  const { rule } = read;
  const first = rule.type === 'immediate' ? now : nextFire(rule, timezone ?? ownZone, now);
  if (first === null || (until !== null && first > until)) return no('It would end before it runs once.');
  const schedule = {
    id,
    name: given.name ?? nameOf(given.instruction),
    rule,
    timezone,
    instruction: given.instruction,
    missed: given.missed ?? 'run_late',
    overlap: given.overlap ?? 'queue_one',
    whileWaiting: given.whileWaiting ?? 'hold',
    count: given.count ?? null,
    until,
    paused: null,
    ended: false,
    nextAt: null,
    retry: null,
    held: null,
    open: null,
    lastRunAt: null,
    runs: 0,
    failures: 0,
    createdAt: now,
  };
  return { ok: true, schedule };
}

/** A change of a schedule; what was left out is left out. */
export function scheduleChange(
  given: UpdateSchedule,
  known: Pick<ScheduleState, 'timezone'>,
  { ownZone, now }: { ownZone: string; now: number },
): { ok: true; change: ScheduleChange } | Refused {
  const timezone = given.timezone === undefined ? known.timezone : given.timezone;
  if (timezone !== null && !isTimeZone(timezone)) return no(`There is no time zone "${timezone}".`);
  const { name, instruction, missed, overlap, whileWaiting, count, until, paused } = given;
  const fields = { name, instruction, missed, overlap, whileWaiting, count, pause: paused };
  const change: ScheduleChange = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  );
  if (until !== undefined) change.until = until === null ? null : parseInstant(until);
  if (given.timezone !== undefined) change.timezone = timezone;
  if (hasRule(given)) {
    const read = parseRule(given, timezone ?? ownZone, now);
    if (!read.ok) return read;
    change.rule = read.rule;
  }
  return { ok: true, change };
}
