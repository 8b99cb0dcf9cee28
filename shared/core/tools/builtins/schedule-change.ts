/** What a person is shown before they change or stop a schedule: it as it stands, as it would be, and its next times. */
import type { ChangePreview } from '#shared/protocol/schedule.ts';
import type { UpdateSchedule } from '#shared/protocol/schedule-requests.ts';
import { isMovedBy } from '../../conversation/transition-schedules.ts';
import { instant } from '../../schedule/instant.ts';
import { scheduleChange } from '../../schedule/make.ts';
import { isLive, nextDue, type ScheduleState } from '../../schedule/schedule-state.ts';
import { shownSchedule } from '../../schedule/shown.ts';
import type { BuiltinWorld } from '../builtin.ts';

/** Times that a card shows. */
const shownFires = 5;

/** The next due times, within what count and end leave; none of what is paused. */
function firesOf(schedule: ScheduleState, zone: string, now: number): number[] {
  const times: number[] = [];
  let next = isLive(schedule) ? nextDue(schedule, zone, now) : null;
  while (next !== null && times.length < shownFires) {
    times.push(next);
    next = nextDue({ ...schedule, runs: schedule.runs + times.length }, zone, next);
  }
  return times;
}

export const knownIn = ({ conversation }: BuiltinWorld, id: string): ScheduleState | undefined =>
  conversation?.schedules?.find((each) => each.id === id);

/** With the zone that it goes by, also where that is the person's own. */
function shown(schedule: ScheduleState, { conversation, timezone }: BuiltinWorld): ChangePreview['before'] {
  const zone = schedule.timezone ?? timezone;
  return { ...shownSchedule(schedule, conversation?.id ?? '', zone), timezone: zone };
}

/**
 * Null where there is no such schedule, or the change cannot be made.
 * @param change null where the call stops it, or pauses it
 */
export function changePreview(
  { id, change }: { id: string; change: UpdateSchedule | null },
  world: BuiltinWorld,
): ChangePreview | null {
  const { now, timezone } = world;
  const known = knownIn(world, id);
  if (known === undefined) return null;
  const before = shown(known, world);
  if (change === null) return { before, after: before, fires: [] };
  const read = scheduleChange(change, known, { ownZone: timezone, now });
  if (!read.ok) return null;
  const { pause = known.paused !== null, ...fields } = read.change;
  const paused = pause ? (known.paused ?? { reason: 'assistant' as const, at: now }) : null;
  const restUntil = isMovedBy(fields) || (known.paused !== null && !pause) ? 0 : (known.restUntil ?? 0);
  const passedTo = 'rule' in fields || 'timezone' in fields ? 0 : (known.passedTo ?? 0);
  const ended = known.ended && !isMovedBy(fields);
  const next = { ...known, ...fields, paused, ended, restUntil, passedTo };
  const fires = firesOf(next, next.timezone ?? timezone, Math.max(now, restUntil - 1));
  const after = shown({ ...next, nextAt: fires[0] ?? null }, world);
  return { before, after, fires: fires.map(instant) };
}
