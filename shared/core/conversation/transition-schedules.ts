/** The inputs that make, change, remove and try schedules, and what moves all of them: the zone, the archive. */
import { isTooOften } from '../schedule/pace.ts';
import { type Move, movedBy } from '../schedule/move.ts';
import { pausedReceipt } from '../schedule/receipts.ts';
import {
  forgiven,
  type HeldRun,
  isLive,
  nextDue,
  opensOf,
  type ScheduleState,
} from '../schedule/schedule-state.ts';
import { instant } from '../schedule/instant.ts';
import { instantAt } from '../schedule/next-fire.ts';
import type { Draft } from './draft.ts';
import type { InputOf, ScheduleChange, ScheduleRequest, Transition } from './input.ts';
import { oneLine } from './preview.ts';
import { type By, note, put, receiptOf, settle, tellMissed, withoutHeld } from './schedule-put.ts';
import { startTogether } from './schedule-runs.ts';
import { type ConversationState, scheduleIn, schedulesOf, zoneOf } from './state.ts';

/** Schedules that a conversation may have. */
export const maxSchedules = 50;

export function onAddSchedule(draft: Draft, input: InputOf<'add_schedule'>): Transition {
  const { schedule, by } = input;
  if (draft.state.status === 'archived') return { ok: false, refusal: 'conversation_archived' };
  if (schedulesOf(draft.state).some(({ id }) => id === schedule.id)) return draft.done();
  if (openSchedules(draft.state).length >= maxSchedules) return { ok: false, refusal: 'limit_reached' };
  if (isTooOften(schedulesOf(draft.state), schedule)) return { ok: false, refusal: 'schedule_pace' };
  addSchedule(draft, schedule, by);
  draft.settleStatus();
  return draft.done('tell_user', 'project');
}

/**
 * The first due time of a rule that was given just now. A single time was ahead when it was read; between that and here it
 * may have come, and then it is due. Counted from here it would be over, and nobody would be told.
 */
function firstDue(draft: Draft, schedule: ScheduleState): number | null {
  const zone = zoneOf(draft.state, schedule);
  const { rule } = schedule;
  const from = rule.type === 'once' ? Math.min(draft.now, instantAt(rule.at, zone) - 1) : draft.now;
  return nextDue(schedule, zone, from);
}

/** The oldest that have ended make room. */
function addSchedule(draft: Draft, schedule: ScheduleState, by: By): void {
  const nextAt = schedule.rule.type === 'immediate' ? draft.now : firstDue(draft, schedule);
  const ended = schedulesOf(draft.state).filter((each) => each.ended);
  const spare = new Set(ended.slice(0, Math.max(0, ended.length - maxSchedules)).map(({ id }) => id));
  if (spare.size > 0) draft.set({ schedules: schedulesOf(draft.state).filter(({ id }) => !spare.has(id)) });
  put(draft, { ...schedule, nextAt, createdAt: draft.now });
  note(draft, schedule, 'created', by);
}

/** Due times that by the zone that counts now were over before anybody looked. Without this nobody could say what became of them. */
function wentOver(draft: Draft, schedule: ScheduleState, times: ReadonlyArray<number>): void {
  if (times.length === 0) return;
  draft.receipt({ ...receiptOf(schedule, times), status: 'missed', reason: 'zone_changed' });
  tellMissed(draft, schedule, 'zone_changed', times.length);
}

/** A single time that had not come. Its schedule ends with it. */
function passedBy(draft: Draft, schedule: ScheduleState, zone: string, from: number): void {
  if (schedule.rule.type !== 'once') return;
  const at = instantAt(schedule.rule.at, zone);
  if (at <= from) wentOver(draft, schedule, [at]);
}

/** What of a paused time nobody kept has one receipt: it was paused. */
function resumed(draft: Draft, schedule: ScheduleState): ScheduleState {
  const zone = zoneOf(draft.state, schedule);
  const told = pausedReceipt(schedule, zone, draft.now);
  const from = schedule.paused?.from ?? schedule.paused?.at ?? draft.now;
  if (told !== null) draft.receipt(told);
  else if (schedule.paused?.nextAt != null) passedBy(draft, schedule, zone, from);
  return { ...forgiven(schedule), paused: null, nextAt: nextDue(schedule, zone, draft.now) };
}

function paused(
  draft: Draft,
  schedule: ScheduleState,
  reason: 'user' | 'assistant' | 'archived',
): ScheduleState {
  const why = reason === 'archived' ? 'was_archived' : 'was_paused';
  const left = withoutHeld(draft, schedule, { status: 'skipped', reason: why });
  return { ...left, paused: { reason, at: draft.now, nextAt: left.nextAt }, nextAt: null, retry: null };
}

/**
 * Writes down what a pause has cost so far, by the rule and the zone that held meanwhile: after a change nobody could tell.
 * @param zone the one that it went by until now
 */
function pauseTold(draft: Draft, schedule: ScheduleState, zone: string): ScheduleState {
  const { paused: pause } = schedule;
  if (pause === null) return schedule;
  const told = pausedReceipt(schedule, zone, draft.now);
  if (told !== null) draft.receipt(told);
  return { ...schedule, paused: { ...pause, from: draft.now, nextAt: nextDue(schedule, zone, draft.now) } };
}

/** Whether it comes due at other times from then on. */
export const isMovedBy = (change: ScheduleChange): boolean =>
  (['rule', 'timezone', 'count', 'until'] as const).some((name) => name in change);

/** Whether the change has one that ended come due again: from then on it counts among those that there can be. */
export const revives = ({ ended }: Pick<ScheduleState, 'ended'>, change: ScheduleChange): boolean =>
  ended && isMovedBy(change);

/** Whether the change would have the intervals of the conversation come due too often. */
export const quickens = (
  all: ReadonlyArray<ScheduleState>,
  known: ScheduleState,
  change: ScheduleChange,
): boolean =>
  (change.rule !== undefined || revives(known, change)) && isTooOften(all, { ...known, ...change });

/** The ids of schedules that have not ended. */
export const openSchedules = (state: ConversationState): string[] =>
  schedulesOf(state)
    .filter(({ ended }) => !ended)
    .map(({ id }) => id);

/** Null when it is done, else why not. */
function changeSchedule(
  draft: Draft,
  input: Omit<InputOf<'change_schedule'>, 'type'>,
): 'not_found' | 'limit_reached' | 'schedule_pace' | null {
  const { scheduleId, change, by } = input;
  const known = scheduleIn(draft.state, scheduleId);
  if (known === undefined) return 'not_found';
  if (revives(known, change) && openSchedules(draft.state).length >= maxSchedules) return 'limit_reached';
  if (quickens(schedulesOf(draft.state), known, change)) return 'schedule_pace';
  const { pause, ...fields } = change;
  const before = isMovedBy(change) ? pauseTold(draft, known, zoneOf(draft.state, known)) : known;
  let next: ScheduleState = { ...before, ...fields };
  // What ran by another rule is none of its due times.
  if ('rule' in change || 'timezone' in change) {
    delete next.ranDue;
    delete next.passedTo;
  }
  if (isMovedBy(change) && next.paused === null) {
    const nextAt =
      'rule' in change ? firstDue(draft, next) : nextDue(next, zoneOf(draft.state, next), draft.now);
    const isBusy = opensOf(next).length > 0 || next.held !== null;
    next = { ...forgiven(next), nextAt, retry: null, ended: nextAt === null && !isBusy };
  }
  if (Object.keys(fields).length > 0) note(draft, next, 'changed', by);
  if (pause === true && isLive(next)) {
    next = paused(draft, next, by === 'assistant' ? 'assistant' : 'user');
    note(draft, next, 'paused', by);
  } else if (pause === false && next.paused !== null) {
    next = resumed(draft, next);
    note(draft, next, 'resumed', by);
  }
  put(draft, next);
  settle(draft, next.id);
  return null;
}

export function onChangeSchedule(draft: Draft, input: InputOf<'change_schedule'>): Transition {
  if (draft.state.status === 'archived') return { ok: false, refusal: 'conversation_archived' };
  const refusal = changeSchedule(draft, input);
  if (refusal !== null) return { ok: false, refusal };
  draft.settleStatus();
  return draft.done('tell_user', 'project');
}

/** A run that goes on is not ended by this: `stop` does that. */
export function removeSchedule(draft: Draft, scheduleId: string, by: By): boolean {
  const known = scheduleIn(draft.state, scheduleId);
  if (known === undefined) return false;
  withoutHeld(draft, known, { status: 'skipped', reason: 'was_removed' });
  pauseTold(draft, known, zoneOf(draft.state, known));
  draft.set({ schedules: schedulesOf(draft.state).filter(({ id }) => id !== scheduleId) });
  note(draft, known, 'removed', by);
  return true;
}

export function onRemoveSchedule(draft: Draft, input: InputOf<'remove_schedule'>): Transition {
  if (!removeSchedule(draft, input.scheduleId, input.by)) return { ok: false, refusal: 'not_found' };
  draft.settleStatus();
  return draft.done('tell_user', 'project');
}

/** What of a schedule was asked for by hand and waits; null when nothing does. */
export const waitsByHand = ({ held }: ScheduleState): HeldRun | null =>
  held?.reason === 'by_hand' ? held : null;

export function onRunSchedule(draft: Draft, input: InputOf<'run_schedule'>): Transition {
  const { scheduleId, turnId, messageId, model } = input;
  if (draft.state.status === 'archived') return { ok: false, refusal: 'conversation_archived' };
  const schedule = scheduleIn(draft.state, scheduleId);
  if (schedule === undefined) return { ok: false, refusal: 'not_found' };
  if (schedule.ended) return { ok: false, refusal: 'schedule_ended' };
  const asked = { dueAt: draft.now, reason: 'by_hand' as const, turnId, messageId };
  // One that waits already is shared by who asks again.
  const run = waitsByHand(schedule) ?? asked;
  if (draft.state.turn === null) startTogether(draft, [{ schedule, run, reason: 'by_hand' }], model);
  else if (schedule.held === null) put(draft, { ...schedule, held: run });
  else if (run === asked) return { ok: false, refusal: 'turn_in_progress' };
  else return draft.done();
  return draft.done('tell_user', 'project');
}

export function onRehearse(draft: Draft, input: InputOf<'rehearse'>): Transition {
  const { name, instruction, turnId, messageId, model } = input;
  if (draft.state.status === 'archived') return { ok: false, refusal: 'conversation_archived' };
  // Its tools change a board that is real. To try a day there are dry runs.
  if (draft.state.work !== undefined) return { ok: false, refusal: 'no_rehearsal' };
  if (draft.state.turn !== null) return { ok: false, refusal: 'turn_in_progress' };
  const source = { id: messageId, name, dueAt: instant(draft.now), rehearsal: true as const };
  draft.log({
    type: 'message_added',
    messageId,
    origin: 'schedule',
    content: [{ type: 'text', text: instruction }],
    queued: false,
    source,
  });
  draft.set({ preview: oneLine(instruction) });
  draft.startTurn({
    turnId,
    trigger: 'schedule',
    replaces: null,
    model,
    source,
    marks: { rehearsal: source },
  });
  return draft.done('tell_user', 'project');
}

/** The due times that the move went over, or came back to, have their receipts; the next one is by the new zone. */
function moveOne(draft: Draft, schedule: ScheduleState, move: Move): void {
  const { ranDue: _ran, nextAt, ...rest } = schedule;
  // It has come, and nobody was there yet: the doorbell decides about it. What came by the wall before it is over.
  const isDue =
    nextAt !== null &&
    nextAt <= draft.now &&
    (schedule.rule.type !== 'once' || nextDue(schedule, move.to, nextAt) === null);
  const { jumped, repeated, passedTo } = movedBy(isDue ? { ...schedule, ranDue: nextAt } : schedule, move);
  // From here on the place on the wall says what was run.
  const moved = { ...rest, nextAt, passedTo };
  if (!isDue) {
    moved.nextAt = nextDue(moved, move.to, draft.now);
    if (moved.nextAt === null) passedBy(draft, schedule, move.to, draft.now);
  }
  wentOver(draft, schedule, isDue ? jumped.filter((at) => at < nextAt) : jumped);
  put(draft, moved);
  if (repeated.length > 0)
    draft.receipt({ ...receiptOf(schedule, repeated), status: 'skipped', reason: 'zone_changed' });
}

/** What follows the owner follows them there. */
function moveTo(draft: Draft, timezone: string): void {
  if (draft.state.timezone === timezone) return;
  const before = draft.state;
  draft.set({ timezone });
  for (const schedule of schedulesOf(draft.state)) {
    if (schedule.timezone !== null) continue;
    const move = { from: zoneOf(before, schedule), to: timezone, now: draft.now };
    if (schedule.paused !== null) {
      // What ran before the pause is none of the new zone's day either.
      const { ranDue: _ran, ...told } = pauseTold(draft, schedule, move.from);
      const { jumped, passedTo } = movedBy(schedule, move);
      // By neither zone they come within the pause. It is no news: nothing would have run.
      if (jumped.length > 0)
        draft.receipt({ ...receiptOf(schedule, jumped), status: 'skipped', reason: 'zone_changed' });
      put(draft, { ...told, passedTo });
    }
    if (!isLive(schedule) || schedule.nextAt === null) continue;
    moveOne(draft, schedule, move);
    settle(draft, schedule.id);
  }
}

export function onZoneChanged(draft: Draft, input: InputOf<'zone_changed'>): Transition {
  moveTo(draft, input.timezone);
  draft.settleStatus();
  return draft.done('tell_user', 'project');
}

/** With its conversation, and back. */
export function pauseAll(draft: Draft): void {
  for (const schedule of schedulesOf(draft.state))
    if (isLive(schedule)) put(draft, paused(draft, schedule, 'archived'));
}

export function resumeAll(draft: Draft): void {
  for (const schedule of schedulesOf(draft.state))
    if (schedule.paused?.reason === 'archived') {
      put(draft, resumed(draft, schedule));
      settle(draft, schedule.id);
    }
}

/** What a call asked for. What could not be was said in its result before. */
export function carryOut(draft: Draft, request: ScheduleRequest): void {
  moveTo(draft, request.timezone);
  switch (request.type) {
    case 'add':
      if (!schedulesOf(draft.state).some(({ id }) => id === request.schedule.id))
        addSchedule(draft, request.schedule, 'assistant');
      break;
    case 'change': {
      const { scheduleId, change } = request;
      changeSchedule(draft, { scheduleId, change, by: 'assistant' });
      break;
    }
    case 'remove':
      removeSchedule(draft, request.scheduleId, 'assistant');
      break;
    default:
      return request satisfies never;
  }
}
