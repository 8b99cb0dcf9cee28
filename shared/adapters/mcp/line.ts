/**
 * The line to one server, as the SDK's client speaks over it: each message in an exchange of its own, and a record of what
 * became of it in the `Track` that it is marked with.
 */
import {
  isInitializedNotification,
  isInitializeRequest,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResponse,
  type JSONRPCMessage,
  type RequestId,
  StreamableHTTPClientTransport,
  type Transport,
  type TransportSendOptions,
} from '@modelcontextprotocol/client';
import type { McpTarget } from '#shared/core/tools/mcp.ts';
import { Exchange } from './exchange.ts';
import { fetchFor, type FetchLimits, type Reach } from './fetch.ts';
import { mend } from './mend.ts';
import { Track } from './track.ts';

/** Marks a request with its track, as a header that ends here. */
const mark = 'x-track';
/** What is read of one answer, in bytes. A page of tools needs less than anything else. */
const maxBytes = 8 * 1024 * 1024;
const maxPageBytes = 2 * 1024 * 1024;
/** Until an answer begins, in milliseconds. Whoever waits for it ends the exchange earlier. */
const answerMs = 15 * 60_000;
/** The same for what nobody waits for: notifications and our answers. */
const toldMs = 10_000;

export class Line implements Transport {
  readonly hasPerRequestStream = true;
  onclose?: Transport['onclose'];
  onerror?: Transport['onerror'];
  onmessage?: Transport['onmessage'];
  /** Of the requests that make the connection. */
  readonly connecting = new Track();
  readonly #target: McpTarget;
  readonly #reach: Reach;
  readonly #tracks = new Map<string, Track>();
  readonly #exchanges = new Set<Exchange>();
  /** Which exchange a request of the server came with. */
  readonly #origins = new Map<RequestId, Exchange>();
  /** What is being told to the server without an answer to wait for. */
  readonly #telling = new Set<Promise<void>>();
  #last: StreamableHTTPClientTransport | undefined;
  #marks = 0;
  #sessionId: string | undefined;
  #version: string | undefined;
  #expired = false;
  #closed = false;

  constructor(target: McpTarget, reach: Reach) {
    this.#target = target;
    this.#reach = reach;
  }

  get sessionId(): string | undefined {
    return this.#sessionId;
  }

  /** The server does not know the session any more: what it was asked last was not done, and a new one is needed. */
  get expired(): boolean {
    return this.#expired;
  }

  async start(): Promise<void> {}

  setProtocolVersion(version: string): void {
    this.#version = version;
  }

  /** Has requests with these headers recorded in `track`, until `forget`. */
  mark(track: Track): { headers: Record<string, string>; forget: () => void } {
    const key = String((this.#marks += 1));
    this.#tracks.set(key, track);
    return { headers: { [mark]: key }, forget: () => void this.#tracks.delete(key) };
  }

  /** The track of the request during which the server asked for something; undefined for what came by itself. */
  trackOf(asked: RequestId): Track | undefined {
    return this.#origins.get(asked)?.track;
  }

  /** Rejects when the message was not taken, or when a request will not be answered. */
  async send(message: JSONRPCMessage, options: TransportSendOptions = {}): Promise<void> {
    if (this.#closed) throw new Error('The line is closed');
    const { [mark]: key = '', ...headers } = options.headers ?? {};
    const exchange = this.#begin(message, this.#tracks.get(key));
    const running = exchange.run({ ...options, headers });
    const waits = isJSONRPCRequest(message);
    if (!waits) this.#telling.add(running);
    try {
      await running;
    } catch (error) {
      if (this.#sessionId !== undefined && exchange.track.status === 404) this.#expired = true;
      throw error;
    } finally {
      this.#telling.delete(running);
      if (exchange.over) this.#exchanges.delete(exchange);
      if (isJSONRPCResponse(message) && message.id !== undefined) this.#origins.delete(message.id);
      this.#stopCancelled(message);
    }
  }

  /** Waits for what is being told, then gives up the session. It is for the caller to bound that, and to close. */
  async hangUp(): Promise<void> {
    await Promise.allSettled(this.#telling);
    if (this.#sessionId === undefined || this.#expired || this.#closed) return;
    const last = new StreamableHTTPClientTransport(new URL(this.#target.url), this.#speaking(new Track()));
    this.#last = last;
    await last.start();
    await last.terminateSession();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const exchange of this.#exchanges) exchange.stop();
    this.#exchanges.clear();
    await this.#last?.close();
    this.onclose?.();
  }

  #begin(message: JSONRPCMessage, marked: Track | undefined): Exchange {
    const method = isJSONRPCRequest(message) ? message.method : null;
    const connects =
      method === 'initialize' || method === 'server/discover' || isInitializedNotification(message);
    const track = marked ?? (connects ? this.connecting : new Track());
    const exchange: Exchange = new Exchange(new URL(this.#target.url), message, track, {
      ...this.#speaking(track, {
        timeoutMs: method === null ? toldMs : answerMs,
        maxBytes: method === 'tools/list' ? maxPageBytes : maxBytes,
        isOver: () => exchange.over,
      }),
      arrived: (arriving) => this.#arrived(arriving, exchange),
    });
    this.#exchanges.add(exchange);
    return exchange;
  }

  #arrived(arriving: JSONRPCMessage, exchange: Exchange): void {
    const { message, track, sessionId } = exchange;
    if (isInitializeRequest(message)) this.#sessionId = sessionId;
    if (isJSONRPCRequest(arriving)) this.#origins.set(arriving.id, exchange);
    this.onmessage?.(isJSONRPCRequest(message) ? mend(arriving, message.method, track) : arriving);
  }

  /** Whatever a cancelled request was still waiting for comes too late. */
  #stopCancelled(message: JSONRPCMessage): void {
    if (!isJSONRPCNotification(message) || message.method !== 'notifications/cancelled') return;
    const id: unknown = message.params?.['requestId'];
    for (const exchange of this.#exchanges)
      if (isJSONRPCRequest(exchange.message) && exchange.message.id === id) exchange.stop();
  }

  #speaking(track: Track, limits: Partial<Omit<FetchLimits, 'track'>> = {}) {
    const defaults = { timeoutMs: toldMs, maxBytes, isOver: () => false };
    return {
      fetch: fetchFor(this.#target, this.#reach, { ...defaults, ...limits, track }),
      ...(this.#sessionId === undefined ? {} : { sessionId: this.#sessionId }),
      ...(this.#version === undefined ? {} : { protocolVersion: this.#version }),
    };
  }
}
