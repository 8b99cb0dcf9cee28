/**
 * What becomes of tool calls and questions, as changes of a draft. A call leaves the pending ones with exactly one
 * result; the model is asked again only when nothing of its last step waits any more.
 */
import type { QuestionEnd, QuestionOutcome } from '#shared/protocol/question.ts';
import type { Draft } from './draft.ts';
import type { CallResult } from './input.ts';
import { oneLine } from './preview.ts';
import { carryOut } from './transition-schedules.ts';
import { carryOutHook } from './transition-webhooks.ts';
import { callsOf, type ConversationState, type PendingCall, questionsOf } from './state.ts';

/** A result that is only words. */
export const plainResult = (outcome: CallResult['outcome'], text: string): CallResult => ({
  outcome,
  isError: outcome !== 'ok',
  text,
  raw: null,
  outside: false,
  files: [],
  full: null,
});

/** Nobody decided: time did, or a stop. */
export const closedBy = (outcome: QuestionOutcome): QuestionEnd => ({
  outcome,
  by: null,
  reason: null,
  answers: null,
  input: null,
  ruleId: null,
});

/** Whether something can be done now without a person. */
export const hasWork = (state: ConversationState): boolean =>
  callsOf(state).some(({ phase }) => phase !== 'asked');

/** Whether the model's last step waits for a person. */
export const isBlocked = (state: ConversationState): boolean =>
  callsOf(state).some(({ phase, late }) => phase === 'asked' && late !== true);

/** Changes one call. */
export function changeCall(draft: Draft, toolUseId: string, change: Partial<PendingCall>): void {
  const calls = callsOf(draft.state).map((call) =>
    call.toolUseId === toolUseId ? { ...call, ...change } : call,
  );
  draft.set({ calls });
}

const WRITTEN = 20;

/** What a sub-agent of a daily run wrote is shown to its board: the task may be done by it. */
function noteWritten(draft: Draft, { name }: PendingCall, { files }: CallResult): void {
  const { work } = draft.state;
  if (work === undefined || name !== 'write_file' || files.length === 0) return;
  const fresh = files.map((file) => ({ id: file.id, name: file.name, at: draft.now }));
  draft.set({ work: { ...work, wrote: [...(work.wrote ?? []), ...fresh].slice(-WRITTEN) } });
}

/** Ends one call with its result. */
export function endCall(draft: Draft, call: PendingCall, result: CallResult): void {
  const { outcome, isError, text, raw, outside, files, full } = result;
  draft.log(
    {
      type: 'tool_ended',
      turnId: draft.state.turn?.id ?? call.turnId,
      toolUseId: call.toolUseId,
      name: call.name,
      isError,
      text,
      outcome,
      ...(call.startedAt === undefined ? {} : { durationMs: Math.max(0, draft.now - call.startedAt) }),
      ...(outside ? { outside } : {}),
      ...(files.length > 0 ? { files: [...files] } : {}),
      ...(full === null ? {} : { full }),
      ...(result.rehearsed === undefined ? {} : { rehearsed: result.rehearsed }),
    },
    raw,
  );
  draft.set({ calls: callsOf(draft.state).filter(({ toolUseId }) => toolUseId !== call.toolUseId) });
  const { turn } = draft.state;
  if (outcome === 'unknown' && turn !== null)
    draft.set({ turn: { ...turn, marks: { ...turn.marks, unknown: true } } });
  noteWritten(draft, call, result);
  if (result.archive) draft.set({ archiveAtEnd: true });
  if (result.schedule) carryOut(draft, result.schedule);
  if (result.webhook) carryOutHook(draft, result.webhook);
  if (result.note !== undefined) draft.setNote(result.note, 'assistant');
}

/** Closes a question; its call is for the caller. */
export function closeQuestion(draft: Draft, questionId: string, end: QuestionEnd): void {
  draft.log({ type: 'question_closed', questionId, end });
  draft.set({ questions: questionsOf(draft.state).filter(({ id }) => id !== questionId) });
}

/** Takes back questions whose calls will not be made, and ends those calls. */
export function withdraw(draft: Draft, of: (call: PendingCall) => boolean, why: string): void {
  for (const call of callsOf(draft.state)) {
    if (call.phase !== 'asked' || !of(call)) continue;
    if (call.questionId !== undefined) closeQuestion(draft, call.questionId, closedBy('withdrawn'));
    endCall(draft, call, plainResult('stopped', why));
  }
}

/** Ends the calls that nobody has begun and nobody will begin any more. */
export function letGo(draft: Draft, why: string): void {
  for (const call of callsOf(draft.state))
    if (call.phase === 'proposed' || call.phase === 'approved')
      endCall(draft, call, plainResult('stopped', why));
}

const mayHaveHappened = ({ phase, risk }: PendingCall): boolean => phase === 'running' && risk !== 'read';

/** The turn was ended from outside: what ran may have happened, what had not begun did not. */
export function breakOff(draft: Draft, turnId: string): void {
  for (const call of callsOf(draft.state)) {
    if (call.phase === 'asked') continue;
    const result = mayHaveHappened(call)
      ? plainResult(
          'unknown',
          'Outcome unknown: the person stopped the turn while this call ran. It may have been carried out.',
        )
      : plainResult('stopped', 'Not done: the person stopped the turn first.');
    endCall(draft, call, result);
  }
  withdraw(draft, (call) => call.turnId === turnId, 'Not done: the person stopped the turn first.');
}

/**
 * The process that ran these calls is gone. What only looks, or is known to its receiver by its id, is made again;
 * of the rest nobody can say whether it happened, and nobody may find out by doing it twice.
 */
export function afterLoss(draft: Draft): void {
  for (const call of callsOf(draft.state)) {
    if (call.phase !== 'running' || call.repeatable === true) continue;
    endCall(
      draft,
      call,
      plainResult(
        'unknown',
        'Outcome unknown: the app was interrupted while this call ran. It may have been carried out. Check before doing it again, and tell the person.',
      ),
    );
  }
}

/** What a page shows of a conversation that waits. */
export function noteAsked(draft: Draft, title: string): void {
  draft.set({ preview: oneLine(title), lastReplySeq: draft.state.lastSeq });
}
