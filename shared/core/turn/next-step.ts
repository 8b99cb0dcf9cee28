/** What follows a model's reply: end the turn, run tools, or ask again. Every `stop_reason` is decided here. */
import type { Outcome } from '#shared/protocol/conversation.ts';
import type { ModelBlock, ModelReply } from './ports.ts';

export interface ToolCall {
  id: string;
  name: string;
  input: unknown;
}

export type NextStep =
  | { type: 'end'; outcome: Outcome; code: string | null; blocks: ModelBlock[] }
  | { type: 'tools'; calls: ToolCall[]; blocks: ModelBlock[] }
  | { type: 'again'; blocks: ModelBlock[] };

/** Steps after which a turn is cut: a loop that does not end must not spend without end. */
export const maxSteps = 40;

const isToolUse = (block: ModelBlock) => block.type === 'tool_use';

const isWord = (block: ModelBlock) => block.type === 'text' && String(block['text']).trim() !== '';

const calls = (blocks: ModelBlock[]): ToolCall[] =>
  blocks
    .filter(isToolUse)
    .map((block) => ({ id: String(block['id']), name: String(block['name']), input: block['input'] }));

/** Drops tool calls from a cut reply: their arguments may be half written and must never run or be replayed. */
const withoutCalls = (blocks: ModelBlock[]) => blocks.filter((block) => !isToolUse(block));

/** `step` is the number of this step in its turn, from 1. `blocks` of the result is what the log keeps. */
export function nextStep(reply: ModelReply, step: number): NextStep {
  const { blocks, stopReason } = reply;
  const atLimit = step >= maxSteps;
  switch (stopReason) {
    case 'end_turn':
    case 'stop_sequence':
      // After tools an empty end is an answer; as the only word of a turn it is none.
      if (step === 1 && !blocks.some(isWord))
        return { type: 'end', outcome: 'failed', code: 'empty_reply', blocks };
      return { type: 'end', outcome: 'completed', code: null, blocks };
    case 'tool_use':
      if (atLimit) return { type: 'end', outcome: 'limit', code: 'max_steps', blocks: withoutCalls(blocks) };
      if (!blocks.some(isToolUse)) return { type: 'end', outcome: 'failed', code: 'bad_reply', blocks };
      return { type: 'tools', calls: calls(blocks), blocks };
    case 'pause_turn':
      if (atLimit) return { type: 'end', outcome: 'limit', code: 'max_steps', blocks };
      return { type: 'again', blocks };
    case 'max_tokens':
      return { type: 'end', outcome: 'limit', code: 'max_tokens', blocks: withoutCalls(blocks) };
    case 'model_context_window_exceeded':
      return { type: 'end', outcome: 'limit', code: 'context_window', blocks: withoutCalls(blocks) };
    case 'refusal':
      return { type: 'end', outcome: 'failed', code: 'refusal', blocks: withoutCalls(blocks) };
    default:
      // A stop reason newer than this code: what was said is kept, but nobody may call it done.
      return { type: 'end', outcome: 'failed', code: 'unknown_stop_reason', blocks: withoutCalls(blocks) };
  }
}
