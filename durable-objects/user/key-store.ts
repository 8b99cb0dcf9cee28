/** API keys: of the secret only the SHA-256 is here, and four characters by which its owner knows it again. */
import * as z from 'zod/mini';
import { type ApiKey, Scope } from '#shared/protocol/security.ts';

type Row = {
  id: string;
  hash: string;
  name: string;
  scopes: string;
  hint: string;
  created_at: number;
  expires_at: number | null;
  last_used_at: number | null;
};

/** A key as it is stored; times in milliseconds. */
export interface StoredKey {
  id: string;
  hash: string;
  name: string;
  scopes: Scope[];
  hint: string;
  createdAt: number;
  expiresAt: number | null;
  lastUsedAt: number | null;
}

const Scopes = z.array(Scope);
const iso = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

const keyOf = (row: Row): StoredKey => ({
  id: row.id,
  hash: row.hash,
  name: row.name,
  scopes: Scopes.parse(JSON.parse(row.scopes)),
  hint: row.hint,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  lastUsedAt: row.last_used_at,
});

/** A key as its owner sees it. */
export const apiKeyOf = ({ id, name, scopes, hint, ...times }: StoredKey): ApiKey => ({
  id,
  name,
  scopes,
  hint,
  createdAt: new Date(times.createdAt).toISOString(),
  expiresAt: iso(times.expiresAt),
  lastUsedAt: iso(times.lastUsedAt),
});

export class KeyStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(key: StoredKey): void {
    this.#sql.exec(
      `INSERT INTO api_keys (id, hash, name, scopes, hint, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      key.id,
      key.hash,
      key.name,
      JSON.stringify(key.scopes),
      key.hint,
      key.createdAt,
      key.expiresAt,
    );
  }

  get(id: string): StoredKey | null {
    const [row] = this.#sql.exec<Row>('SELECT * FROM api_keys WHERE id = ?', id).toArray();
    return row ? keyOf(row) : null;
  }

  /** Newest first. */
  list(): StoredKey[] {
    return this.#sql.exec<Row>('SELECT * FROM api_keys ORDER BY id DESC').toArray().map(keyOf);
  }

  used(id: string, now: number): void {
    this.#sql.exec('UPDATE api_keys SET last_used_at = ? WHERE id = ?', now, id);
  }

  /** Removes a key; null when there was none. */
  remove(id: string): StoredKey | null {
    const [row] = this.#sql.exec<Row>('DELETE FROM api_keys WHERE id = ? RETURNING *', id).toArray();
    return row ? keyOf(row) : null;
  }

  /** Keys whose time is over, and when the next one's is. */
  expired(now: number): StoredKey[] {
    return this.#sql.exec<Row>('SELECT * FROM api_keys WHERE expires_at <= ?', now).toArray().map(keyOf);
  }

  nextExpiry(): number | null {
    return this.#sql.exec<{ at: number | null }>('SELECT min(expires_at) AS at FROM api_keys').one().at;
  }
}
