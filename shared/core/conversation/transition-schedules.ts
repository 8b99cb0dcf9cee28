/**
 * The inputs about schedules, and what the end of a run means for its schedule. One run at a time: what comes due while
 * the conversation is at work, or waits for its person, is held or skipped as the schedule says, and has its receipt.
 */
import type { Outcome } from '#shared/protocol/conversation.ts';
import { retryDelay } from '../turn/backoff.ts';
import {
  dueAt,
  dueTimes,
  failureBackoff,
  type HeldRun,
  isLive,
  judgeDue,
  nextDue,
  onTimeMs,
  type ScheduleState,
} from '../schedule/schedule-state.ts';
import { instant } from '../schedule/instant.ts';
import type { Draft } from './draft.ts';
import type { Input, ScheduleRequest, Transition } from './input.ts';
import { oneLine } from './preview.ts';
import { type ConversationState, type ModelName, questionsOf, schedulesOf, zoneOf } from './state.ts';

type Of<Type extends Input['type']> = Extract<Input, { type: Type }>;
type By = 'user' | 'assistant' | 'system';
type Change = 'created' | 'changed' | 'paused' | 'resumed' | 'ended' | 'removed';

/** Schedules that a conversation may have. */
export const maxSchedules = 50;

/** From 0 to 1, from the random part of an id: as good as any other, and the same whenever it is asked. */
export const jitterOf = (id: string): number => Number.parseInt(id.slice(-8), 16) / 0xffffffff;

function put(draft: Draft, schedule: ScheduleState): void {
  const others = schedulesOf(draft.state);
  const known = others.some(({ id }) => id === schedule.id);
  draft.set({
    schedules: known
      ? others.map((each) => (each.id === schedule.id ? schedule : each))
      : [...others, schedule],
  });
}

function note(draft: Draft, schedule: ScheduleState, change: Change, by: By): void {
  const { id, name } = schedule;
  const reason = schedule.paused?.reason ?? null;
  draft.log({
    type: 'schedule_changed',
    scheduleId: id,
    name,
    change,
    by,
    ...(reason === null ? {} : { reason }),
  });
}

/** Whether the model is at work, or what it works on waits for a person and this schedule waits with it. */
function obstacle(state: ConversationState, schedule: ScheduleState): 'was_busy' | 'waiting_for_you' | null {
  if (state.turn !== null) return 'was_busy';
  return questionsOf(state).length > 0 && schedule.whileWaiting === 'hold' ? 'waiting_for_you' : null;
}

/** When the schedules of a conversation need somebody; `null` when nothing is due at any time. */
export function schedulesDue(state: ConversationState): number | null {
  if (state.status === 'archived') return null;
  const times = schedulesOf(state).flatMap((schedule) => {
    const waits = schedule.held !== null && obstacle(state, schedule) === null;
    const due = waits ? 0 : dueAt(schedule);
    return due === null ? [] : [due];
  });
  return times.length === 0 ? null : Math.min(...times);
}

/** The next time that a schedule fires; `null` when none does. */
export function nextRunAt(state: ConversationState): number | null {
  const times = schedulesOf(state).flatMap((each) =>
    isLive(each) && each.nextAt !== null ? [each.nextAt] : [],
  );
  return times.length === 0 ? null : Math.min(...times);
}

/** Starts the run of a due time. The caller has seen that nothing is in the way. */
function start(draft: Draft, schedule: ScheduleState, run: HeldRun, model: ModelName, reason: string): void {
  const { turnId, messageId, dueAt: due } = run;
  draft.log({
    type: 'message_added',
    messageId,
    origin: 'schedule',
    content: [{ type: 'text', text: schedule.instruction }],
    queued: false,
    source: { id: schedule.id, name: schedule.name, dueAt: instant(due) },
  });
  const late = draft.now - due >= onTimeMs;
  draft.receipt({
    scheduleId: schedule.id,
    dueAt: due,
    lastDueAt: due,
    count: 1,
    status: late ? 'late' : 'ran',
    reason,
    runId: turnId,
    startedAt: draft.now,
  });
  const again = schedule.retry?.dueAt === due || run.reason === 'by_hand';
  put(draft, {
    ...schedule,
    held: null,
    retry: null,
    open: { runId: turnId, dueAt: due },
    lastRunAt: draft.now,
    runs: schedule.runs + (again ? 0 : 1),
  });
  draft.set({ preview: oneLine(schedule.instruction) });
  draft.startTurn({
    turnId,
    trigger: 'schedule',
    replaces: null,
    model,
    source: { id: schedule.id, name: schedule.name, dueAt: instant(due) },
  });
}

function receiptOf(schedule: ScheduleState, times: ReadonlyArray<number>) {
  const [first = 0] = times;
  return {
    scheduleId: schedule.id,
    dueAt: first,
    lastDueAt: times.at(-1) ?? first,
    count: times.length,
    runId: null,
    startedAt: null,
  };
}

/** Runs a due time, holds it, or skips it. */
function runOrHold(
  draft: Draft,
  schedule: ScheduleState,
  run: HeldRun,
  model: ModelName,
  reason: string,
): void {
  const why = obstacle(draft.state, schedule);
  if (why === null) {
    start(draft, schedule, run, model, reason);
    return;
  }
  const receipt = receiptOf(schedule, [run.dueAt]);
  if (schedule.overlap === 'skip') draft.receipt({ ...receipt, status: 'skipped', reason: why });
  else if (schedule.held !== null)
    draft.receipt({ ...receipt, status: 'skipped', reason: 'one_waits_already' });
  else {
    draft.receipt({ ...receipt, status: 'blocked', reason: why });
    put(draft, { ...schedule, held: { ...run, reason: why } });
  }
}

/** Over when nothing is due any more and nothing of it goes on. */
function settle(draft: Draft, id: string): void {
  const schedule = schedulesOf(draft.state).find((each) => each.id === id);
  if (schedule === undefined || !isLive(schedule)) return;
  const { nextAt, retry, held, open } = schedule;
  if (nextAt !== null || retry !== null || held !== null || open !== null) return;
  put(draft, { ...schedule, ended: true });
  note(draft, schedule, 'ended', 'system');
}

function due(draft: Draft, schedule: ScheduleState, ids: [string, string], model: ModelName): void {
  const { now } = draft;
  const [turnId, messageId] = ids;
  const ready = { reason: 'was_busy' as const, turnId, messageId };
  const { retry, held } = schedule;
  if (held !== null && obstacle(draft.state, schedule) === null) {
    start(draft, schedule, held, model, held.reason);
    return;
  }
  if (schedule.nextAt !== null && schedule.nextAt <= now) {
    const found = dueTimes(schedule, zoneOf(draft.state, schedule), now);
    const { run, missed } = judgeDue(schedule, found, now);
    for (const { times, reason } of missed) {
      draft.receipt({ ...receiptOf(schedule, times), status: 'missed', reason });
      const { id: scheduleId, name } = schedule;
      const told = { scheduleId, name, reason, count: times.length };
      draft.log({ type: 'schedule_changed', change: 'missed', by: 'system', ...told });
    }
    // A due time that has come takes the place of one that failed before it.
    const next = { ...schedule, nextAt: found.next, ...(run === null ? {} : { retry: null }) };
    put(draft, next);
    const last = schedule.count !== null && run !== null && schedule.runs + 1 >= schedule.count;
    if (last) put(draft, { ...next, nextAt: null });
    const current = last ? { ...next, nextAt: null } : next;
    if (run !== null)
      runOrHold(
        draft,
        current,
        { ...ready, dueAt: run },
        model,
        now - run < onTimeMs ? 'on_time' : 'was_down',
      );
    return;
  }
  if (retry === null || retry.at > now) return;
  if (obstacle(draft.state, schedule) === null)
    start(draft, schedule, { ...ready, dueAt: retry.dueAt }, model, 'tried_again');
  else put(draft, { ...schedule, retry: { ...retry, at: now + failureBackoff.baseMs } });
}

export function onSchedulesDue(draft: Draft, input: Of<'schedules_due'>): Transition {
  if (draft.state.status === 'archived') return draft.done();
  const ids = [...input.ids];
  for (const { id } of schedulesOf(draft.state).toSorted((a, b) => (a.nextAt ?? 0) - (b.nextAt ?? 0))) {
    const schedule = schedulesOf(draft.state).find((each) => each.id === id);
    const [turnId, messageId] = ids.splice(0, 2);
    if (!schedule || turnId === undefined || messageId === undefined || schedule.ended) continue;
    // What was run by hand and had to wait comes also from one that is paused.
    if (!isLive(schedule) && schedule.held === null) continue;
    due(draft, schedule, [turnId, messageId], input.model);
    settle(draft, id);
  }
  draft.settleStatus();
  return draft.done('tell_user', 'project');
}

/** After a turn: what was held comes next, the one that has waited longest first. True when one was started. */
export function startHeld(draft: Draft, model: ModelName): boolean {
  const [next] = schedulesOf(draft.state)
    .filter((each) => each.held !== null && obstacle(draft.state, each) === null)
    .toSorted((a, b) => (a.held?.dueAt ?? 0) - (b.held?.dueAt ?? 0));
  if (next === undefined || next.held === null) return false;
  start(draft, next, next.held, model, next.held.reason);
  return true;
}

/** A turn ended: what that means for the schedule whose run it was. One that waits for a person goes on later. */
export function endRun(draft: Draft, runId: string, outcome: Outcome, code: string | null): void {
  const schedule = schedulesOf(draft.state).find(({ open }) => open?.runId === runId);
  if (schedule === undefined || schedule.open === null || outcome === 'waiting') return;
  const { open } = schedule;
  const over: ScheduleState = { ...schedule, open: null };
  if (outcome !== 'failed') {
    put(draft, { ...over, failures: 0 });
    settle(draft, schedule.id);
    return;
  }
  const failures = schedule.failures + 1;
  draft.receipt({
    ...receiptOf(schedule, [open.dueAt]),
    status: 'failed',
    reason: code ?? 'failed',
    runId,
    startedAt: schedule.lastRunAt,
  });
  const delay = retryDelay(failureBackoff, failures, jitterOf(runId), null);
  if (delay === null) {
    const paused = {
      ...over,
      failures,
      nextAt: null,
      held: null,
      paused: { reason: 'failing' as const, at: draft.now },
    };
    put(draft, paused);
    note(draft, paused, 'paused', 'system');
    return;
  }
  const at = draft.now + delay;
  const isBefore = schedule.nextAt === null || at < schedule.nextAt;
  put(draft, { ...over, failures, retry: isBefore ? { dueAt: open.dueAt, at } : null });
}

export function onAddSchedule(draft: Draft, input: Of<'add_schedule'>): Transition {
  const { schedule, by } = input;
  if (draft.state.status === 'archived') return { ok: false, refusal: 'conversation_archived' };
  if (schedulesOf(draft.state).some(({ id }) => id === schedule.id)) return draft.done();
  if (schedulesOf(draft.state).filter(({ ended }) => !ended).length >= maxSchedules)
    return { ok: false, refusal: 'limit_reached' };
  addSchedule(draft, schedule, by);
  draft.settleStatus();
  return draft.done('tell_user', 'project');
}

/** The oldest that have ended make room. */
export function addSchedule(draft: Draft, schedule: ScheduleState, by: By): void {
  const zone = zoneOf(draft.state, schedule);
  const nextAt = schedule.rule.type === 'immediate' ? draft.now : nextDue(schedule, zone, draft.now);
  const ended = schedulesOf(draft.state).filter((each) => each.ended);
  const spare = new Set(ended.slice(0, Math.max(0, ended.length - maxSchedules)).map(({ id }) => id));
  if (spare.size > 0) draft.set({ schedules: schedulesOf(draft.state).filter(({ id }) => !spare.has(id)) });
  put(draft, { ...schedule, nextAt, createdAt: draft.now });
  note(draft, schedule, 'created', by);
}

/** What of a paused time nobody kept has one receipt: it was paused. */
function resumed(draft: Draft, schedule: ScheduleState): ScheduleState {
  const zone = zoneOf(draft.state, schedule);
  const from = schedule.paused?.at ?? draft.now;
  const { times } = dueTimes({ ...schedule, nextAt: nextDue(schedule, zone, from) }, zone, draft.now);
  const reason = schedule.paused?.reason === 'archived' ? 'was_archived' : 'was_paused';
  if (times.length > 0) draft.receipt({ ...receiptOf(schedule, times), status: 'skipped', reason });
  return { ...schedule, paused: null, failures: 0, nextAt: nextDue(schedule, zone, draft.now) };
}

const paused = (
  schedule: ScheduleState,
  reason: 'user' | 'assistant' | 'archived',
  at: number,
): ScheduleState => ({
  ...schedule,
  paused: { reason, at },
  nextAt: null,
  retry: null,
  held: null,
});

export function changeSchedule(draft: Draft, input: Omit<Of<'change_schedule'>, 'type'>): boolean {
  const { scheduleId, change, by } = input;
  const known = schedulesOf(draft.state).find(({ id }) => id === scheduleId);
  if (known === undefined) return false;
  const { pause, ...fields } = change;
  let next: ScheduleState = { ...known, ...fields };
  const isMoved = ['rule', 'timezone', 'count', 'until'].some((name) => name in fields);
  if (isMoved && next.paused === null) {
    const nextAt = nextDue(next, zoneOf(draft.state, next), draft.now);
    next = { ...next, nextAt, retry: null, failures: 0, ended: nextAt === null && next.open === null };
  }
  if (Object.keys(fields).length > 0) note(draft, next, 'changed', by);
  if (pause === true && isLive(next)) {
    next = paused(next, by === 'assistant' ? 'assistant' : 'user', draft.now);
    note(draft, next, 'paused', by);
  } else if (pause === false && next.paused !== null) {
    next = resumed(draft, next);
    note(draft, next, 'resumed', by);
  }
  put(draft, next);
  settle(draft, next.id);
  return true;
}

export function onChangeSchedule(draft: Draft, input: Of<'change_schedule'>): Transition {
  if (draft.state.status === 'archived') return { ok: false, refusal: 'conversation_archived' };
  if (!changeSchedule(draft, input)) return { ok: false, refusal: 'not_found' };
  draft.settleStatus();
  return draft.done('tell_user', 'project');
}

/** A run that goes on is not ended by this: `stop` does that. */
export function removeSchedule(draft: Draft, scheduleId: string, by: By): boolean {
  const known = schedulesOf(draft.state).find(({ id }) => id === scheduleId);
  if (known === undefined) return false;
  draft.set({ schedules: schedulesOf(draft.state).filter(({ id }) => id !== scheduleId) });
  note(draft, known, 'removed', by);
  return true;
}

export function onRemoveSchedule(draft: Draft, input: Of<'remove_schedule'>): Transition {
  if (!removeSchedule(draft, input.scheduleId, input.by)) return { ok: false, refusal: 'not_found' };
  draft.settleStatus();
  return draft.done('tell_user', 'project');
}

export function onRunSchedule(draft: Draft, input: Of<'run_schedule'>): Transition {
  const { scheduleId, turnId, messageId, model } = input;
  if (draft.state.status === 'archived') return { ok: false, refusal: 'conversation_archived' };
  const schedule = schedulesOf(draft.state).find(({ id }) => id === scheduleId);
  if (schedule === undefined) return { ok: false, refusal: 'not_found' };
  const run = { dueAt: draft.now, reason: 'by_hand' as const, turnId, messageId };
  if (draft.state.turn === null) start(draft, schedule, run, model, 'by_hand');
  else if (schedule.held === null) put(draft, { ...schedule, held: run });
  else return { ok: false, refusal: 'turn_in_progress' };
  return draft.done('tell_user', 'project');
}

export function onRehearse(draft: Draft, input: Of<'rehearse'>): Transition {
  const { name, instruction, turnId, messageId, model } = input;
  if (draft.state.status === 'archived') return { ok: false, refusal: 'conversation_archived' };
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
  draft.set({ rehearsal: turnId, preview: oneLine(instruction) });
  draft.startTurn({ turnId, trigger: 'schedule', replaces: null, model, source });
  return draft.done('tell_user', 'project');
}

/** What follows the owner follows them there. */
function moveTo(draft: Draft, timezone: string): void {
  if (draft.state.timezone === timezone) return;
  draft.set({ timezone });
  for (const schedule of schedulesOf(draft.state)) {
    if (schedule.timezone !== null || !isLive(schedule) || schedule.nextAt === null) continue;
    put(draft, { ...schedule, nextAt: nextDue(schedule, timezone, draft.now) });
    settle(draft, schedule.id);
  }
}

export function onZoneChanged(draft: Draft, input: Of<'zone_changed'>): Transition {
  moveTo(draft, input.timezone);
  draft.settleStatus();
  return draft.done('tell_user', 'project');
}

/** With its conversation, and back. */
export function pauseAll(draft: Draft): void {
  for (const schedule of schedulesOf(draft.state))
    if (isLive(schedule)) put(draft, paused(schedule, 'archived', draft.now));
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
