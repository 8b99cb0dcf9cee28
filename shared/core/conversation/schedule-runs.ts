/**
 * What comes due. One run at a time: what comes due while the
 * conversation is at work, or waits for its person, is held or skipped as the schedule says, and has its receipt.
 */
import type { RunSource } from '#shared/protocol/conversation.ts';
import {
  dueAt,
  dueTimes,
  failureBackoff,
  heldTooLong,
  type HeldRun,
  isLive,
  judgeDue,
  latestMs,
  nextKept,
  onTimeMs,
  opensOf,
  type ScheduleState,
} from '../schedule/schedule-state.ts';
import { earliest } from '../earliest.ts';
import { instant } from '../schedule/instant.ts';
import type { Draft } from './draft.ts';
import type { InputOf, Transition } from './input.ts';
import { oneLine } from './preview.ts';
import { found, put, receiptOf, settle, tellMissed, withoutHeld } from './schedule-put.ts';
import { type ConversationState, type ModelName, questionsOf, schedulesOf, zoneOf } from './state.ts';

/** Whether the model is at work, or what it works on waits for a person and this schedule waits with it. */
function obstacle(state: ConversationState, schedule: ScheduleState): 'was_busy' | 'waiting_for_you' | null {
  if (state.turn !== null) return 'was_busy';
  return questionsOf(state).length > 0 && schedule.whileWaiting === 'hold' ? 'waiting_for_you' : null;
}

/** When the schedules of a conversation need somebody; `null` when nothing is due at any time. */
export function schedulesDue(state: ConversationState): number | null {
  if (state.status === 'archived') return null;
  return earliest(
    schedulesOf(state).map((schedule) => {
      const waits = schedule.held !== null && !schedule.ended && obstacle(state, schedule) === null;
      return waits ? 0 : dueAt(schedule);
    }),
  );
}

/** The next run that can be expected; `null` when there is none. What comes due before a new try is skipped. */
export function nextRunAt(state: ConversationState): number | null {
  const live = schedulesOf(state).filter(isLive);
  return earliest(live.map((each) => each.retry?.at ?? nextKept(each, zoneOf(state, each))));
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
  const all = [first, ...others];
  // Who began one by hand was told its id at once. Of several that of the first counts, and the others lead to it.
  const { turnId } = (all.find(({ run }) => run.reason === 'by_hand') ?? first).run;
  const other = (each: Ready) =>
    each.run.reason === 'by_hand' && each.run.turnId !== turnId
      ? { ...sourceOf(each), askedAs: each.run.turnId }
      : sourceOf(each);
  for (const each of all) {
    const { run } = each;
    const schedule = found(draft, each.schedule.id);
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
    const earlier = opensOf(schedule);
    // What is run by hand takes nothing from the due times: one that waits, or is tried again, still is.
    const owed = run.reason === 'by_hand' && schedule.held?.turnId !== run.turnId;
    put(draft, {
      ...schedule,
      held: owed ? schedule.held : null,
      retry: run.reason === 'by_hand' ? schedule.retry : null,
      open: { runId: turnId, dueAt: run.dueAt, startedAt: draft.now },
      ...(earlier.length > 0 ? { earlier } : {}),
      lastRunAt: draft.now,
      runs: schedule.runs + (again ? 0 : 1),
    });
  }
  draft.set({ preview: oneLine(first.schedule.instruction) });
  const source = sourceOf(first);
  const together = others.length === 0 ? {} : { together: others.map(other) };
  draft.startTurn({
    turnId,
    trigger: 'schedule',
    replaces: null,
    model,
    source: { ...source, ...together },
    // What a person began by hand, or by their yes, they wait for.
    patient: ready.every(
      ({ run, schedule }) => run.reason !== 'by_hand' && schedule.rule.type !== 'immediate',
    ),
  });
}

/**
 * A due time that has come: to be run now, or held or skipped with a receipt that says why. `overlap` is about the run
 * before of the same schedule; behind anything else a due time waits.
 */
function runOrHold(draft: Draft, ready: Ready): Ready[] {
  const { schedule, run } = ready;
  const why = obstacle(draft.state, schedule);
  if (why === null) return [ready];
  const receipt = receiptOf(schedule, [run.dueAt]);
  if (schedule.overlap === 'skip' && opensOf(schedule).length > 0)
    draft.receipt({ ...receipt, status: 'skipped', reason: why });
  else if (schedule.held !== null)
    draft.receipt({ ...receipt, status: 'skipped', reason: 'one_waits_already' });
  else {
    draft.receipt({ ...receipt, status: 'blocked', reason: why });
    put(draft, { ...schedule, held: { ...run, reason: why } });
  }
  return [];
}

/** The due time that waited, if nothing is in its way any more; one that waited too long is missed. */
function readyHeld(draft: Draft, schedule: ScheduleState): Ready[] {
  const { held } = schedule;
  if (held === null || obstacle(draft.state, schedule) !== null) return [];
  const reason = heldTooLong(schedule, held, draft.now);
  if (reason === null) return [{ schedule, run: held, reason: held.reason }];
  put(draft, withoutHeld(draft, schedule, { status: 'missed', reason }));
  tellMissed(draft, schedule, reason, 1);
  return [];
}

/** Due times that have come, and that no failure before them keeps back. */
function dueNow(draft: Draft, id: string): { times: number[]; next: number | null } {
  const schedule = found(draft, id);
  const { times, next } = dueTimes(schedule, zoneOf(draft.state, schedule), draft.now);
  const until = Math.max(schedule.retry?.at ?? 0, schedule.restUntil ?? 0);
  const backing = times.filter((time) => time < until);
  if (backing.length > 0)
    draft.receipt({ ...receiptOf(schedule, backing), status: 'skipped', reason: 'backing_off' });
  return { times: times.slice(backing.length), next };
}

/** After a due time was run or held: the last of `count` has none after it. One that was skipped is not counted. */
function settleCount(draft: Draft, id: string, started: number): void {
  const schedule = found(draft, id);
  const { count, runs, held } = schedule;
  const waits = held !== null && held.reason !== 'by_hand' ? 1 : 0;
  if (count !== null && runs + waits + started >= count) put(draft, { ...schedule, nextAt: null });
}

/** What of a schedule is to be run now; everything else about its due times is put down at once. */
function due(draft: Draft, id: string, ids: [string, string]): Ready[] {
  const { now } = draft;
  const [turnId, messageId] = ids;
  const ready = { reason: 'was_busy' as const, turnId, messageId };
  const waited = readyHeld(draft, found(draft, id));
  if (waited.length > 0) return waited;
  const schedule = found(draft, id);
  if (!isLive(schedule)) return [];
  if (schedule.nextAt !== null && schedule.nextAt <= now) {
    const { times, next } = dueNow(draft, id);
    const { run, missed } = judgeDue(schedule, { times, next }, now);
    for (const { times: gone, reason } of missed) {
      draft.receipt({ ...receiptOf(schedule, gone), status: 'missed', reason });
      tellMissed(draft, schedule, reason, gone.length);
    }
    // A due time that has come takes the place of one that failed before it.
    const retryLeft = run === null ? {} : { retry: null };
    const moved = { ...schedule, nextAt: next, ...retryLeft, ...(run === null ? {} : { ranDue: run }) };
    put(draft, moved);
    if (run !== null) {
      const reason = now - run < onTimeMs ? 'on_time' : 'was_down';
      const started = runOrHold(draft, { schedule: moved, run: { ...ready, dueAt: run }, reason });
      settleCount(draft, id, started.length);
      return started;
    }
  }
  return tryAgain(draft, id, ready);
}

/** A due time whose run failed, when its wait is over. */
function tryAgain(draft: Draft, id: string, ready: Omit<HeldRun, 'dueAt'>): Ready[] {
  const { now } = draft;
  const schedule = found(draft, id);
  const { retry } = schedule;
  if (retry === null || retry.at > now) return [];
  if (obstacle(draft.state, schedule) === null)
    return [{ schedule, run: { ...ready, dueAt: retry.dueAt }, reason: 'tried_again' }];
  const isOver = now - retry.dueAt > latestMs;
  put(draft, { ...schedule, retry: isOver ? null : { ...retry, at: now + failureBackoff.baseMs } });
  return [];
}

export function onSchedulesDue(draft: Draft, input: InputOf<'schedules_due'>): Transition {
  if (draft.state.status === 'archived') return draft.done();
  const ids = [...input.ids];
  const schedules = schedulesOf(draft.state).filter(
    // What was run by hand and had to wait comes also from one that is paused.
    (each) => !each.ended && (isLive(each) || each.held !== null),
  );
  const ready = schedules.flatMap((schedule) => {
    const [turnId, messageId] = ids.splice(0, 2);
    return turnId === undefined || messageId === undefined
      ? []
      : due(draft, schedule.id, [turnId, messageId]);
  });
  startTogether(draft, ready, input.model);
  for (const { id } of schedules) settle(draft, id);
  draft.settleStatus();
  return draft.done('tell_user', 'project');
}

/** After a turn: what was held comes next, all of it together. */
export function startHeld(draft: Draft, model: ModelName): void {
  const schedules = schedulesOf(draft.state).filter(({ ended, held }) => !ended && held !== null);
  const ready = schedules.flatMap((schedule) => readyHeld(draft, schedule));
  startTogether(draft, ready, model);
  for (const { id } of schedules) settle(draft, id);
  if (schedules.length > 0) draft.settleStatus();
}
