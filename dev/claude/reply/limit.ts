/** Ends a draft where generation would have ended: at a stop sequence, or where its tokens are used up. */
import type { JsonObject } from '#dev/stand-in/json.ts';
import { countTokens, tokenize } from '../usage/tokens.ts';
import type { Draft, DraftBlock, StopReason } from './draft.ts';

export type LimitedBlock =
  | { readonly type: 'thinking'; readonly tokens: readonly string[] }
  | {
      readonly type: 'text';
      readonly tokens: readonly string[];
      readonly citations?: readonly JsonObject[] | undefined;
    }
  | {
      readonly type: 'tool_use';
      readonly name: string;
      readonly tokens: readonly string[];
      readonly whole: DraftBlock;
    }
  | { readonly type: 'server'; readonly tokens: readonly string[]; readonly whole: DraftBlock };

export interface Limited {
  readonly blocks: readonly LimitedBlock[];
  readonly stopReason: StopReason;
  readonly stopSequence: string | null;
}

/**
 * @param room how many tokens may be generated; @param roomReason what running out of them is called.
 * Tokens of a tool call are those of its input as JSON, so that a call can be cut in the middle of it.
 */
export function limitDraft(
  draft: Draft,
  stopSequences: readonly string[],
  room: number,
  roomReason: 'max_tokens' | 'model_context_window_exceeded',
): Limited {
  const stopped = cutAtSequence(draft.blocks, stopSequences);
  const early = draft.cutAfterTokens ?? Number.POSITIVE_INFINITY;
  const limit = Math.min(room, early);
  const limitReason = early < room ? (draft.cutReason ?? 'max_tokens') : roomReason;
  const blocks: LimitedBlock[] = [];
  let left = limit;
  for (const block of stopped.blocks) {
    const tokens = tokensOf(block);
    if (tokens.length > left) {
      const rest = tokens.slice(0, left);
      if (rest.length > 0) blocks.push(limited(block, rest));
      return { blocks, stopReason: limitReason, stopSequence: null };
    }
    left -= tokens.length;
    blocks.push(limited(block, tokens));
  }
  if (limit === 0) return { blocks, stopReason: limitReason, stopSequence: null };
  if (stopped.sequence !== null)
    return { blocks, stopReason: 'stop_sequence', stopSequence: stopped.sequence };
  const called = blocks.at(-1)?.type === 'tool_use';
  return { blocks, stopReason: draft.stopReason ?? (called ? 'tool_use' : 'end_turn'), stopSequence: null };
}

function limited(block: DraftBlock, tokens: readonly string[]): LimitedBlock {
  if (block.type === 'tool_use') return { type: 'tool_use', name: block.name, tokens, whole: block };
  if (block.type === 'server') return { type: 'server', tokens, whole: block };
  if (block.type === 'text') return { type: 'text', tokens, citations: block.citations };
  return { type: block.type, tokens };
}

function tokensOf(block: DraftBlock): readonly string[] {
  if (block.type === 'tool_use') return tokenize(JSON.stringify(block.input));
  if (block.type === 'server') return tokenize(JSON.stringify(block.block));
  return tokenize(block.text);
}

/** Stop sequences are looked for in text only; what follows the first of them is never generated. */
function cutAtSequence(
  blocks: readonly DraftBlock[],
  sequences: readonly string[],
): { blocks: readonly DraftBlock[]; sequence: string | null } {
  for (const [index, block] of blocks.entries()) {
    if (block.type !== 'text') continue;
    const found = sequences
      .map((sequence) => ({ sequence, at: block.text.indexOf(sequence) }))
      .filter(({ at }) => at >= 0)
      .toSorted((a, b) => a.at - b.at)[0];
    if (found === undefined) continue;
    const head = block.text.slice(0, found.at);
    const last: readonly DraftBlock[] = countTokens(head) > 0 ? [{ type: 'text', text: head }] : [];
    return { blocks: [...blocks.slice(0, index), ...last], sequence: found.sequence };
  }
  return { blocks, sequence: null };
}
