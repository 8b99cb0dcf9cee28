/**
 * One message to a server and what comes back for it. The SDK's transport does the speaking, a new one for each message,
 * so that everything that arrives, breaks or has to be ended belongs to one message, also while others are under way.
 */
import {
  type FetchLike,
  isInitializedNotification,
  isJSONRPCErrorResponse,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  StreamableHTTPClientTransport,
  type StreamableHTTPClientTransportOptions,
  type TransportSendOptions,
} from '@modelcontextprotocol/client';
import type { Track } from './track.ts';

/** The answer ended in good order and the one thing it was for is not in it. */
class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** The most that a server may ask while one request of ours runs. */
const maxAsked = 100;
/** Bounds, in milliseconds, for how soon a stream is taken up again that the server broke off. */
const soonest = 500;
const latest = 10_000;
/** How often that is done for the stream of what a server says unasked: some only ever close it. */
const maxListening = 3;

export interface Speaking extends Pick<
  StreamableHTTPClientTransportOptions,
  'sessionId' | 'protocolVersion'
> {
  fetch: FetchLike;
  arrived: (message: JSONRPCMessage, exchange: Exchange) => void;
}

export class Exchange {
  readonly track: Track;
  readonly message: JSONRPCMessage;
  readonly #inner: StreamableHTTPClientTransport;
  readonly #ended = Promise.withResolvers<void>();
  #asked = 0;
  #again = 0;
  #over = false;

  constructor(url: URL, message: JSONRPCMessage, track: Track, speaking: Speaking) {
    const { fetch, sessionId, protocolVersion, arrived } = speaking;
    this.message = message;
    this.track = track;
    this.#inner = new StreamableHTTPClientTransport(url, {
      fetch,
      // Where a redirect may lead is judged by `fetch`.
      redirectPolicy: 'follow',
      ...(sessionId === undefined ? {} : { sessionId }),
      ...(protocolVersion === undefined ? {} : { protocolVersion }),
      reconnectionScheduler: (reconnect, delay) => {
        this.#again += 1;
        if (isInitializedNotification(message) && this.#again > maxListening) return;
        const timer = setTimeout(reconnect, Math.min(Math.max(delay, soonest), latest));
        return () => clearTimeout(timer);
      },
    });
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- it is no event target
    this.#inner.onmessage = (arriving) => {
      if (this.#over) return;
      if (isJSONRPCRequest(arriving) && (this.#asked += 1) > maxAsked)
        return this.#ended.reject(new NoAnswer());
      arrived(arriving, this);
      const answers = isJSONRPCResultResponse(arriving) || isJSONRPCErrorResponse(arriving);
      if (answers && isJSONRPCRequest(message) && arriving.id === message.id) this.#ended.resolve();
    };
    // Whoever waits for it is told by `run`; nobody waits for one that was stopped.
    this.#ended.promise.catch(() => {});
  }

  /** The session that the answer to `initialize` began. */
  get sessionId(): string | undefined {
    return this.#inner.sessionId;
  }

  /** Over: what still happens to its connection is our own doing. */
  get over(): boolean {
    return this.#over;
  }

  /** Sends the message and waits until it is answered. Rejects when it will not be. */
  async run({ requestSignal, headers = {} }: TransportSendOptions): Promise<void> {
    const { message } = this;
    requestSignal?.addEventListener('abort', () => this.#ended.resolve(), { once: true });
    const onRequestStreamEnd = () => this.#ended.reject(new NoAnswer());
    try {
      await this.#inner.start();
      await this.#inner.send(message, {
        headers,
        onRequestStreamEnd,
        ...(requestSignal === undefined ? {} : { requestSignal }),
      });
      if (!isJSONRPCRequest(message)) return;
      if (!this.track.streams) onRequestStreamEnd();
      await this.#ended.promise;
    } finally {
      // After this one the server may speak unasked (a GET stream), until the end of the session.
      if (!isInitializedNotification(message)) this.stop();
    }
  }

  /** Ends it, with its connections and timers. */
  stop(): void {
    this.#over = true;
    this.#ended.resolve();
    this.#inner.close().catch(() => {});
  }
}
