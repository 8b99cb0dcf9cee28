/** What a person says: messages, the queue behind a turn, a reply that is written again, a stop. */
import { withdraw } from './calls.ts';
import type { Draft } from './draft.ts';
import { type InputOf, refuse, type Transition } from './input.ts';
import { oneLine } from './preview.ts';
import { oldRehearsal } from './state.ts';
import { breakTurn } from './transition-care.ts';

/** Messages that may wait for a turn: a runaway client must not fill the object. */
export const maxQueue = 50;

export function onMessage(draft: Draft, input: InputOf<'message'>): Transition {
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

export function onEditQueued(draft: Draft, input: InputOf<'edit_queued'>): Transition {
  if (!draft.state.queue.includes(input.messageId)) return refuse('message_not_queued');
  draft.log({
    type: 'message_edited',
    messageId: input.messageId,
    content: [{ type: 'text', text: input.text }],
  });
  return draft.done('project');
}

export function onDropQueued(draft: Draft, input: InputOf<'drop_queued'>): Transition {
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
export function onSendQueued(draft: Draft, input: InputOf<'send_queued'>): Transition {
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

export function onRegenerate(draft: Draft, input: InputOf<'regenerate'>): Transition {
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

export function onStop(draft: Draft, input: InputOf<'stop'>): Transition {
  const { turn } = draft.state;
  // Stopping what already ended is what the user wanted: no refusal, nothing changes.
  if (turn === null) return draft.done();
  breakTurn(draft, turn, input.partial, null);
  return draft.done('abort_turn', 'tell_user', 'project', 'record_effects');
}
