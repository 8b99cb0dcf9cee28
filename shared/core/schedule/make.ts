/** From what was asked for to a schedule, and to a change of one: checked, with its defaults. */
import type { ScheduleRule } from '#shared/protocol/schedule.ts';
import type { CreateSchedule, UpdateSchedule } from '#shared/protocol/schedule-requests.ts';
import type { ScheduleChange } from '../conversation/input.ts';
import { cut } from '../clean.ts';
import { parseInstant } from './instant.ts';
import { nextFire } from './next-fire.ts';
import { type GivenRule, parseRule } from './rule.ts';
import { nextDue, type ScheduleState } from './schedule-state.ts';
import { isTimeZone } from './time-zone.ts';

type Refused = { ok: false; code: 'bad_schedule'; detail: string };

/** Nothing of it would ever come due. */
export const neverDue = 'It would end before it runs once.';

const no = (detail: string): Refused => ({ ok: false, code: 'bad_schedule', detail });
const hasRule = ({ cron, at, every, immediate }: GivenRule): boolean =>
  [cron, at, every, immediate].some((each) => each !== undefined);

/** A name for a schedule that was given none: the first words of what it does. */
export function nameOf(instruction: string): string {
  const line = instruction.trim().split('\n')[0]?.trim() ?? '';
  return line.length <= 60 ? line : `${cut(line, 59).trimEnd()}…`;
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
  if (first === null || (until !== null && first > until)) return no(neverDue);
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

/** A change that would silently end the schedule is a mistake: to end it there is a way of its own. */
function endsAtOnce(
  known: ScheduleState,
  change: ScheduleChange,
  ownZone: string,
  now: number,
): string | null {
  const isMoved = (['rule', 'timezone', 'count', 'until'] as const).some((name) => name in change);
  if (!isMoved) return null;
  const { pause: _pause, ...fields } = change;
  const next = { ...known, ...fields };
  // By another rule or zone nothing has passed yet.
  if ('rule' in change || 'timezone' in change) delete next.passedTo;
  if (next.count !== null && next.runs >= next.count)
    return `It has run ${next.runs} times already: with this count it would end at once. Remove it to end it.`;
  if (nextDue(next, next.timezone ?? ownZone, now) !== null) return null;
  return 'Nothing would come due any more: it would end at once. Remove it to end it.';
}

/** Whether it is the interval that it has: said again it goes on, and is not counted anew from now. */
const isSameStep = (rule: ScheduleRule, known: Partial<ScheduleState>): boolean =>
  rule.type === 'every' &&
  known.rule?.type === 'every' &&
  known.rule.seconds === rule.seconds &&
  known.ended === false;

/**
 * A change of a schedule; what was left out is left out.
 * @param known the schedule as it stands, or as much of it as is known
 */
export function scheduleChange(
  given: UpdateSchedule,
  known: ScheduleState | Pick<ScheduleState, 'timezone'>,
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
  if (change.until != null && change.until <= now) return no('This end has passed already.');
  if (given.timezone !== undefined) change.timezone = timezone;
  if (given.immediate)
    return no('A schedule that is there cannot run at once and end. Run it by hand, or make another one.');
  if (hasRule(given)) {
    const read = parseRule(given, timezone ?? ownZone, now);
    if (!read.ok) return read;
    if (!isSameStep(read.rule, known)) change.rule = read.rule;
  }
  const why = 'rule' in known ? endsAtOnce(known, change, ownZone, now) : null;
  return why === null ? { ok: true, change } : no(why);
}
