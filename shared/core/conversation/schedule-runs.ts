/**
 * What comes due, and what the end of a run means for its schedules. One run at a time: what comes due while the
 * conversation is at work, or waits for its person, is held or skipped as the schedule says, and has its receipt.
 */
import type { Outcome, RunSource } from '#shared/protocol/conversation.ts';
import { retryDelay } from '../turn/backoff.ts';
import {
  dueAt,
  dueTimes,
  failureBackoff,
  type HeldRun,
  isLive,
  judgeDue,
  onTimeMs,
  type ScheduleState,
} from '../schedule/schedule-state.ts';
import { instant } from '../schedule/instant.ts';
import type { Draft } from './draft.ts';
import type { Input, Transition } from './input.ts';
import { oneLine } from './preview.ts';
import { jitterOf, note, put, receiptOf, settle } from './schedule-put.ts';
import { type ConversationState, type ModelName, questionsOf, schedulesOf, zoneOf } from './state.ts';

type Of<Type extends Input['type']> = Extract<Input, { type: Type }>;

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

/** A due time that is run now. */
interface Ready {
  schedule: ScheduleState;
  run: HeldRun;
  reason: string;
}

function startReceipt(draft: Draft, { schedule, run, reason }: Ready, runId: string): void {
  const { id: scheduleId } = schedule;
  const { dueAt: due } = run;
  const status = draft.now - due >= onTimeMs ? 'late' : 'ran';
  const times = { dueAt: due, lastDueAt: due, count: 1, startedAt: draft.now };
  draft.receipt({ scheduleId, ...times, status, reason, runId });
}

const sourceOf = ({ schedule, run }: Ready): RunSource => ({
  id: schedule.id,
  name: schedule.name,
  dueAt: instant(run.dueAt),
});

/**
 * Starts the run of what has come due. Due times that come together share one: each has its own words and receipt, and one
 * turn of the model looks after all of them. The caller has seen that nothing is in the way.
 */
export function startTogether(draft: Draft, ready: ReadonlyArray<Ready>, model: ModelName): void {
  const [first, ...others] = ready.toSorted((a, b) => a.run.dueAt - b.run.dueAt);
  if (first === undefined) return;
  const { turnId } = first.run;
  for (const each of [first, ...others]) {
    const { schedule, run } = each;
    draft.log({
      type: 'message_added',
      messageId: run.messageId,
      origin: 'schedule',
      content: [{ type: 'text', text: schedule.instruction }],
      queued: false,
      source: sourceOf(each),
    });
    startReceipt(draft, each, turnId);
    const again = schedule.retry?.dueAt === run.dueAt || run.reason === 'by_hand';
    put(draft, {
      ...schedule,
      held: null,
      retry: null,
      open: { runId: turnId, dueAt: run.dueAt },
      lastRunAt: draft.now,
      runs: schedule.runs + (again ? 0 : 1),
    });
  }
  draft.set({ preview: oneLine(first.schedule.instruction) });
  const source = sourceOf(first);
  const together = others.length === 0 ? {} : { together: others.map(sourceOf) };
  draft.startTurn({
    turnId,
    trigger: 'schedule',
    replaces: null,
    model,
    source: { ...source, ...together },
  });
}

/** A due time that has come: to be run now, or held or skipped with a receipt that says why. */
function runOrHold(draft: Draft, ready: Ready): Ready[] {
  const { schedule, run } = ready;
  const why = obstacle(draft.state, schedule);
  if (why === null) return [ready];
  const receipt = receiptOf(schedule, [run.dueAt]);
  if (schedule.overlap === 'skip') draft.receipt({ ...receipt, status: 'skipped', reason: why });
  else if (schedule.held !== null)
    draft.receipt({ ...receipt, status: 'skipped', reason: 'one_waits_already' });
  else {
    draft.receipt({ ...receipt, status: 'blocked', reason: why });
    put(draft, { ...schedule, held: { ...run, reason: why } });
  }
  return [];
}

/** What of a schedule is to be run now; everything else about its due times is put down at once. */
function due(draft: Draft, schedule: ScheduleState, ids: [string, string]): Ready[] {
  const { now } = draft;
  const [turnId, messageId] = ids;
  const ready = { reason: 'was_busy' as const, turnId, messageId };
  const { retry, held } = schedule;
  if (held !== null && obstacle(draft.state, schedule) === null)
    return [{ schedule, run: held, reason: held.reason }];
  if (schedule.nextAt !== null && schedule.nextAt <= now) {
    const found = dueTimes(schedule, zoneOf(draft.state, schedule), now);
    const { run, missed } = judgeDue(schedule, found, now);
    for (const { times, reason } of missed) {
      draft.receipt({ ...receiptOf(schedule, times), status: 'missed', reason });
      const { id: scheduleId, name } = schedule;
      const told = { scheduleId, name, reason, count: times.length };
      draft.log({ type: 'schedule_changed', change: 'missed', by: 'system', ...told });
    }
    const last = schedule.count !== null && run !== null && schedule.runs + 1 >= schedule.count;
    // A due time that has come takes the place of one that failed before it.
    const retryLeft = run === null ? {} : { retry: null };
    const next = { ...schedule, nextAt: last ? null : found.next, ...retryLeft };
    put(draft, next);
    if (run === null) return [];
    const reason = now - run < onTimeMs ? 'on_time' : 'was_down';
    return runOrHold(draft, { schedule: next, run: { ...ready, dueAt: run }, reason });
  }
  if (retry === null || retry.at > now) return [];
  if (obstacle(draft.state, schedule) === null)
    return [{ schedule, run: { ...ready, dueAt: retry.dueAt }, reason: 'tried_again' }];
  put(draft, { ...schedule, retry: { ...retry, at: now + failureBackoff.baseMs } });
  return [];
}

export function onSchedulesDue(draft: Draft, input: Of<'schedules_due'>): Transition {
  if (draft.state.status === 'archived') return draft.done();
  const ids = [...input.ids];
  const schedules = schedulesOf(draft.state).filter(
    // What was run by hand and had to wait comes also from one that is paused.
    (each) => !each.ended && (isLive(each) || each.held !== null),
  );
  const ready = schedules.flatMap((schedule) => {
    const [turnId, messageId] = ids.splice(0, 2);
    return turnId === undefined || messageId === undefined ? [] : due(draft, schedule, [turnId, messageId]);
  });
  startTogether(draft, ready, input.model);
  for (const { id } of schedules) settle(draft, id);
  draft.settleStatus();
  return draft.done('tell_user', 'project');
}

/** After a turn: what was held comes next, all of it together. */
export function startHeld(draft: Draft, model: ModelName): void {
  const ready = schedulesOf(draft.state).flatMap((schedule) => {
    const { held } = schedule;
    const waits = held !== null && obstacle(draft.state, schedule) === null;
    return waits ? [{ schedule, run: held, reason: held.reason }] : [];
  });
  startTogether(draft, ready, model);
}

/** A turn ended: what that means for the schedules whose run it was. One that waits for a person goes on later. */
export function endRun(draft: Draft, runId: string, outcome: Outcome, code: string | null): void {
  if (outcome === 'waiting') return;
  for (const schedule of schedulesOf(draft.state))
    if (schedule.open?.runId === runId) endRunOf(draft, schedule, schedule.open, outcome, code);
}

function endRunOf(
  draft: Draft,
  schedule: ScheduleState,
  open: NonNullable<ScheduleState['open']>,
  outcome: Outcome,
  code: string | null,
): void {
  const { runId } = open;
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
