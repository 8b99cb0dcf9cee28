/** The `usage` objects of a reply; shapes: SDK 1.11.0, `Usage` and `MessageDeltaUsage`. */
import type { CacheFigures } from './cache.ts';

export interface OutputFigures {
  readonly tokens: number;
  readonly thinkingTokens: number;
  readonly services: { readonly web_search_requests: number; readonly web_fetch_requests: number } | null;
}

/** `usage` of a whole message, and of `message_start` with the output so far. */
export function messageUsage(input: CacheFigures, output: OutputFigures): object {
  return {
    input_tokens: input.uncached,
    cache_creation_input_tokens: input.written5m + input.written1h,
    cache_read_input_tokens: input.read,
    cache_creation: {
      ephemeral_5m_input_tokens: input.written5m,
      ephemeral_1h_input_tokens: input.written1h,
    },
    output_tokens: output.tokens,
    output_tokens_details: { thinking_tokens: output.thinkingTokens },
    server_tool_use: output.services,
    service_tier: 'standard',
    speed: null,
    inference_geo: 'not_available',
  };
}

/** `usage` of `message_delta`: totals of the whole message, not increments. */
export function deltaUsage(input: CacheFigures, output: OutputFigures): object {
  return {
    input_tokens: input.uncached,
    cache_creation_input_tokens: input.written5m + input.written1h,
    cache_read_input_tokens: input.read,
    output_tokens: output.tokens,
    output_tokens_details: { thinking_tokens: output.thinkingTokens },
    server_tool_use: output.services,
  };
}
