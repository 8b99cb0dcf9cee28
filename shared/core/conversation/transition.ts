/**
 * The one door: whatever starts or changes work in a conversation goes through `transition`. It returns the next
 * state, the new lines of the log and what is to be done, or a refusal; it changes nothing itself. The object
 * commits all of it in one transaction and acts afterwards.
 */
import { addUsage } from '../money/prices.ts';
import { compactAt } from '../prompt/compact.ts';
import { modelBackoff, retryDelay } from '../turn/backoff.ts';
import { breakOff, withdraw } from './calls.ts';
import { Draft, leaseMs } from './draft.ts';
import type { Input, Transition } from './input.ts';
import { oneLine } from './preview.ts';
import { callsOf, type ConversationState, oldRehearsal, waitsForPlace } from './state.ts';
import {
  archive,
  breakTurn,
  onArchive,
  onCompacted,
  onRestore,
  onSpent,
  onTitle,
  onTitleMade,
} from './transition-care.ts';
import {
  onAnswer,
  onCallAsks,
  onCallEnded,
  onCallsDecided,
  onChooseConnections,
  onEquipped,
  onQuestionsDue,
  recoverCalls,
} from './transition-calls.ts';
import {
  onAddWebhook,
  onChangeWebhook,
  onDelivery,
  onWebhooksHeard,
  onRemoveWebhook,
  onStartWebhook,
} from './transition-webhooks.ts';
import { endOver, onBoardMessage, onWorkOver, whyOver } from './transition-work.ts';
import { onSchedulesDue } from './schedule-runs.ts';
import {
  onAddSchedule,
  onChangeSchedule,
  onRehearse,
  onRemoveSchedule,
  onRunSchedule,
  onZoneChanged,
} from './transition-schedules.ts';

/** A turn in which the process was lost this often ends: it may be what kills the process. */
export const maxInterruptions = 5;
/** So many lost processes do not count for a turn that had not begun; it might kill them by its beginning. */
const maxWaits = 20;

/** Messages that may wait for a turn: a runaway client must not fill the object. */
export const maxQueue = 50;

type Of<Type extends Input['type']> = Extract<Input, { type: Type }>;

const refuse = (refusal: Extract<Transition, { ok: false }>['refusal']): Transition => ({
  ok: false,
  refusal,
});

function onMessage(draft: Draft, input: Of<'message'>): Transition {
  const { state } = draft;
  if (state.status === 'archived') return refuse('conversation_archived');
  // Also behind a queue that a stop left: what was said first goes out first.
  const waiting = state.turn !== null || state.queue.length > 0;
  if (waiting && state.queue.length >= maxQueue) return refuse('queue_full');
  draft.log({
    type: 'message_added',
    messageId: input.messageId,
    origin: 'user',
    content: [
      { type: 'text', text: input.text },
      ...input.files.map((file) => ({ type: 'file' as const, file })),
    ],
    queued: waiting,
  });
  if (waiting) {
    const turnId = state.nextTurnId ?? input.turnId;
    draft.set({ queue: [...state.queue, input.messageId], nextTurnId: turnId });
    if (state.turn !== null) return draft.done('project');
    draft.set({ preview: oneLine(input.text) });
    draft.startTurn({ turnId, trigger: 'queue', replaces: null, model: input.model });
    return draft.done('tell_user', 'project');
  }
  draft.set({ preview: oneLine(input.text) });
  draft.startTurn({
    turnId: state.nextTurnId ?? input.turnId,
    trigger: 'message',
    replaces: null,
    model: input.model,
  });
  return draft.done('tell_user', 'project');
}

function onEditQueued(draft: Draft, input: Of<'edit_queued'>): Transition {
  if (!draft.state.queue.includes(input.messageId)) return refuse('message_not_queued');
  draft.log({
    type: 'message_edited',
    messageId: input.messageId,
    content: [{ type: 'text', text: input.text }],
  });
  return draft.done('project');
}

function onDropQueued(draft: Draft, input: Of<'drop_queued'>): Transition {
  const { queue } = draft.state;
  if (!queue.includes(input.messageId)) return refuse('message_not_queued');
  draft.log({ type: 'message_dropped', messageId: input.messageId });
  draft.set({ queue: queue.filter((id) => id !== input.messageId) });
  return draft.done('project');
}

/**
 * Sends what is queued now. A turn that runs ends in the same commit: whoever waits for the end of the work, as the board
 * of a daily run does, must not take the moment in between for it.
 */
function onSendQueued(draft: Draft, input: Of<'send_queued'>): Transition {
  const { state } = draft;
  if (state.status === 'archived') return refuse('conversation_archived');
  if (state.queue.length === 0) return refuse('message_not_queued');
  if (state.turn !== null) breakTurn(draft, state.turn, input.partial, null);
  // No `abort_turn`: the attempt that starts takes the place of the one that ran.
  draft.startTurn({
    turnId: state.nextTurnId ?? input.turnId,
    trigger: 'queue',
    replaces: null,
    model: input.model,
  });
  return draft.done('tell_user', 'project', 'record_effects');
}

function onRegenerate(draft: Draft, input: Of<'regenerate'>): Transition {
  const { state } = draft;
  if (state.status === 'archived') return refuse('conversation_archived');
  if (state.turn !== null) return refuse('turn_in_progress');
  const { lastTurn } = state;
  const stands = lastTurn?.replaces ?? lastTurn?.id;
  const meant = input.replaces !== null && (input.replaces === lastTurn?.id || input.replaces === stands);
  if (stands === undefined || !meant) return refuse('nothing_to_regenerate');
  if (lastTurn?.acted) return refuse('reply_acted');
  withdraw(draft, (call) => call.turnId === lastTurn?.id, 'Not done: the reply is written again.');
  draft.closing = { outcome: 'stopped', code: 'written_again' };
  const { rehearsal } = lastTurn?.marks ?? oldRehearsal(state, lastTurn?.id, draft.now) ?? {};
  draft.startTurn({
    turnId: input.turnId,
    trigger: 'regenerate',
    replaces: stands,
    model: input.model,
    // A rehearsal that is written again is one.
    ...(rehearsal === undefined ? {} : { source: rehearsal, marks: { rehearsal } }),
  });
  return draft.done('tell_user', 'project');
}

function onStop(draft: Draft, input: Of<'stop'>): Transition {
  const { turn } = draft.state;
  // Stopping what already ended is what the user wanted: no refusal, nothing changes.
  if (turn === null) return draft.done();
  breakTurn(draft, turn, input.partial, null);
  return draft.done('abort_turn', 'tell_user', 'project', 'record_effects');
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The model has seen everything up to this point of the log. */
function forgetUntold(draft: Draft, shownSeq: number): void {
  const { untold, ...rest } = draft.state;
  if (untold && untold.seq <= shownSeq) draft.state = rest;
}

function onStepDone(draft: Draft, input: Of<'step_done'>): Transition {
  const turn = draft.current(input);
  if (turn === null) return draft.done();
  const step = turn.step + 1;
  draft.log(
    {
      type: 'step_done',
      turnId: turn.id,
      attempt: turn.attempt,
      step,
      content: input.content,
      stopReason: input.stopReason,
      usage: input.usage,
      model: input.model,
      shownSeq: input.shownSeq,
    },
    input.raw,
    input.binding,
  );
  const said = input.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(' ');
  const next = {
    ...turn,
    step,
    failures: 0,
    leaseUntil: draft.now + leaseMs,
    spoke: turn.spoke === true || input.content.length > 0,
    usage: addUsage(turn.usage, input.usage),
  };
  const { inputTokens, cacheReadTokens, cacheWriteTokens } = input.usage;
  const promptTokens = inputTokens + cacheReadTokens + cacheWriteTokens;
  draft.set({
    turn: next,
    usage: addUsage(draft.state.usage, input.usage),
    promptTokens,
    ...(said.trim() ? { preview: oneLine(said), lastReplySeq: draft.state.lastSeq } : {}),
  });
  forgetUntold(draft, input.shownSeq);
  if (input.end === null) {
    const proposed = input.calls.map((call) => ({
      toolUseId: call.id,
      name: call.name,
      // `toContent` shows an object too, whatever came.
      input: isRecord(call.input) ? call.input : {},
      turnId: turn.id,
      runId: turn.runId,
      phase: 'proposed' as const,
      ...(turn.marks === undefined ? {} : { marks: turn.marks }),
    }));
    // With calls the attempt goes on until they have ended; without any the model is asked again at once.
    const attempt = proposed.length > 0 ? next.attempt : next.attempt + 1;
    draft.set({ turn: { ...next, attempt }, calls: [...callsOf(draft.state), ...proposed] });
    const over = whyOver(draft.state, next, draft.now);
    if (over === null) return draft.done('project');
    endOver(draft, draft.turn(), over);
    return draft.done('tell_user', 'project', 'record_effects');
  }
  draft.endTurn(next, input.end.outcome, input.end.code);
  if (draft.state.archiveAtEnd) archive(draft, 'assistant');
  draft.takeQueue();
  const untitled = draft.state.title === null && input.end.outcome === 'completed';
  const long = promptTokens > compactAt || input.end.code === 'context_window';
  return draft.done(
    'tell_user',
    'project',
    ...(untitled ? (['make_title'] as const) : []),
    ...(long ? (['compact'] as const) : []),
  );
}

function onStepFailed(draft: Draft, input: Of<'step_failed'>): Transition {
  const current = draft.current(input);
  if (current === null) return draft.done();
  const turn = { ...current, usage: addUsage(current.usage, input.usage) };
  draft.set({ usage: addUsage(draft.state.usage, input.usage) });
  const failures = turn.failures + 1;
  const delay = input.retryable ? retryDelay(modelBackoff, failures, input.jitter, input.retryAfterMs) : null;
  if (delay === null) {
    draft.keepPartial(turn, input.partial, 'error');
    draft.endTurn(turn, 'failed', input.code);
    draft.takeQueue();
    return draft.done('tell_user', 'project');
  }
  draft.retry({ ...turn, failures }, input.code, draft.now + delay);
  return draft.done('tell_user');
}

function onResume(draft: Draft, input: Of<'resume'>): Transition {
  const { turn } = draft.state;
  if (turn === null) return draft.done();
  const over = whyOver(draft.state, turn, draft.now);
  if (over !== null) {
    recoverCalls(draft);
    endOver(draft, turn, over);
    return draft.done('tell_user', 'project', 'record_effects');
  }
  if (!input.lost) {
    draft.attempt({ ...turn, attempt: turn.attempt + 1 });
    return draft.done();
  }
  const waits = (turn.waits ?? 0) + 1;
  if (waitsForPlace(turn) && waits <= maxWaits) {
    // It waits among many: what died was somebody else's.
    draft.attempt({ ...turn, attempt: turn.attempt + 1, waits });
    return draft.done();
  }
  const interruptions = turn.interruptions + 1;
  if (interruptions >= maxInterruptions) {
    recoverCalls(draft);
    breakOff(draft, turn.id);
    draft.endTurn(turn, 'failed', 'interrupted');
    draft.takeQueue();
    return draft.done('tell_user', 'project', 'record_effects');
  }
  if (!recoverCalls(draft)) {
    draft.endTurn({ ...turn, interruptions }, 'waiting', null);
    draft.takeQueue();
    return draft.done('tell_user', 'project', 'record_effects');
  }
  // Tells the open pages that the text they show is discarded, before the new attempt writes.
  draft.retry({ ...draft.turn(), interruptions }, 'interrupted', draft.now);
  draft.attempt({ ...draft.turn(), attempt: turn.attempt + 1 });
  return draft.done('record_effects');
}

function onExtendLease(draft: Draft): Transition {
  const { turn } = draft.state;
  if (turn === null) return draft.done();
  draft.set({ turn: { ...turn, leaseUntil: draft.now + leaseMs } });
  return draft.done('tell_user');
}

/**
 * Decides what an input does.
 * @param now milliseconds since the epoch
 * @returns the next state with what to log and to do, or a refusal with a problem code; the arguments stay as they are
 */
export function transition(state: ConversationState, input: Input, now: number): Transition {
  const draft = new Draft(state, now);
  switch (input.type) {
    case 'message':
      return onMessage(draft, input);
    case 'edit_queued':
      return onEditQueued(draft, input);
    case 'drop_queued':
      return onDropQueued(draft, input);
    case 'send_queued':
      return onSendQueued(draft, input);
    case 'regenerate':
      return onRegenerate(draft, input);
    case 'stop':
      return onStop(draft, input);
    case 'step_done':
      return onStepDone(draft, input);
    case 'step_failed':
      return onStepFailed(draft, input);
    case 'resume':
      return onResume(draft, input);
    case 'equipped':
      return onEquipped(draft, input);
    case 'calls_decided':
      return onCallsDecided(draft, input);
    case 'call_ended':
      return onCallEnded(draft, input);
    case 'call_asks':
      return onCallAsks(draft, input);
    case 'answer':
      return onAnswer(draft, input);
    case 'questions_due':
      return onQuestionsDue(draft, input);
    case 'choose_connections':
      return onChooseConnections(draft, input);
    case 'schedules_due':
      return onSchedulesDue(draft, input);
    case 'add_schedule':
      return onAddSchedule(draft, input);
    case 'change_schedule':
      return onChangeSchedule(draft, input);
    case 'remove_schedule':
      return onRemoveSchedule(draft, input);
    case 'rehearse':
      return onRehearse(draft, input);
    case 'run_schedule':
      return onRunSchedule(draft, input);
    case 'delivery':
      return onDelivery(draft, input);
    case 'webhooks_heard':
      return onWebhooksHeard(draft);
    case 'start_webhook':
      return onStartWebhook(draft, input);
    case 'add_webhook':
      return onAddWebhook(draft, input);
    case 'change_webhook':
      return onChangeWebhook(draft, input);
    case 'remove_webhook':
      return onRemoveWebhook(draft, input);
    case 'board_message':
      return onBoardMessage(draft, input);
    case 'work_over':
      return onWorkOver(draft, input);
    case 'set_note':
      draft.setNote(input.text, input.by);
      return draft.done('tell_user', 'project');
    case 'zone_changed':
      return onZoneChanged(draft, input);
    case 'extend_lease':
      return onExtendLease(draft);
    case 'rename':
      return onTitle(draft, input.title, 'user');
    case 'title_made':
      return onTitleMade(draft, input);
    case 'compacted':
      return onCompacted(draft, input);
    case 'spent':
      return onSpent(draft, input);
    case 'archive':
      return onArchive(draft, input);
    case 'restore':
      return onRestore(draft);
    default:
      return input satisfies never;
  }
}
