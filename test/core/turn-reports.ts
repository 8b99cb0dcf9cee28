/**
 * What a running turn reports of itself, for tests that decide without a model: a step that ended with words or with calls,
 * one that failed. A test that is about one part of a report says it over: `{ ...failed(state), code: 'overloaded' }`.
 */
import type { Input } from '#shared/core/conversation/input.ts';
import { noUsage } from '#shared/core/conversation/state.ts';
import type { ToolCall } from '#shared/core/turn/next-step.ts';
import { model } from './ids.ts';

type Call = ToolCall & { input: Record<string, unknown> };
type Report<Type extends Input['type']> = Extract<Input, { type: Type }>;

/** As much of a conversation as a report speaks of. */
interface Reporting {
  turn: { id: string; attempt: number } | null;
  lastSeq: number;
}

/** Which attempt reports. Without one the test means something else than it plays. */
export function headOf({ turn }: Pick<Reporting, 'turn'>): { turnId: string; attempt: number } {
  if (turn === null) throw new Error('nothing runs');
  return { turnId: turn.id, attempt: turn.attempt };
}

/** The model was shown all of the log, says its last words, and the turn is done. */
export function ended(state: Reporting, text = 'words'): Report<'step_done'> {
  return {
    type: 'step_done',
    ...headOf(state),
    content: [{ type: 'text', text }],
    raw: [{ type: 'text', text }],
    binding: 'b',
    stopReason: 'end_turn',
    usage: noUsage,
    model: model.name,
    end: { outcome: 'completed', code: null },
    calls: [],
    shownSeq: state.lastSeq,
  };
}

/** The model was cut off at the limit of steps. */
export const cut = (state: Reporting): Report<'step_done'> => ({
  ...ended(state),
  end: { outcome: 'limit', code: 'max_steps' },
});

/** The model ends its step with calls, and the turn goes on with them. */
export function called(state: Reporting, calls: ReadonlyArray<Call>): Report<'step_done'> {
  const content = calls.map((call) => ({ type: 'tool_use' as const, ...call }));
  return { ...ended(state), content, raw: content, stopReason: 'tool_use', end: null, calls };
}

/** The model refuses, and would refuse again: the turn has failed. */
export function failed(state: Pick<Reporting, 'turn'>): Report<'step_failed'> {
  return {
    type: 'step_failed',
    ...headOf(state),
    code: 'model_key_refused',
    retryable: false,
    retryAfterMs: null,
    jitter: 0,
    partial: '',
    usage: noUsage,
  };
}
