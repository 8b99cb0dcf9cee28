/** The user's files as they are listed; the bytes are in R2. */
import { formatCursor, parseCursor } from '#shared/core/list-cursor.ts';
import type { File } from '#shared/protocol/file.ts';
import type { StoredFile } from './client.ts';
import { FileStore } from './file-store.ts';
import type { World } from './world.ts';

/** Files and bytes that a user may have. */
const MAX_FILES = 5_000;
const MAX_BYTES = 1024 * 1024 * 1024;
const PAGE = 50;
const BATCH = 200;

/** A file as its owner sees it: without the name of its bytes. */
const shownFile = ({ hash: _hash, ...file }: StoredFile): File => file;

export class Files {
  readonly #store: FileStore;

  constructor({ ctx }: World) {
    this.#store = new FileStore(ctx.storage.sql);
  }

  /** Known already by its id, nothing changes. */
  add(file: StoredFile): { ok: true } | { ok: false; code: 'limit_reached' } {
    if (this.get(file.id) !== null) return { ok: true };
    const { count, bytes } = this.#store.size();
    if (count >= MAX_FILES || bytes + file.size > MAX_BYTES) return { ok: false, code: 'limit_reached' };
    this.#store.add(file);
    return { ok: true };
  }

  get(id: string): StoredFile | null {
    return this.#store.get(id);
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
    const files = this.#store.list(after, query.conversationId ?? null, size + 1);
    const last = files[size - 1];
    const nextCursor =
      files.length > size && last ? formatCursor({ time: Date.parse(last.createdAt), id: last.id }) : null;
    return { items: files.slice(0, size).map(shownFile), nextCursor };
  }

  /** Files that a conversation made, some at a time: what goes with it. */
  madeIn(conversationId: string): string[] {
    return this.#store.madeIn(conversationId, BATCH);
  }

  removeAll(ids: ReadonlyArray<string>): void {
    for (const id of ids) this.#store.remove(id);
  }

  /** A file for a message. What its person sends on into another conversation is theirs, and outlives the one it is of. */
  attach(id: string, conversationId: string): StoredFile | null {
    const file = this.get(id);
    if (file?.conversationId != null && file.conversationId !== conversationId) this.#store.keep(id);
    return file;
  }

  /** What was removed; null when there was no such file. */
  remove(id: string): StoredFile | null {
    const file = this.get(id);
    if (file !== null) this.#store.remove(id);
    return file;
  }
}
