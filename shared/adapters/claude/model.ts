/**
 * Claude over the Messages API, as the core's `Model` port. Streams always, retries never (see `faults.ts`), and
 * gives up on a silent connection. Logs nothing: the SDK's own log would print what it could not parse.
 */
import { BaseAnthropic } from '@anthropic-ai/sdk/client';
import {
  type Message,
  Messages,
  type MessageStreamParams,
} from '@anthropic-ai/sdk/resources/messages/messages';
import * as z from 'zod/mini';
import { usageOf } from '#shared/core/money/prices.ts';
import { utcDay } from '#shared/core/schedule/instant.ts';
import type { Model, ModelBlock, ModelReply, ModelRequest } from '#shared/core/turn/ports.ts';
import { faultOf } from './faults.ts';

/** Silence after which a stream counts as dead. The API sends pings well within it. */
export const silenceMs = 60_000;

export interface ClaudeSettings {
  apiKey: string;
  /** Empty for the real API. */
  baseUrl: string;
}

/** The API itself is what checks the blocks: they come from it, or from `assemble`, and pass through unchanged. */
const Params = z.custom<MessageStreamParams>((value) => typeof value === 'object' && value !== null);

/** The request in the API's words. */
function params(request: ModelRequest): MessageStreamParams {
  const { thinking, effort } = request;
  return Params.parse({
    model: request.model,
    max_tokens: request.maxTokens,
    system: request.system,
    messages: request.messages,
    ...(thinking ? { thinking } : {}),
    ...(effort ? { output_config: { effort } } : {}),
    ...(request.cacheLast ? { cache_control: { type: 'ephemeral' } } : {}),
  });
}

function replyOf(message: Message, now: number): ModelReply {
  const { usage } = message;
  const written = usage.cache_creation_input_tokens ?? 0;
  const hour = usage.cache_creation?.ephemeral_1h_input_tokens ?? 0;
  const tokens = {
    input: usage.input_tokens,
    output: usage.output_tokens,
    cacheRead: usage.cache_read_input_tokens ?? 0,
    cacheWrite5m: written - hour,
    cacheWrite1h: hour,
  };
  return {
    ok: true,
    blocks: message.content.map((block): ModelBlock => ({ ...block })),
    stopReason: message.stop_reason ?? 'none',
    stopDetail: message.stop_details?.category ?? null,
    usage: usageOf(message.model, tokens, utcDay(now)),
    model: message.model,
  };
}

/**
 * @param now the clock, in milliseconds since the epoch
 * @returns a `Model`; its `stream` resolves with a reply or a fault and never throws
 */
export function claude(settings: ClaudeSettings, now: () => number): Model {
  const client = new BaseAnthropic({
    apiKey: settings.apiKey,
    ...(settings.baseUrl ? { baseURL: settings.baseUrl } : {}),
    maxRetries: 0,
    timeout: 14 * 60_000,
    logLevel: 'off',
  });
  const messages = new Messages(client);
  return {
    async stream(request, { signal, onDelta }) {
      const silence = new AbortController();
      const silent = () => silence.abort();
      let timer = setTimeout(silent, silenceMs);
      try {
        const stream = messages.stream(params(request), {
          signal: AbortSignal.any([signal, silence.signal]),
        });
        stream.on('streamEvent', () => {
          clearTimeout(timer);
          timer = setTimeout(silent, silenceMs);
        });
        stream.on('text', (text) => onDelta('text', text));
        stream.on('thinking', (text) => onDelta('thinking', text));
        return replyOf(await stream.finalMessage(), now());
      } catch (error) {
        if (!signal.aborted && silence.signal.aborted) {
          return { ok: false, code: 'model_silent', retryable: true, retryAfterMs: null };
        }
        return faultOf(error, now());
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
