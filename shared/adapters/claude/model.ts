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
// oxlint-disable-next-line no-restricted-imports -- a stream of minutes; what bounds it is the silence below
import { wire } from '#shared/adapters/safe-fetch/wire.ts';
import { cleanJson } from '#shared/core/clean.ts';
import { usageOf } from '#shared/core/money/prices.ts';
import { utcDay } from '#shared/core/schedule/instant.ts';
import type { Model, ModelBlock, ModelReply, ModelRequest } from '#shared/core/turn/ports.ts';
import type { Usage } from '#shared/protocol/conversation.ts';
import { faultOf, modelSilent } from './faults.ts';

/** Silence after which a stream counts as dead. The API sends pings well within it. */
const silenceMs = 60_000;

export interface ClaudeSettings {
  apiKey: string;
  /** Empty for the real API. */
  baseUrl: string;
}

/** The API itself is what checks the blocks: they come from it, or from `assemble`, and pass through unchanged. */
const Params = z.custom<MessageStreamParams>((value) => typeof value === 'object' && value !== null);

/**
 * Ends a stream from which nothing has come for `silenceMs`. One timer that looks, rather than one set anew with each
 * piece: pieces come by the dozen, and setting a timer costs more than reading one.
 */
class Silence {
  readonly #controller = new AbortController();
  #heardAt = Date.now();
  #timer = setTimeout(() => this.#look(), silenceMs);

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  heard(): void {
    this.#heardAt = Date.now();
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    const left = this.#heardAt + silenceMs - Date.now();
    if (left <= 0) this.#controller.abort();
    else this.#timer = setTimeout(() => this.#look(), left);
  }
}

/** The request in the API's words. */
function params(request: ModelRequest): MessageStreamParams {
  const { thinking, effort } = request;
  return Params.parse({
    model: request.model,
    max_tokens: request.maxTokens,
    system: request.system,
    ...(request.tools.length > 0 ? { tools: request.tools } : {}),
    messages: request.messages,
    ...(thinking ? { thinking } : {}),
    ...(effort ? { output_config: { effort } } : {}),
    ...(request.cacheLast ? { cache_control: { type: 'ephemeral' } } : {}),
  });
}

function usageIn(message: Pick<Message, 'usage' | 'model'>, now: number): Usage {
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
  return usageOf(message.model, tokens, utcDay(now));
}

const replyOf = (message: Message, now: number): ModelReply => ({
  ok: true,
  blocks: message.content.map((block): ModelBlock => ({ ...block })),
  stopReason: message.stop_reason ?? 'none',
  stopDetail: message.stop_details?.category ?? null,
  usage: usageIn(message, now),
  model: message.model,
});

/**
 * The wire, telling of every piece that arrives. Pings count: the SDK keeps them to itself. What others wrote may have been
 * cut through a character on the way here; the API refuses all of a request that holds half of one, at every try.
 */
const beating =
  (beat: () => void): typeof wire =>
  async (input, init) => {
    const sent = typeof init?.body === 'string' ? { body: cleanJson(init.body) } : {};
    const response = await wire(input, { ...init, ...sent });
    beat();
    if (response.body === null) return response;
    const body = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(piece, controller) {
          beat();
          controller.enqueue(piece);
        },
      }),
    );
    return new Response(body, response);
  };

/**
 * @param now the clock, in milliseconds since the epoch
 * @returns a `Model`; its `stream` resolves with a reply or a fault and never throws
 */
export function claude(settings: ClaudeSettings, now: () => number): Model {
  const messagesOver = (beat: () => void) =>
    new Messages(
      new BaseAnthropic({
        apiKey: settings.apiKey,
        ...(settings.baseUrl ? { baseURL: settings.baseUrl } : {}),
        fetch: beating(beat),
        maxRetries: 0,
        timeout: 14 * 60_000,
        logLevel: 'off',
      }),
    );
  return {
    async stream(request, { signal, onDelta }) {
      const silence = new Silence();
      let seen: Message | null = null;
      try {
        const stream = messagesOver(() => silence.heard()).stream(params(request), {
          signal: AbortSignal.any([signal, silence.signal]),
        });
        stream.on('streamEvent', (_event, snapshot) => {
          seen = snapshot;
        });
        stream.on('text', (text) => onDelta('text', text));
        stream.on('thinking', (text) => onDelta('thinking', text));
        return replyOf(await stream.finalMessage(), now());
      } catch (error) {
        const silent = !signal.aborted && silence.signal.aborted;
        const fault = silent ? modelSilent : faultOf(error, now());
        return seen === null ? fault : { ...fault, usage: usageIn(seen, now()) };
      } finally {
        silence.end();
      }
    },
  };
}
