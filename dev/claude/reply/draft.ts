/**
 * What the stand-in wants to say, before the request's limits, ids and signatures are put on it. Speakers and
 * scenarios make drafts; compose.ts makes replies of them.
 */
import type { JsonObject } from '#dev/stand-in/json.ts';

export type DraftBlock =
  /** Shown only where the request's thinking settings let it be. */
  | { readonly type: 'thinking'; readonly text: string }
  | { readonly type: 'text'; readonly text: string; readonly citations?: readonly JsonObject[] }
  | { readonly type: 'tool_use'; readonly name: string; readonly input: JsonObject }
  /** A block of Anthropic's own tools, given as it stands on the wire. */
  | { readonly type: 'server'; readonly block: JsonObject };

export type StopReason =
  | 'end_turn'
  | 'max_tokens'
  | 'stop_sequence'
  | 'tool_use'
  | 'pause_turn'
  | 'refusal'
  | 'model_context_window_exceeded';

export interface Draft {
  readonly blocks: readonly DraftBlock[];
  /** Set where the end is not simply the end: otherwise `tool_use` after calls and `end_turn` after text. */
  readonly stopReason?: 'pause_turn' | 'refusal';
  readonly stopDetails?: JsonObject;
  /** Ends generation early, as if the model had run out there; the smaller of this and the request's limit counts. */
  readonly cutAfterTokens?: number;
  /** What the early end is called. */
  readonly cutReason?: 'max_tokens' | 'model_context_window_exceeded';
  /** Tells the model to stop at this text, whether or not the request named it. */
  readonly stopAt?: string;
}

/** A draft that only says something. */
export function say(text: string, thinking?: string): Draft {
  const thought: readonly DraftBlock[] = thinking === undefined ? [] : [{ type: 'thinking', text: thinking }];
  return { blocks: [...thought, { type: 'text', text }] };
}
