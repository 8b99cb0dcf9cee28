/** What a turn needs of the world, as the core sees it. Adapters and objects supply them. */
import type { Usage } from '#shared/protocol/conversation.ts';
import type { ToolDefinition } from '../tools/definitions.ts';

/** A content block as the Messages API gave it, kept as it came (thinking signatures included). */
export type ModelBlock = Readonly<Record<string, unknown>> & { readonly type: string };

export interface ModelMessage {
  role: 'user' | 'assistant';
  content: ModelBlock[];
}

/** One call of the Messages API, without what the adapter adds (transport, key). */
export interface ModelRequest {
  model: string;
  maxTokens: number;
  system: ModelBlock[];
  /** In the API's words; the same for every step of a turn. */
  tools: ReadonlyArray<ToolDefinition>;
  messages: ModelMessage[];
  thinking: Readonly<Record<string, unknown>> | null;
  effort: 'low' | 'medium' | 'high' | null;
  /** Names the head of the prompt that thinking in the reply will be bound to. */
  binding: string;
  /** Put an automatic cache breakpoint on the last block. */
  cacheLast: boolean;
}

export interface ModelReply {
  ok: true;
  blocks: ModelBlock[];
  stopReason: string;
  /** For `refusal`: the category that the model's side gave. */
  stopDetail: string | null;
  usage: Usage;
  model: string;
}

/** A call that failed. `code` is stable and free of content; nothing of a failed call is kept but its text. */
export interface ModelFault {
  ok: false;
  code: string;
  retryable: boolean;
  retryAfterMs: number | null;
  /** What the call had cost when it failed, as far as it was told. */
  usage?: Usage;
}

export type DeltaKind = 'text' | 'thinking';

export interface Model {
  /**
   * Streams one reply. Never throws: a failure is a `ModelFault`; an abort by `signal` is the fault `aborted`.
   * `onDelta` hears text as it comes.
   */
  stream(
    request: ModelRequest,
    options: { signal: AbortSignal; onDelta: (kind: DeltaKind, text: string) => void },
  ): Promise<ModelReply | ModelFault>;
}
