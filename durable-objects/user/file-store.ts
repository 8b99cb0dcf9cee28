/** The index of the user's files: one row a file. */
import * as z from 'zod/mini';
import type { StoredFile } from './client.ts';

interface Row extends Record<string, SqlStorageValue> {
  id: string;
  name: string;
  type: string;
  size: number;
  kind: string;
  conversation_id: string | null;
  outside: number;
  hash: string;
  created_at: number;
}

const Kind = z.enum(['upload', 'artifact', 'result']);

const fileOf = (row: Row): StoredFile => ({
  id: row.id,
  name: row.name,
  type: row.type,
  size: row.size,
  kind: Kind.parse(row.kind),
  conversationId: row.conversation_id,
  outside: row.outside === 1,
  hash: row.hash,
  createdAt: new Date(row.created_at).toISOString(),
});

export class FileStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** How many there are, and how many bytes they have together. */
  size(): { count: number; bytes: number } {
    return this.#sql
      .exec<{ count: number; bytes: number }>(
        'SELECT count(*) AS count, coalesce(sum(size), 0) AS bytes FROM files',
      )
      .one();
  }

  add(file: StoredFile): void {
    this.#sql.exec(
      `INSERT INTO files (id, name, type, size, kind, conversation_id, outside, hash, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      file.id,
      file.name,
      file.type,
      file.size,
      file.kind,
      file.conversationId,
      file.outside ? 1 : 0,
      file.hash,
      Date.parse(file.createdAt),
    );
  }

  get(id: string): StoredFile | null {
    const [row] = this.#sql.exec<Row>('SELECT * FROM files WHERE id = ?', id).toArray();
    return row === undefined ? null : fileOf(row);
  }

  /** Newest first; `after` is the last of the page before. */
  list(
    after: { time: number; id: string } | null,
    conversationId: string | null,
    limit: number,
  ): StoredFile[] {
    return this.#sql
      .exec<Row>(
        `SELECT * FROM files
         WHERE (?1 IS NULL OR (created_at, id) < (?1, ?2)) AND (?3 IS NULL OR conversation_id = ?3)
         ORDER BY created_at DESC, id DESC LIMIT ?4`,
        after?.time ?? null,
        after?.id ?? null,
        conversationId,
        limit,
      )
      .toArray()
      .map(fileOf);
  }

  /** Ids of what a conversation made, not of what its person sent. */
  madeIn(conversationId: string, limit: number): string[] {
    return this.#sql
      .exec<{ id: string }>(
        "SELECT id FROM files WHERE conversation_id = ? AND kind != 'upload' LIMIT ?",
        conversationId,
        limit,
      )
      .toArray()
      .map(({ id }) => id);
  }

  /** From here on it is its person's own. */
  keep(id: string): void {
    this.#sql.exec("UPDATE files SET kind = 'upload' WHERE id = ?", id);
  }

  remove(id: string): void {
    this.#sql.exec('DELETE FROM files WHERE id = ?', id);
  }
}
