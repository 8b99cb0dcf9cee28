/** The index of the user's files; the bytes are in R2, by hash. */
import * as z from 'zod/mini';
import { formatCursor, parseCursor } from '#shared/core/list-cursor.ts';
import { File } from '#shared/protocol/file.ts';
import type { StoredFile } from './client.ts';
import type { World } from './world.ts';

const MAX_FILES = 5_000;
const MAX_BYTES = 1024 * 1024 * 1024;
const PAGE = 50;

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

/** A file as its owner sees it: without the name of its bytes. */
export const shownFile = ({ hash: _hash, ...file }: StoredFile): File => file;

export class Files {
  readonly #sql: SqlStorage;

  constructor({ ctx }: World) {
    this.#sql = ctx.storage.sql;
  }

  /** Known already by its id, nothing changes. */
  add(file: StoredFile): { ok: true } | { ok: false; code: 'limit_reached' } {
    if (this.get(file.id) !== null) return { ok: true };
    const { count, bytes } = this.#sql
      .exec<{ count: number; bytes: number }>(
        'SELECT count(*) AS count, coalesce(sum(size), 0) AS bytes FROM files',
      )
      .one();
    if (count >= MAX_FILES || bytes + file.size > MAX_BYTES) return { ok: false, code: 'limit_reached' };
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
    return { ok: true };
  }

  get(id: string): StoredFile | null {
    const [row] = this.#sql.exec<Row>('SELECT * FROM files WHERE id = ?', id).toArray();
    return row === undefined ? null : fileOf(row);
  }

  /** Newest first; null when the cursor is none of ours. */
  list(query: {
    cursor?: string;
    limit?: number;
    conversationId?: string;
  }): { items: File[]; nextCursor: string | null } | null {
    const after = query.cursor === undefined ? null : parseCursor(query.cursor);
    if (query.cursor !== undefined && after === null) return null;
    const size = Math.min(Math.max(query.limit ?? PAGE, 1), 200);
    const rows = this.#sql
      .exec<Row>(
        `SELECT * FROM files
         WHERE (?1 IS NULL OR (created_at, id) < (?1, ?2)) AND (?3 IS NULL OR conversation_id = ?3)
         ORDER BY created_at DESC, id DESC LIMIT ?4`,
        after?.time ?? null,
        after?.id ?? null,
        query.conversationId ?? null,
        size + 1,
      )
      .toArray();
    const last = rows[size - 1];
    const more = rows.length > size && last !== undefined;
    return {
      items: rows.slice(0, size).map((row) => shownFile(fileOf(row))),
      nextCursor: more ? formatCursor({ time: last.created_at, id: last.id }) : null,
    };
  }

  /** What was removed, and whether another file still has the same bytes. */
  remove(id: string): { file: StoredFile; isHashUsed: boolean } | null {
    const file = this.get(id);
    if (file === null) return null;
    this.#sql.exec('DELETE FROM files WHERE id = ?', id);
    const isHashUsed = this.#sql.exec('SELECT 1 FROM files WHERE hash = ?', file.hash).toArray().length > 0;
    return { file, isHashUsed };
  }
}
