/**
 * A Messages request after the contract accepted it: defaults filled in, strings turned into blocks, and every block
 * with the JSON it came from (`raw`, without its cache mark), which is what the prompt cache compares.
 */
import type { JsonObject } from '#dev/stand-in/json.ts';
import type { Effort, ModelSpec } from '../models.ts';

export type Ttl = '5m' | '1h';

interface Common {
  readonly raw: JsonObject;
  /** A cache breakpoint after this block. */
  readonly mark: Ttl | undefined;
}

export type Block =
  | (Common & { readonly type: 'text'; readonly text: string })
  | (Common & { readonly type: 'thinking'; readonly thinking: string; readonly signature: string })
  | (Common & { readonly type: 'redacted_thinking'; readonly data: string })
  | (Common & {
      readonly type: 'tool_use';
      readonly id: string;
      readonly name: string;
      readonly input: JsonObject;
    })
  | (Common & {
      readonly type: 'tool_result';
      readonly toolUseId: string;
      readonly text: string;
      readonly isError: boolean;
    })
  | (Common & { readonly type: 'other'; readonly tag: string });

export interface Message {
  readonly role: 'user' | 'assistant' | 'system';
  readonly content: readonly Block[];
}

export interface ToolSpec extends Common {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonObject;
  readonly strict: boolean;
  readonly deferred: boolean;
  /** Anthropic's own tools (`web_search_20260318`, ...) by their type; `undefined` for the caller's. */
  readonly builtin: string | undefined;
}

export type Thinking =
  | { readonly type: 'off' }
  | { readonly type: 'between_tools' }
  | {
      readonly type: 'adaptive' | 'enabled';
      readonly display: 'summarized' | 'omitted';
      readonly onPrefixMismatch: 'error' | 'drop_block';
    };

export type ToolChoice =
  | { readonly type: 'auto' | 'any' | 'none'; readonly parallel: boolean }
  | { readonly type: 'tool'; readonly name: string; readonly parallel: boolean };

export interface MessageRequest {
  readonly model: ModelSpec;
  /** 0: fill the prompt cache and generate nothing. */
  readonly maxTokens: number;
  readonly messages: readonly Message[];
  readonly system: readonly Block[];
  readonly tools: readonly ToolSpec[];
  readonly toolChoice: ToolChoice;
  readonly thinking: Thinking;
  readonly effort: Effort;
  /** The JSON schema the reply must follow (`output_config.format`). */
  readonly format: JsonObject | undefined;
  readonly stopSequences: readonly string[];
  readonly stream: boolean;
  /** Top-level `cache_control`: a breakpoint on the last cacheable block. */
  readonly automaticMark: Ttl | undefined;
  /** Values of the `anthropic-beta` header. */
  readonly betas: readonly string[];
}

/** `thinking.block_binding` works only with this value in `anthropic-beta`. */
export const BINDING_BETA = 'thinking-binding-controls-2026-08-01';
