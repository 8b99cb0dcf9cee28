/** What Claude remembers of the user: one row a memory. */
import type { Memory } from '#shared/protocol/connection.ts';
import type { NewMemory } from './client.ts';

interface Row extends Record<string, SqlStorageValue> {
  id: string;
  text: string;
  outside: number;
  conversation_id: string | null;
  created_at: number;
  updated_at: number;
}

/** How long the calls of forgotten memories stay known: no repeat is under way for longer. */
const REMEMBER_MS = 90 * 24 * 60 * 60_000;
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

export class MemoryStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The one that was changed last comes first. */
  all(): Memory[] {
    return this.#sql
      .exec<Row>(`SELECT ${COLUMNS} FROM memories ORDER BY updated_at DESC, id DESC`)
      .toArray()
      .map(memoryOf);
  }

  count(): number {
    return this.#sql.exec<{ count: number }>('SELECT count(*) AS count FROM memories').one().count;
  }

  get(id: string): Memory | null {
    const [row] = this.#sql.exec<Row>(`SELECT ${COLUMNS} FROM memories WHERE id = ?`, id).toArray();
    return row === undefined ? null : memoryOf(row);
  }

  /** The memory that this call made; null when it made none, or none that is still there. */
  madeBy(callId: string): string | null {
    const made = this.#sql.exec<{ id: string }>('SELECT id FROM memories WHERE call_id = ?', callId);
    return made.toArray()[0]?.id ?? null;
  }

  /** Whether the memory that this call made was forgotten since. */
  isForgotten(callId: string): boolean {
    return this.#sql.exec('SELECT 1 FROM forgotten WHERE call_id = ?', callId).toArray().length > 0;
  }

  add(id: string, made: NewMemory, now: number): void {
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
  }

  /** In the user's own words from now on. */
  update(id: string, text: string, now: number): void {
    this.#sql.exec('UPDATE memories SET text = ?, outside = 0, updated_at = ? WHERE id = ?', text, now, id);
  }

  /** False when there was none. The call that made it stays known for a while: its repeat must not revive it. */
  remove(id: string, now: number): boolean {
    this.#sql.exec('DELETE FROM forgotten WHERE at < ?', now - REMEMBER_MS);
    this.#sql.exec(
      'INSERT INTO forgotten (call_id, at) SELECT call_id, ? FROM memories WHERE id = ?',
      now,
      id,
    );
    return this.#sql.exec('DELETE FROM memories WHERE id = ? RETURNING id', id).toArray().length > 0;
  }

  clear(now: number): void {
    this.#sql.exec('INSERT INTO forgotten (call_id, at) SELECT call_id, ? FROM memories', now);
    this.#sql.exec('DELETE FROM memories');
  }
}
