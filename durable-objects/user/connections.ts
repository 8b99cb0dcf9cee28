/**
 * The user's connections: making, checking, reviewing and ending them, and what of it a turn gets. A server is asked
 * here when a connection is made or checked; otherwise conversations tell what they found.
 */
import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { log } from '#durable-objects/lib/log.ts';
import { connectMcp } from '#shared/adapters/mcp/session.ts';
import { judgeAddress } from '#shared/core/net/address.ts';
import { parseSettings, type Settings } from '#shared/core/settings.ts';
import { definitionText } from '#shared/core/tools/definition-text.ts';
import type { KitConnection } from '#shared/core/tools/kit.ts';
import type { McpFaultCode, McpListing } from '#shared/core/tools/mcp.ts';
import { slugOf } from '#shared/core/tools/review.ts';
import { type VettedServer, vettedServers } from '#shared/core/tools/servers.ts';
import type { CatalogEntry, Connection } from '#shared/protocol/connection.ts';
import type { CreateConnection, UpdateConnection } from '#shared/protocol/connection-requests.ts';
import type { ProblemCode } from '#shared/protocol/problem.ts';
import { ConnectionStore, type StoredConnection } from './connection-store.ts';
import type { Device } from './client.ts';
import type { Effects } from './effects.ts';
import { neighboursOf } from './neighbours.ts';
import { kitToolOf, shownTool } from './tool-views.ts';
import type { World } from './world.ts';

/** Connections that a user may have. */
const MAX = 50;
/** The longest a server may take to say what it has. */
const CHECK_MS = 15_000;

export type ConnectionAnswer =
  | { ok: true; connection: Connection }
  | { ok: false; code: ProblemCode; detail?: string };

const no = (code: ProblemCode, detail?: string): ConnectionAnswer =>
  detail === undefined ? { ok: false, code } : { ok: false, code, detail };

const clean = (name: string): string =>
  name
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    .trim()
    .slice(0, 60);
const placeOf = (userId: string, row: string) => ({ table: 'connections', row, userId, column: 'token' });
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export class Connections {
  readonly store: ConnectionStore;
  readonly #world: World;
  readonly #effects: Effects;
  #demos: Promise<void> | null = null;

  constructor(world: World, effects: Effects) {
    this.#world = world;
    this.#effects = effects;
    this.store = new ConnectionStore(world.ctx.storage.sql);
  }

  list(): Connection[] {
    return this.store.all().map((connection) => this.#shown(connection));
  }

  kit(): KitConnection[] {
    const settings = this.store.settings();
    return this.store.all().map((connection) => {
      const vetted = this.#vetted(connection);
      const { id, slug, name, url, token, status, problem } = connection;
      return {
        id,
        slug,
        name,
        url,
        sealed: token,
        vetted: vetted !== null,
        usable: status === 'connected' || status === 'unreachable',
        problem,
        tools: this.store.tools(id).map((tool) => kitToolOf(tool, vetted, settings[tool.key] ?? 'default')),
      };
    });
  }

  catalog(): CatalogEntry[] {
    const connected = new Map(this.store.all().map(({ id, catalog }) => [catalog, id]));
    return this.#servers().map(({ slug, name, description, url, auth, docs, demo }) => ({
      slug,
      name,
      description,
      url,
      auth,
      docs,
      demo,
      connected: connected.get(slug) ?? null,
    }));
  }

  /** Connects a server: asked for its tools first, kept only when it has answered. */
  async create(made: CreateConnection, device: Device): Promise<ConnectionAnswer> {
    const user = this.#world.user();
    if (!user) return no('not_found');
    const vetted = made.slug === undefined ? null : this.#servers().find(({ slug }) => slug === made.slug);
    if (vetted === undefined || (vetted === null && made.url === undefined)) return no('not_found');
    const settings = this.#settings();
    const verdict = judgeAddress(vetted?.url ?? made.url ?? '', {
      publicOrigin: settings.publicOrigin,
      allowLocal: settings.allowLocalUrls,
    });
    if (!verdict.ok) return no('connection_failed', 'address_refused');
    const url = verdict.url.href;
    if (this.store.all().some((known) => known.url === url)) return no('connection_exists');
    if (this.store.all().length >= MAX) return no('limit_reached');
    const token = made.auth?.type === 'bearer' ? made.auth.token : null;
    const listing = await this.#ask(url, token);
    if (!listing.ok) return no('connection_failed', listing.code);
    const id = uuidv7();
    const name = clean(made.name ?? vetted?.name ?? '') || verdict.url.hostname;
    const sealed =
      token === null ? null : await neighboursOf(this.#world.env).vault.seal(placeOf(user.id, id), token);
    // Two calls may have come this far together.
    if (!this.#world.user() || this.store.all().some((known) => known.url === url))
      return no('connection_exists');
    this.#world.commit(() => {
      const slug = vetted?.slug ?? slugOf(name, this.#takenSlugs());
      this.store.add(
        { id, slug, name, url, catalog: vetted?.slug ?? null, token: sealed },
        this.#world.now(),
      );
      if (vetted?.demo) this.store.wantDemo(vetted.slug);
      this.#takeIn(id, listing);
      this.#world.record({ action: 'connection_added', detail: name, device });
    });
    return this.#answer(id);
  }

  async update(id: string, change: UpdateConnection, device: Device): Promise<ConnectionAnswer> {
    const known = this.store.get(id);
    const user = this.#world.user();
    if (known === null || !user) return no('not_found');
    if (change.name !== undefined) this.store.rename(id, clean(change.name) || known.name);
    if (change.token === undefined) return this.#answer(id);
    const listing = await this.#ask(known.url, change.token);
    if (!listing.ok) return no('connection_failed', listing.code);
    const sealed = await neighboursOf(this.#world.env).vault.seal(placeOf(user.id, id), change.token);
    if (this.store.get(id) === null) return no('not_found');
    this.#world.commit(() => {
      this.store.setToken(id, sealed);
      this.#takeIn(id, listing);
      this.#world.record({ action: 'connection_token_changed', detail: known.name, device });
    });
    return this.#answer(id);
  }

  remove(id: string, device: Device): boolean {
    const known = this.store.get(id);
    if (known === null) return false;
    this.#world.commit(() => {
      this.store.remove(id);
      if (known.catalog?.startsWith('demo-')) this.store.declineDemo(known.catalog);
      this.#world.record({ action: 'connection_removed', detail: known.name, device });
    });
    return true;
  }

  /** Asks a server again. What it says, or that it says nothing, is kept. */
  async check(id: string): Promise<ConnectionAnswer> {
    const known = this.store.get(id);
    if (known === null) return no('not_found');
    const listing = await this.#ask(known.url, await this.#tokenOf(known));
    if (listing.ok) this.takeIn(id, listing);
    else this.takeFault(id, listing.code);
    return this.#answer(id);
  }

  /** What a conversation found when it asked. */
  takeIn(id: string, listing: McpListing): void {
    if (this.store.get(id) !== null) this.#world.commit(() => this.#takeIn(id, listing));
  }

  takeFault(id: string, problem: McpFaultCode): void {
    const status = problem === 'unauthorized' ? 'needs_reconnect' : 'unreachable';
    if (this.store.get(id) !== null) this.store.setState(id, { status, problem }, this.#world.now());
  }

  /** Adds the demonstrations where there are some and the user did not decline them. One at a time. */
  async ensureDemos(): Promise<void> {
    const have = new Set(this.store.all().map(({ catalog }) => catalog));
    const declined = this.store.declinedDemos();
    const missing = this.#servers().filter(
      ({ demo, slug }) => demo && !have.has(slug) && !declined.has(slug),
    );
    if (missing.length === 0) return;
    this.#demos ??= this.#addDemos(missing).finally(() => {
      this.#demos = null;
    });
    await this.#demos;
  }

  /** Seals anew what was sealed with an older key of the vault. */
  async reseal(): Promise<{ resealed: number; left: number }> {
    const count = { resealed: 0, left: 0 };
    const user = this.#world.user();
    const { vault } = neighboursOf(this.#world.env);
    for (const { id, token } of user ? this.store.all() : []) {
      if (!user || token === null || !vault.needsRotation(token)) continue;
      try {
        this.store.reseal(id, token, await vault.reseal(placeOf(user.id, id), token));
        count.resealed += 1;
      } catch (error) {
        log.error('reseal_failed', { userId: user.id, error });
        count.left += 1;
      }
    }
    return count;
  }

  async #addDemos(missing: ReadonlyArray<VettedServer>): Promise<void> {
    for (const { slug, name, url } of missing) {
      const listing = await this.#ask(url, null);
      if (!listing.ok || this.store.all().some(({ catalog }) => catalog === slug)) continue;
      const id = uuidv7();
      this.#world.commit(() => {
        this.store.add({ id, slug, name, url, catalog: slug, token: null }, this.#world.now());
        this.#takeIn(id, listing);
      });
    }
  }

  /** Inside `commit`. */
  #takeIn(id: string, listing: McpListing): void {
    const connection = this.store.get(id);
    if (connection === null) return;
    const reviewed = this.#vetted(connection) !== null;
    const listed = new Set<string>();
    for (const definition of listing.tools) {
      const key = `${id}/${definition.name}`;
      listed.add(key);
      this.store.putTool(id, { key, definition, hash: sha256(definitionText(definition)), reviewed });
    }
    for (const { key } of this.store.tools(id)) if (!listed.has(key)) this.store.markGone(key);
    this.store.setServer(id, listing);
    this.store.setState(id, { status: 'connected', problem: null }, this.#world.now());
  }

  async #ask(url: string, token: string | null) {
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), CHECK_MS);
    const session = connectMcp({ url, token }, { settings: this.#settings() });
    try {
      return await session.list(giveUp.signal);
    } finally {
      clearTimeout(timer);
      await session.close();
    }
  }

  async #tokenOf({ id, token }: StoredConnection): Promise<string | null> {
    const user = this.#world.user();
    if (token === null || !user) return null;
    return neighboursOf(this.#world.env).vault.open(placeOf(user.id, id), token);
  }

  #answer(id: string): ConnectionAnswer {
    const known = this.store.get(id);
    return known === null ? no('not_found') : { ok: true, connection: this.#shown(known) };
  }

  #shown(connection: StoredConnection): Connection {
    const { id, slug, name, url, token, status, problem, server, left } = connection;
    const vetted = this.#vetted(connection);
    const settings = this.store.settings();
    const uses = this.#effects.uses();
    return {
      id,
      slug,
      name,
      url,
      auth: token === null ? 'none' : 'bearer',
      vetted: vetted !== null,
      demo: vetted?.demo ?? false,
      status,
      problem,
      server,
      tools: this.store
        .tools(id)
        .map((tool) => shownTool(tool, { slug, vetted, setting: settings[tool.key] ?? 'default', uses })),
      left: [...left],
      createdAt: new Date(connection.createdAt).toISOString(),
      checkedAt: connection.checkedAt === null ? null : new Date(connection.checkedAt).toISOString(),
    };
  }

  #takenSlugs(): ReadonlySet<string> {
    return new Set([...this.store.all().map(({ slug }) => slug), ...this.#servers().map(({ slug }) => slug)]);
  }

  /** Its row in the catalog, as long as it still points to the same address. */
  #vetted({ catalog, url }: StoredConnection): VettedServer | null {
    const row = this.#servers().find(({ slug }) => slug === catalog);
    return row !== undefined && new URL(row.url).href === url ? row : null;
  }

  #servers(): VettedServer[] {
    return vettedServers(this.#settings().demoToolsUrl, this.#world.user()?.id ?? '');
  }

  #settings(): Settings {
    return parseSettings({ ...this.#world.env });
  }
}
