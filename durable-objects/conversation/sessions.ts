/** The sessions of one turn with the owner's servers: one each, begun when it is first needed. */
import { createHash } from 'node:crypto';
import { log } from '#durable-objects/lib/log.ts';
import { user } from '#durable-objects/user/client.ts';
import { connectMcp } from '#shared/adapters/mcp/session.ts';
import { makeVault } from '#shared/adapters/vault/vault.ts';
import { settingsOf } from '#shared/core/settings/once.ts';
import { definitionText } from '#shared/core/tools/definition-text.ts';
import type { KitConnection } from '#shared/core/tools/kit.ts';
import type { McpFault, McpListing, McpSession } from '#shared/core/tools/mcp.ts';
import { kitOf } from './kit.ts';

interface Open {
  session: McpSession;
  /** The hash of each tool's definition, as the server gives it now. */
  hashes: ReadonlyMap<string, string>;
}

type Opened = ({ ok: true } & Open) | McpFault;

const fault = (code: McpFault['code'], message: string): McpFault => ({
  ok: false,
  code,
  message,
  mayHaveRun: false,
  retryAfterMs: null,
});

const hashesOf = (listing: McpListing): ReadonlyMap<string, string> =>
  new Map(
    listing.tools.map((tool) => [tool.name, createHash('sha256').update(definitionText(tool)).digest('hex')]),
  );

export class Sessions {
  readonly #env: Env;
  readonly #ownerId: string;
  readonly #signal: AbortSignal;
  readonly #open = new Map<string, Promise<Opened>>();

  constructor(env: Env, ownerId: string, signal: AbortSignal) {
    this.#env = env;
    this.#ownerId = ownerId;
    this.#signal = signal;
  }

  /** The session with a connection, its list read once: a call is made to what was shown, or not at all. */
  async of(connectionId: string): Promise<Opened> {
    const known = this.#open.get(connectionId);
    if (known !== undefined && !(await stale(known))) return known;
    const opening = this.#begin(connectionId);
    this.#open.set(connectionId, opening);
    return opening;
  }

  /** Ends all of them. Never throws. */
  async close(): Promise<void> {
    const ending = [...this.#open.values()].map(async (opening) => {
      const opened = await opening;
      if (opened.ok) await opened.session.close();
    });
    this.#open.clear();
    await Promise.allSettled(ending);
  }

  async #begin(connectionId: string): Promise<Opened> {
    const kit = await kitOf(this.#env, this.#ownerId);
    const connection = kit.connections.find(({ id }) => id === connectionId);
    if (connection === undefined) return fault('unauthorized', 'the connection was removed');
    const session = connectMcp(
      { url: connection.url, token: await this.#tokenOf(connection) },
      { settings: settingsOf(this.#env) },
    );
    const listing = await session.list(this.#signal);
    const owner = user(this.#env, this.#ownerId);
    try {
      // What is new, changed or gone is for the owner's object to keep and to show.
      if (listing.ok) await owner.reportListing(connectionId, listing);
      else if (listing.code !== 'aborted')
        await owner.reportFault(connectionId, listing.code, connection.sealed);
    } catch (error) {
      log.warn('report_failed', { userId: this.#ownerId, error });
    }
    if (listing.ok) return { ok: true, session, hashes: hashesOf(listing) };
    await session.close();
    return listing;
  }

  async #tokenOf({ id, sealed }: KitConnection): Promise<string | null> {
    if (sealed === null) return null;
    const vault = makeVault(settingsOf(this.#env).vaultKeys);
    return vault.open({ table: 'connections', row: id, userId: this.#ownerId, column: 'token' }, sealed);
  }
}

/** Whether a session cannot be used for the next call: it failed, or its list has changed meanwhile. */
async function stale(opening: Promise<Opened>): Promise<boolean> {
  const opened = await opening;
  if (!opened.ok) return true;
  if (!opened.session.listChanged) return false;
  await opened.session.close();
  return true;
}
