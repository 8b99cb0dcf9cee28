/** The inputs of a conversation that has a part in a daily run: words of its board, and the end of the window. */
import type { NeedsYou } from '#shared/protocol/daily.ts';
import type { Outcome } from '#shared/protocol/conversation.ts';
import { letGo } from './calls.ts';
import type { Draft } from './draft.ts';
import type { InputOf, Transition } from './input.ts';
import { oneLine } from './preview.ts';
import {
  callsOf,
  type ConversationState,
  questionsOf,
  type RunningTurn,
  type WorkState,
  type Written,
} from './state.ts';

/** Tokens that count against a budget: those that were not read from the cache. */
export const tokensOf = ({ usage }: Pick<ConversationState, 'usage'>): number =>
  usage.inputTokens + usage.cacheWriteTokens + usage.outputTokens;

/** Whether the window of its daily run is over: from then on only what a person begins (an answer, a message) starts. */
export const isShut = ({ work }: Pick<ConversationState, 'work'>, now: number): boolean =>
  work !== undefined && now >= work.endsAt;

/** Why a turn may not go on; null when it may. One that a person began after the window is their own and free of it. */
export function whyOver(
  { work, usage }: Pick<ConversationState, 'work' | 'usage'>,
  turn: Pick<RunningTurn, 'free'>,
  now: number,
): 'deadline' | 'token_budget' | null {
  if (work === undefined || turn.free === true) return null;
  if (now >= work.endsAt) return 'deadline';
  return work.tokenBudget !== null && tokensOf({ usage }) >= work.tokenBudget ? 'token_budget' : null;
}

/** When the running turn has to end; null when nothing has to. While a call runs it is waited for. */
export function workDue({ work, turn, calls = [] }: ConversationState): number | null {
  if (work === undefined || turn === null || turn.free === true) return null;
  return calls.some(({ phase }) => phase === 'running') ? null : work.endsAt;
}

export const notDone = {
  deadline: 'Not done: the window of the daily run is over.',
  token_budget: 'Not done: the tokens of this task are used up.',
} as const;

/** Ends the turn with what it has; calls that nobody began are not made, those that wait for a person still wait. */
export function endOver(draft: Draft, turn: RunningTurn, why: 'deadline' | 'token_budget'): void {
  letGo(draft, notDone[why]);
  draft.endTurn(turn, 'limit', why);
}

/** The window is over, or was ended: nothing new is called, and what is in flight ends as it does. */
export function onWorkOver(draft: Draft, { partial }: InputOf<'work_over'>): Transition {
  const { work, turn } = draft.state;
  if (work === undefined) return draft.done();
  if (work.endsAt > draft.now) draft.set({ work: { ...work, endsAt: draft.now } });
  if (turn === null || whyOver(draft.state, turn, draft.now) === null) return draft.done('tell_run');
  if (callsOf(draft.state).some(({ phase }) => phase === 'running')) return draft.done('tell_run');
  draft.keepPartial(turn, partial, 'stopped');
  endOver(draft, draft.turn(), 'deadline');
  return draft.done('abort_turn', 'tell_user', 'project', 'record_effects', 'tell_run');
}

/** Words of the board that wait in the queue. */
const lettersOf = ({ queue, letters = [] }: ConversationState): string[] =>
  letters.filter((id) => queue.includes(id));

/**
 * Before the model is asked again: what the board has said meanwhile stands behind the results of the step, so that a long
 * turn hears the warning in time. What a person wrote waits for its own turn, and may be changed until then.
 */
export function takeLetters(draft: Draft, turn: RunningTurn): void {
  const messageIds = lettersOf(draft.state);
  if (messageIds.length === 0) return;
  draft.log({ type: 'messages_taken', turnId: turn.id, messageIds });
  const queue = draft.state.queue.filter((id) => !messageIds.includes(id));
  draft.set({ queue, letters: [], ...(queue.length === 0 ? { nextTurnId: null } : {}) });
}

/** The board says something: a turn begins with it, or it waits for the running one. */
export function onBoardMessage(draft: Draft, input: InputOf<'board_message'>): Transition {
  const { state } = draft;
  if (state.status === 'archived') return { ok: false, refusal: 'conversation_archived' };
  if (state.work === undefined || isShut(state, draft.now)) return { ok: false, refusal: 'run_over' };
  const waiting = state.turn !== null || state.queue.length > 0;
  draft.log({
    type: 'message_added',
    messageId: input.messageId,
    origin: 'system',
    content: [{ type: 'text', text: input.text }],
    queued: waiting,
    source: input.source,
  });
  const turnId = state.nextTurnId ?? input.turnId;
  if (waiting)
    draft.set({
      queue: [...state.queue, input.messageId],
      letters: [...lettersOf(state), input.messageId],
      nextTurnId: turnId,
    });
  if (state.turn !== null) return draft.done('project');
  draft.set({ preview: oneLine(input.text) });
  draft.startTurn({
    turnId,
    trigger: waiting ? 'queue' : 'board',
    replaces: null,
    model: input.model,
    ...(waiting ? {} : { source: input.source }),
  });
  return draft.done('tell_user', 'project');
}

/** What the board is told of a conversation. */
export interface WorkReport {
  rev: number;
  working: boolean;
  asks: NeedsYou | null;
  turn: { id: string; outcome: Outcome; code: string | null } | null;
  cost: number;
  wrote?: ReadonlyArray<Written>;
}

export function workReport(state: ConversationState): WorkReport {
  const [question] = questionsOf(state);
  const { lastTurn, turn } = state;
  return {
    rev: state.rev,
    working: turn !== null,
    asks: question
      ? { kind: question.kind === 'approval' ? 'approval' : 'question', text: oneLine(question.title) }
      : null,
    turn:
      lastTurn === null ? null : { id: lastTurn.id, outcome: lastTurn.outcome, code: lastTurn.code ?? null },
    cost: state.usage.cost,
    ...(state.work?.wrote === undefined ? {} : { wrote: state.work.wrote }),
  };
}

/** Whether a change of the conversation is one that the board should know. */
export const isForBoard = (type: string): boolean =>
  ['turn_started', 'turn_ended', 'step_done', 'question_asked', 'question_closed'].includes(type);

/** What a conversation of a run begins with. */
export type NewWork = WorkState;
