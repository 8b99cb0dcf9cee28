/**
 * The user's connections: making, checking, reviewing and ending them, and what of it a turn gets. A server is asked
 * here when a connection is made or checked; otherwise conversations tell what they found.
 */
import { v7 as uuidv7 } from 'uuid';
import { log } from '#durable-objects/lib/log.ts';
import { sha256 } from '#shared/adapters/crypto/sha256.ts';
import { settingsOf } from '#shared/core/settings/once.ts';
import { judgeAddress } from '#shared/core/net/address.ts';
import type { Settings } from '#shared/core/settings.ts';
import { definitionText } from '#shared/core/tools/definition-text.ts';
import type { KitConnection } from '#shared/core/tools/kit.ts';
import type { McpFaultCode, McpListing } from '#shared/core/tools/mcp.ts';
import { slugOf } from '#shared/core/tools/review.ts';
import { reservedSlugs, riskIn, type VettedServer, vettedServers } from '#shared/core/tools/servers.ts';
import type { CatalogEntry, Connection } from '#shared/protocol/connection.ts';
import type { CreateConnection, UpdateConnection } from '#shared/protocol/connection-requests.ts';
import type { ProblemCode } from '#shared/protocol/problem.ts';
import { ConnectionStore, type StoredConnection } from './connection-store.ts';
import { type About, kitOf, shown, vettedOf } from './connection-views.ts';
import type { Device } from './client.ts';
import type { Effects } from './effects.ts';
import { mcpServers } from './mcp-servers.ts';
import { neighboursOf } from './neighbours.ts';
import type { Rules } from './rules.ts';
import type { World } from './world.ts';

/** Connections that a user may have. */
const MAX = 50;
/** Tools that a server does not list any more and that stay known, with what was said of them. */
const MAX_GONE = 512;
/** When the demonstrations could not be asked: how long until they are asked again. */
const DEMO_REST_MS = 60_000;

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

export class Connections {
  readonly store: ConnectionStore;
  readonly #world: World;
  readonly #effects: Effects;
  readonly #rules: Rules;
  #demos: Promise<void> | null = null;
  #demosAfter = 0;

  constructor(world: World, effects: Effects, rules: Rules) {
    this.#world = world;
    this.#effects = effects;
    this.#rules = rules;
    this.store = new ConnectionStore(world.ctx.storage.sql);
  }

  list(): Connection[] {
    const about = this.#about();
    return this.store.all().map((connection) => shown(connection, this.store.tools(connection.id), about));
  }

  kit(): KitConnection[] {
    const about = this.#about();
    return this.store.all().map((connection) => kitOf(connection, this.store.tools(connection.id), about));
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
    const before = this.#obstacle(url);
    if (before !== null) return no(before);
    const token = made.auth?.type === 'bearer' && vetted?.auth !== 'none' ? made.auth.token : null;
    const listing = await this.#ask(url, token);
    if (!listing.ok) return no('connection_failed', listing.code);
    const id = uuidv7();
    const sealed =
      token === null ? null : await neighboursOf(this.#world.env).vault.seal(placeOf(user.id, id), token);
    // Two calls may have come this far together, and the account may have ended.
    const after = this.#obstacle(url);
    if (after !== null) return no(after);
    const name = clean(made.name ?? vetted?.name ?? '') || verdict.url.hostname;
    const catalog = vetted?.slug ?? null;
    this.#world.commit(() => {
      const slug = this.#freeSlug(name, catalog);
      this.store.add({ id, slug, name, url, catalog, token: sealed }, this.#world.now());
      if (vetted?.demo) this.store.wantDemo(vetted.slug);
      this.#takeIn(id, listing);
      this.#world.record({ action: 'connection_added', detail: name, device });
    });
    return this.#answer(id);
  }

  /** All of it or nothing: with a token that the server refuses the name stays what it was, too. */
  async update(id: string, change: UpdateConnection, device: Device): Promise<ConnectionAnswer> {
    const known = this.store.get(id);
    const user = this.#world.user();
    if (known === null || !user) return no('not_found');
    const { token } = change;
    const listing = token === undefined ? null : await this.#ask(known.url, token);
    if (listing?.ok === false) return no('connection_failed', listing.code);
    const sealed =
      token === undefined
        ? null
        : await neighboursOf(this.#world.env).vault.seal(placeOf(user.id, id), token);
    if (!this.#has(id)) return no('not_found');
    this.#world.commit(() => {
      if (change.name !== undefined) this.store.rename(id, clean(change.name) || known.name);
      if (sealed === null || listing === null) return;
      this.store.setToken(id, sealed);
      this.#takeIn(id, listing);
      this.#world.record({ action: 'connection_token_changed', detail: known.name, device });
    });
    return this.#answer(id);
  }

  /** Its tools, what was said of them, and the rules for them go with it. */
  remove(id: string, device: Device): boolean {
    const known = this.store.get(id);
    if (known === null) return false;
    this.#world.commit(() => {
      this.#rules.store.endOf(id, this.#world.now());
      this.store.remove(id);
      const { catalog } = known;
      if (this.#servers().some(({ slug, demo }) => demo && slug === catalog))
        this.store.declineDemo(catalog ?? '');
      this.#world.record({ action: 'connection_removed', detail: known.name, device });
    });
    return true;
  }

  /** Asks a server again. What it says, or that it says nothing, is kept. */
  async check(id: string): Promise<ConnectionAnswer> {
    const known = this.store.get(id);
    if (known === null) return no('not_found');
    const token = await this.#tokenOf(known);
    const listing = token.ok ? await this.#ask(known.url, token.token) : token;
    if (!this.#has(id)) return no('not_found');
    // A token that was given meanwhile has been tried meanwhile.
    if (this.store.get(id)?.token !== known.token) return this.#answer(id);
    if (listing.ok) this.takeIn(id, listing);
    else this.takeFault(id, listing.code, known.token);
    return this.#answer(id);
  }

  /** What a conversation found when it asked. */
  takeIn(id: string, listing: McpListing): void {
    if (this.store.get(id) !== null) this.#world.commit(() => this.#takeIn(id, listing));
  }

  /** @param sealed the token that was used, as it was given out */
  takeFault(id: string, problem: McpFaultCode, sealed: string | null): void {
    // Somebody pressed stop: that says nothing of the server. Nor does what another token than the present one met.
    if (problem === 'aborted' || this.store.get(id)?.token !== sealed) return;
    const status = problem === 'unauthorized' ? 'needs_reconnect' : 'unreachable';
    this.store.setState(id, { status, problem }, this.#world.now());
  }

  /** Adds the demonstrations where there are some and the user did not decline them. One at a time. */
  async ensureDemos(): Promise<void> {
    const have = new Set(this.store.all().map(({ catalog }) => catalog));
    const declined = this.store.declinedDemos();
    const missing = this.#servers().filter(
      ({ demo, slug }) => demo && !have.has(slug) && !declined.has(slug),
    );
    if (missing.length === 0 || this.#world.now() < this.#demosAfter) return;
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
      if (!listing.ok) this.#demosAfter = this.#world.now() + DEMO_REST_MS;
      if (!listing.ok || !this.#world.user()) continue;
      const unwanted = this.store.declinedDemos().has(slug);
      if (unwanted || this.store.all().some(({ catalog }) => catalog === slug)) continue;
      const id = uuidv7();
      this.#world.commit(() => {
        const free = this.#freeSlug(name, slug);
        this.store.add({ id, slug: free, name, url, catalog: slug, token: null }, this.#world.now());
        this.#takeIn(id, listing);
      });
    }
  }

  /** Inside `commit`. */
  #takeIn(id: string, listing: McpListing): void {
    const connection = this.store.get(id);
    if (connection === null) return;
    const vetted = vettedOf(connection, this.#servers());
    const known = this.store.tools(id);
    const listed = new Set<string>();
    for (const definition of listing.tools) {
      const key = `${id}/${definition.name}`;
      listed.add(key);
      // What a vetted server has added since, nobody has looked at.
      const reviewed = vetted !== null && (known.length === 0 || riskIn(vetted, definition.name) !== null);
      this.store.putTool(id, { key, definition, hash: sha256(definitionText(definition)), reviewed });
    }
    for (const { key } of known) if (!listed.has(key)) this.store.markGone(key);
    this.store.forgetGone(id, MAX_GONE);
    this.store.setServer(id, listing);
    this.store.setState(id, { status: 'connected', problem: null }, this.#world.now());
  }

  async #ask(url: string, token: string | null) {
    const session = mcpServers.connect({ url, token }, this.#settings());
    try {
      return await session.list(new AbortController().signal);
    } finally {
      await session.close();
    }
  }

  /** The token, opened. One that no key opens any more is as good as none. */
  async #tokenOf({
    id,
    token,
  }: StoredConnection): Promise<{ ok: true; token: string | null } | { ok: false; code: McpFaultCode }> {
    const user = this.#world.user();
    if (token === null || !user) return { ok: true, token: null };
    try {
      return { ok: true, token: await neighboursOf(this.#world.env).vault.open(placeOf(user.id, id), token) };
    } catch (error) {
      log.error('token_not_opened', { userId: user.id, error });
      return { ok: false, code: 'unauthorized' };
    }
  }

  /** Why a server cannot be added; null when it can. */
  #obstacle(url: string): ProblemCode | null {
    if (!this.#world.user()) return 'not_found';
    const known = this.store.all();
    if (known.some((connection) => connection.url === url)) return 'connection_exists';
    return known.length >= MAX ? 'limit_reached' : null;
  }

  #has(id: string): boolean {
    return this.#world.user() !== null && this.store.get(id) !== null;
  }

  #answer(id: string): ConnectionAnswer {
    const known = this.store.get(id);
    return known === null
      ? no('not_found')
      : { ok: true, connection: shown(known, this.store.tools(id), this.#about()) };
  }

  /** What there is to know of all of them, now. */
  #about(): About {
    return { servers: this.#servers(), settings: this.store.settings(), uses: this.#effects.uses() };
  }

  /** @param catalog the slug that the catalog has for it; null for servers that are not in it */
  #freeSlug(name: string, catalog: string | null): string {
    const taken = new Set(this.store.all().map(({ slug }) => slug));
    return catalog === null ? slugOf(name, new Set([...taken, ...reservedSlugs])) : slugOf(catalog, taken);
  }

  #servers(): VettedServer[] {
    return vettedServers(this.#settings().demoToolsUrl, this.#world.user()?.id ?? '');
  }

  #settings(): Settings {
    return settingsOf(this.#world.env);
  }
}
