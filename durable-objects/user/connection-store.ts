/** Connections and the tools of their servers, as they were last listed and as they were when somebody looked. */
import * as z from 'zod/mini';
import type { McpListing, McpTool } from '#shared/core/tools/mcp.ts';
import type { ConnectionStatus, ToolSetting } from '#shared/protocol/connection.ts';

export interface StoredConnection {
  id: string;
  slug: string;
  name: string;
  url: string;
  /** The slug of the vetted server that it is; null for any other. */
  catalog: string | null;
  /** Sealed; null for servers that take none. */
  token: string | null;
  status: ConnectionStatus;
  problem: string | null;
  server: { name: string; version: string; protocolVersion: string } | null;
  left: McpListing['left'];
  createdAt: number;
  checkedAt: number | null;
}

export interface StoredTool {
  key: string;
  definition: McpTool;
  hash: string;
  /** As it was when it was first listed, or last looked at. */
  known: McpTool;
  knownHash: string;
  reviewed: boolean;
  gone: boolean;
}

interface Row extends Record<string, SqlStorageValue> {
  id: string;
  slug: string;
  name: string;
  url: string;
  catalog: string | null;
  token: string | null;
  status: string;
  problem: string | null;
  server: string | null;
  left_out: string;
  created_at: number;
  checked_at: number | null;
}

interface ToolRow extends Record<string, SqlStorageValue> {
  key: string;
  definition: string;
  hash: string;
  known_definition: string;
  known_hash: string;
  reviewed: number;
  gone: number;
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null;
const Definition = z.custom<McpTool>(isObject);
const Server = z.nullable(z.object({ name: z.string(), version: z.string(), protocolVersion: z.string() }));
const Left = z.custom<McpListing['left']>(Array.isArray);
const Status = z.enum(['connected', 'needs_reconnect', 'unreachable', 'checking']);
const Setting = z.enum(['default', 'off', 'ask', 'auto']);

const connectionOf = (row: Row): StoredConnection => ({
  id: row.id,
  slug: row.slug,
  name: row.name,
  url: row.url,
  catalog: row.catalog,
  token: row.token,
  status: Status.parse(row.status),
  problem: row.problem,
  server: Server.parse(JSON.parse(row.server ?? 'null')),
  left: Left.parse(JSON.parse(row.left_out)),
  createdAt: row.created_at,
  checkedAt: row.checked_at,
});

const toolOf = (row: ToolRow): StoredTool => ({
  key: row.key,
  definition: Definition.parse(JSON.parse(row.definition)),
  hash: row.hash,
  known: Definition.parse(JSON.parse(row.known_definition)),
  knownHash: row.known_hash,
  reviewed: row.reviewed === 1,
  gone: row.gone === 1,
});

export class ConnectionStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  all(): StoredConnection[] {
    return this.#sql
      .exec<Row>('SELECT * FROM connections ORDER BY created_at, id')
      .toArray()
      .map(connectionOf);
  }

  get(id: string): StoredConnection | null {
    const [row] = this.#sql.exec<Row>('SELECT * FROM connections WHERE id = ?', id).toArray();
    return row === undefined ? null : connectionOf(row);
  }

  add(made: Pick<StoredConnection, 'id' | 'slug' | 'name' | 'url' | 'catalog' | 'token'>, now: number): void {
    this.#sql.exec(
      `INSERT INTO connections (id, slug, name, url, catalog, token, status, created_at)
       VALUES (?, ?, ?, ?, ?, ?, 'checking', ?)`,
      made.id,
      made.slug,
      made.name,
      made.url,
      made.catalog,
      made.token,
      now,
    );
  }

  rename(id: string, name: string): void {
    this.#sql.exec('UPDATE connections SET name = ? WHERE id = ?', name, id);
  }

  setToken(id: string, token: string | null): void {
    this.#sql.exec('UPDATE connections SET token = ? WHERE id = ?', token, id);
  }

  /** The same secret, sealed anew; not over one that was given meanwhile. */
  reseal(id: string, before: string, after: string): void {
    this.#sql.exec('UPDATE connections SET token = ? WHERE id = ? AND token = ?', after, id, before);
  }

  setState(id: string, state: Pick<StoredConnection, 'status' | 'problem'>, now: number): void {
    this.#sql.exec(
      'UPDATE connections SET status = ?, problem = ?, checked_at = ? WHERE id = ?',
      state.status,
      state.problem,
      now,
      id,
    );
  }

  setServer(id: string, listing: McpListing): void {
    const { server, protocolVersion, left } = listing;
    this.#sql.exec(
      'UPDATE connections SET server = ?, left_out = ? WHERE id = ?',
      JSON.stringify({ ...server, protocolVersion }),
      JSON.stringify(left),
      id,
    );
  }

  /** With its tools, and what was said of them. */
  remove(id: string): void {
    for (const table of ['tool_settings', 'tool_uses'])
      this.#sql.exec(`DELETE FROM ${table} WHERE key IN (SELECT key FROM tools WHERE connection_id = ?)`, id);
    this.#sql.exec('DELETE FROM tools WHERE connection_id = ?', id);
    this.#sql.exec('DELETE FROM connections WHERE id = ?', id);
  }

  tools(connectionId: string): StoredTool[] {
    return this.#sql
      .exec<ToolRow>('SELECT * FROM tools WHERE connection_id = ? ORDER BY rowid', connectionId)
      .toArray()
      .map(toolOf);
  }

  /** Takes a definition in. A new tool is known as it is; of a known one what was looked at stays beside it. */
  putTool(
    connectionId: string,
    tool: { key: string; definition: McpTool; hash: string; reviewed: boolean },
  ): void {
    const definition = JSON.stringify(tool.definition);
    this.#sql.exec(
      `INSERT INTO tools (key, connection_id, definition, hash, known_definition, known_hash, reviewed)
       VALUES (?1, ?2, ?3, ?4, ?3, ?4, ?5)
       ON CONFLICT (key) DO UPDATE SET definition = excluded.definition, hash = excluded.hash, gone = 0`,
      tool.key,
      connectionId,
      definition,
      tool.hash,
      tool.reviewed ? 1 : 0,
    );
  }

  markGone(key: string): void {
    this.#sql.exec('UPDATE tools SET gone = 1 WHERE key = ?', key);
  }

  /** Forgets the oldest of those that are gone, so that a server cannot fill the object with names. */
  forgetGone(connectionId: string, keep: number): void {
    this.#sql.exec(
      `DELETE FROM tools WHERE key IN
         (SELECT key FROM tools WHERE connection_id = ? AND gone = 1 ORDER BY rowid DESC LIMIT -1 OFFSET ?)`,
      connectionId,
      keep,
    );
  }

  /** Somebody looked at this definition. False when it is not the present one any more. */
  review(key: string, hash: string): boolean {
    const done = this.#sql.exec(
      `UPDATE tools SET known_definition = definition, known_hash = hash, reviewed = 1
       WHERE key = ? AND hash = ? RETURNING key`,
      key,
      hash,
    );
    return done.toArray().length > 0;
  }

  hasTool(key: string): boolean {
    return this.#sql.exec('SELECT 1 FROM tools WHERE key = ?', key).toArray().length > 0;
  }

  settings(): Record<string, ToolSetting> {
    const rows = this.#sql
      .exec<{ key: string; setting: string }>('SELECT key, setting FROM tool_settings')
      .toArray();
    return Object.fromEntries(rows.map(({ key, setting }) => [key, Setting.parse(setting)]));
  }

  set(key: string, setting: ToolSetting): void {
    if (setting === 'default') this.#sql.exec('DELETE FROM tool_settings WHERE key = ?', key);
    else this.#sql.exec('INSERT OR REPLACE INTO tool_settings (key, setting) VALUES (?, ?)', key, setting);
  }

  /** Demonstrations that the user did not want: they do not come back by themselves. */
  declinedDemos(): Set<string> {
    const rows = this.#sql.exec<{ slug: string }>('SELECT slug FROM declined_demos').toArray();
    return new Set(rows.map(({ slug }) => slug));
  }

  declineDemo(slug: string): void {
    this.#sql.exec('INSERT OR IGNORE INTO declined_demos (slug) VALUES (?)', slug);
  }

  wantDemo(slug: string): void {
    this.#sql.exec('DELETE FROM declined_demos WHERE slug = ?', slug);
  }
}
