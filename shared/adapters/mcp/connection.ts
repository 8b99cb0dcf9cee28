/** One connection to one server, of the era that the server speaks, until it is ended or the server forgets it. */
import {
  type CallToolResult,
  Client,
  fromJsonSchema,
  type InputRequiredResult,
  isInputRequiredResult,
  type JsonSchemaType,
  ProtocolError,
  type StandardSchemaV1,
  type Tool,
  UrlElicitationRequiredError,
} from '@modelcontextprotocol/client';
import * as z from 'zod/mini';
import { SafeFetchError } from '#shared/adapters/safe-fetch/error.ts';
import { withinTime } from '#shared/adapters/safe-fetch/exchange.ts';
import type { McpCall, McpListing, McpOutcome, McpTarget } from '#shared/core/tools/mcp.ts';
import { type Asks, AsksTooOften } from './asks.ts';
import type { Reach } from './fetch.ts';
import { Line } from './line.ts';
import { isTooDeep } from './mend.ts';
import { contentOf } from './content.ts';
import { readTools } from './tools.ts';
import type { Track } from './track.ts';

/** The SDK's own time for a request, in milliseconds: longer than any of ours, which ends it. */
const sdkMs = 15 * 60_000;
/** Until the server says that it will tell of changes. Nobody waits for it. */
const listenMs = 10_000;
/** How long the end of a session may take. */
const goodbyeMs = 2_000;
/** A server may ask for the same call again without a question, when it is busy: how often, and how soon. */
const maxAgain = 5;
const againMs = 500;
/** Characters of what a server says of its progress. */
const maxProgress = 200;

export interface Hearing {
  /** The server says that its tools are others now. */
  changed(): void;
}

/** The validator is what judges it. */
const JsonSchema = z.custom<JsonSchemaType>((value) => typeof value === 'object' && value !== null);

/** The result is not what the tool's own output schema says. */
class BadOutput extends Error {
  override readonly name = 'BadOutput';
}

/** A result that asks comes out of the SDK under the type of one that does not. */
const asItMayBe = (result: CallToolResult): CallToolResult | InputRequiredResult => result;

/** An error that is a question, or that came of one: no result, then. Throws any other. */
function stopped(error: unknown, asks: Asks): CallToolResult {
  if (error instanceof UrlElicitationRequiredError) asks.takePages(error.elicitations);
  else if (!(error instanceof ProtocolError && asks.waiting)) throw error;
  return { content: [] };
}

async function done(result: CallToolResult, output: StandardSchemaV1 | null): Promise<McpOutcome> {
  const { content, structuredContent: structured, isError = false } = result;
  if (isTooDeep(structured)) throw new BadOutput();
  const checked = isError ? undefined : await output?.['~standard'].validate(structured);
  if (checked?.issues !== undefined) throw new BadOutput();
  return { ok: true, type: 'done', isError, content: content.map(contentOf), structured };
}

function pause(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, againMs);
  signal.addEventListener('abort', () => resolve(), { once: true });
  return promise.finally(() => clearTimeout(timer));
}

export class Connection {
  readonly #url: string;
  readonly #line: Line;
  readonly #client: Client;
  #definitions: ReadonlyMap<string, Tool> = new Map();

  constructor(target: McpTarget, reach: Reach, hearing: Hearing) {
    const line = new Line(target, reach);
    this.#url = target.url;
    this.#line = line;
    this.#client = new Client(
      { name: 'agentic-tasks', version: '1.0.0' },
      {
        capabilities: { elicitation: { form: {}, url: {} } },
        versionNegotiation: { mode: 'auto' },
        inputRequired: { autoFulfill: false },
      },
    );
    this.#client.setRequestHandler(
      'elicitation/create',
      ({ params }, { mcpReq }) => line.trackOf(mcpReq.id)?.ask?.(params) ?? { action: 'cancel' },
    );
    this.#client.setNotificationHandler('notifications/tools/list_changed', () => hearing.changed());
  }

  get connecting(): Track {
    return this.#line.connecting;
  }

  /** The server has forgotten the session: nothing more is done over this one. */
  get expired(): boolean {
    return this.#line.expired;
  }

  async open(signal: AbortSignal): Promise<void> {
    if (!URL.canParse(this.#url)) throw new SafeFetchError('address_refused');
    await this.#client.connect(this.#line, { signal, timeout: sdkMs });
    // With sessions it needs no asking. Without, it is a request that lasts; connecting does not wait for it.
    const tells = this.#client.getServerCapabilities()?.tools?.listChanged === true;
    if (tells && this.#client.getProtocolEra() === 'modern')
      this.#client.listen({ toolsListChanged: true }, { timeout: listenMs }).catch(() => {});
  }

  async list(track: Track, signal: AbortSignal): Promise<McpListing> {
    const { name = '', version = '' } = this.#client.getServerVersion() ?? {};
    const server = { name: name.slice(0, 200), version: version.slice(0, 100) };
    const protocolVersion = this.#client.getNegotiatedProtocolVersion() ?? '';
    if (this.#client.getServerCapabilities()?.tools === undefined)
      return { server, protocolVersion, tools: [], left: [] };
    const { headers, forget } = this.#line.mark(track);
    try {
      const { definitions, listing } = await readTools(
        (cursor) =>
          this.#client.request(
            { method: 'tools/list', params: cursor === undefined ? {} : { cursor } },
            { signal, timeout: sdkMs, headers },
          ),
        () => track.badTools,
      );
      this.#definitions = definitions;
      return { server, protocolVersion, ...listing };
    } finally {
      forget();
    }
  }

  async call(call: McpCall, asks: Asks, track: Track, signal: AbortSignal): Promise<McpOutcome> {
    const { headers, forget } = this.#line.mark(track);
    track.ask = (asked) => asks.answer(asked);
    try {
      return await this.#call(call, asks, signal, headers);
    } finally {
      track.ask = null;
      forget();
    }
  }

  /** Never throws, and takes no longer than a goodbye may. */
  async end(): Promise<void> {
    await withinTime({ timeoutMs: goodbyeMs }, () => this.#line.hangUp()).catch(() => {});
    await this.drop();
  }

  /** As `end`, without a word to the server. */
  async drop(): Promise<void> {
    await this.#client.close().catch(() => {});
    await this.#line.close();
  }

  async #call(call: McpCall, asks: Asks, signal: AbortSignal, headers: Record<string, string>) {
    const { name, args, onProgress } = call;
    const { output, ...definition } = this.#definitionOf(name);
    const isStateless = this.#client.getProtocolEra() === 'modern';
    for (let again = 0; again <= maxAgain; again += 1) {
      const params = { name, arguments: { ...args }, ...(isStateless ? asks.retry() : {}) };
      const result = await this.#client
        .callTool(params, {
          signal,
          headers,
          timeout: sdkMs,
          allowInputRequired: true,
          ...definition,
          onprogress: ({ progress, total = null, message = null }) => {
            if (!signal.aborted)
              onProgress({ progress, total, message: message?.slice(0, maxProgress) ?? null });
          },
        })
        .then(asItMayBe, (error: unknown) => stopped(error, asks));
      if (isInputRequiredResult(result)) asks.take(result);
      if (asks.waiting) return asks.outcome();
      if (!isInputRequiredResult(result)) return done(result, output);
      await pause(signal);
    }
    throw new AsksTooOften();
  }

  /** The tool as it was listed. Throws when its output schema is none. */
  #definitionOf(name: string): { toolDefinition?: Tool; output: StandardSchemaV1 | null } {
    const tool = this.#definitions.get(name);
    if (tool === undefined) return { output: null };
    // The SDK would hold a result that only asks against the output schema as well.
    const { outputSchema, ...toolDefinition } = tool;
    return {
      toolDefinition,
      output: outputSchema === undefined ? null : fromJsonSchema(JsonSchema.parse(outputSchema)),
    };
  }
}
