/** What Claude remembers of the user over all conversations; the user reads, changes and deletes it. */
import { v7 as uuidv7 } from 'uuid';
import type { Memory } from '#shared/protocol/connection.ts';
import type { NewMemory } from './client.ts';
import type { World } from './world.ts';

const MAX = 500;
const RECALLED = 50;

interface Row extends Record<string, SqlStorageValue> {
  id: string;
  text: string;
  outside: number;
  conversation_id: string | null;
  created_at: number;
  updated_at: number;
}

const COLUMNS = 'id, text, outside, conversation_id, created_at, updated_at';
const iso = (time: number): string => new Date(time).toISOString();

const memoryOf = (row: Row): Memory => ({
  id: row.id,
  text: row.text,
  outside: row.outside === 1,
  conversationId: row.conversation_id,
  createdAt: iso(row.created_at),
  updatedAt: iso(row.updated_at),
});

export class Memories {
  readonly #world: World;
  readonly #sql: SqlStorage;

  constructor(world: World) {
    this.#world = world;
    this.#sql = world.ctx.storage.sql;
  }

  list(): Memory[] {
    return this.#sql
      .exec<Row>(`SELECT ${COLUMNS} FROM memories ORDER BY updated_at DESC, id DESC`)
      .toArray()
      .map(memoryOf);
  }

  /** Those with all words of the query, newest first; without one the newest. */
  recall(query: string | null): Memory[] {
    const words = (query ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    const fits = ({ text }: Memory) => words.every((word) => text.toLowerCase().includes(word));
    return this.list().filter(fits).slice(0, RECALLED);
  }

  /** The same call again is the same memory. */
  remember(made: NewMemory): { ok: true; id: string } | { ok: false; code: 'limit_reached' | 'not_found' } {
    const known = this.#sql.exec<{ id: string }>('SELECT id FROM memories WHERE call_id = ?', made.callId);
    const [before] = known.toArray();
    if (before !== undefined) return { ok: true, id: before.id };
    const now = this.#world.now();
    const { replaces } = made;
    if (replaces !== null && !this.#has(replaces)) return { ok: false, code: 'not_found' };
    if (replaces === null && this.list().length >= MAX) return { ok: false, code: 'limit_reached' };
    const id = uuidv7({ msecs: now });
    this.#world.commit(() => {
      if (replaces !== null) this.#sql.exec('DELETE FROM memories WHERE id = ?', replaces);
      this.#sql.exec(
        `INSERT INTO memories (call_id, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`,
        made.callId,
        id,
        made.text,
        made.outside ? 1 : 0,
        made.conversationId,
        now,
        now,
      );
    });
    return { ok: true, id };
  }

  /** In the user's own words now: it is theirs, wherever it came from. */
  update(id: string, text: string): Memory | null {
    this.#sql.exec(
      'UPDATE memories SET text = ?, outside = 0, updated_at = ? WHERE id = ?',
      text,
      this.#world.now(),
      id,
    );
    return this.list().find((memory) => memory.id === id) ?? null;
  }

  remove(id: string): boolean {
    return this.#sql.exec('DELETE FROM memories WHERE id = ? RETURNING id', id).toArray().length > 0;
  }

  clear(): void {
    this.#sql.exec('DELETE FROM memories');
  }

  #has(id: string): boolean {
    return this.#sql.exec('SELECT 1 FROM memories WHERE id = ?', id).toArray().length > 0;
  }
}
