/**
 * One session with one remote MCP server, for one turn of one user, over Streamable HTTP in whichever revision it speaks.
 * Connects when it is first needed. What goes wrong is told, never thrown.
 */
import { resolveOverHttps } from '#shared/adapters/safe-fetch/dns.ts';
import { SafeFetchError } from '#shared/adapters/safe-fetch/error.ts';
import { withinTime } from '#shared/adapters/safe-fetch/exchange.ts';
import type { Settings } from '#shared/core/settings.ts';
import type {
  McpCall,
  McpFault,
  McpListing,
  McpOutcome,
  McpSession,
  McpTarget,
} from '#shared/core/tools/mcp.ts';
import { Asks } from './asks.ts';
import { Connection } from './connection.ts';
import { Faulted, faultOf } from './faults.ts';
import type { Reach } from './fetch.ts';
import { Track } from './track.ts';

/** For connecting, and for a list with the connecting it needs; milliseconds. */
const defaultMs = 15_000;

export interface McpOptions extends Partial<Pick<Reach, 'resolve' | 'now'>> {
  settings: Pick<Settings, 'publicOrigin' | 'allowLocalUrls'>;
  /** For connecting, and for reading the list; milliseconds. */
  timeoutMs?: number;
}

class Session implements McpSession {
  #listChanged = false;
  #opening: Promise<Connection> | null = null;
  readonly #target: McpTarget;
  readonly #reach: Reach;
  readonly #timeoutMs: number;
  readonly #closing = new AbortController();

  constructor(target: McpTarget, { settings, timeoutMs = defaultMs, ...given }: McpOptions) {
    this.#target = target;
    this.#timeoutMs = timeoutMs;
    this.#reach = {
      publicOrigin: settings.publicOrigin,
      allowLocal: settings.allowLocalUrls,
      resolve: given.resolve ?? resolveOverHttps(),
      now: given.now ?? Date.now,
    };
  }

  get listChanged(): boolean {
    return this.#listChanged;
  }

  async list(signal: AbortSignal): Promise<({ ok: true } & McpListing) | McpFault> {
    const track = new Track();
    const limits = { timeoutMs: this.#timeoutMs, signal };
    const listed = await this.#within(limits, track, async (connection, ending) => {
      // From here on, so that a change while the pages are read is not missed.
      this.#listChanged = false;
      return { ok: true as const, ...(await connection.list(track, ending)) };
    });
    return listed.ok ? listed : { ...listed, mayHaveRun: false };
  }

  call(call: McpCall): Promise<McpOutcome> {
    const track = new Track();
    return this.#within(call, track, async (connection, signal) =>
      connection.call(call, new Asks(call.resume), track, signal),
    );
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const connection = await this.#opening?.catch(() => null);
    this.#opening = null;
    await connection?.end();
  }

  async #within<Outcome>(
    { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
    track: Track,
    work: (connection: Connection, signal: AbortSignal) => Promise<Outcome>,
  ): Promise<Outcome | McpFault> {
    try {
      const either = AbortSignal.any([signal, this.#closing.signal]);
      return await withinTime({ timeoutMs, signal: either }, async (ending) => {
        const connection = await this.#connection();
        try {
          return await work(connection, ending);
        } catch (error) {
          if (!connection.expired || ending.aborted) throw error;
          // The server forgot the session before it did anything: once more, from the beginning.
          await connection.drop();
          if (this.#opening !== null && (await this.#opening.catch(() => null)) === connection)
            this.#opening = null;
          return work(await this.#connection(), ending);
        }
      });
    } catch (error) {
      return faultOf(error, track, this.#target.token);
    }
  }

  /** The connection, made when there is none. Throws `Faulted`, and then the next one tries again. */
  #connection(): Promise<Connection> {
    if (this.#closing.signal.aborted) return Promise.reject(new SafeFetchError('aborted'));
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  async #open(): Promise<Connection> {
    const connection = new Connection(this.#target, this.#reach, {
      changed: () => {
        this.#listChanged = true;
      },
    });
    const limits = { timeoutMs: this.#timeoutMs, signal: this.#closing.signal };
    try {
      await withinTime(limits, (signal) => connection.open(signal));
      return connection;
    } catch (error) {
      await connection.drop();
      const fault = faultOf(error, connection.connecting, this.#target.token);
      throw new Faulted({ ...fault, mayHaveRun: false });
    }
  }
}

/** A session that has not spoken to the server yet. To be closed, also after a fault. */
export const connectMcp = (target: McpTarget, options: McpOptions): McpSession =>
  new Session(target, options);
