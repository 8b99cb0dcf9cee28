/**
 * What was removed, and what of it is still kept: the receipts of a schedule for a time, so that why it did or did not run
 * can still be asked; of a webhook nothing, but a hundred thousand deliveries take more than one piece to go.
 */
import { type ConversationState, hooksOf, schedulesOf } from '#shared/core/conversation/state.ts';
import type { ListCursor } from '#shared/core/list-cursor.ts';
import { removedKeptMs } from '#shared/protocol/schedule.ts';

/** Rows that go at once. */
const atOnce = 500;

/** The ids of those in `of` that are not in `others`. */
const without = (of: ReadonlyArray<{ id: string }>, others: ReadonlyArray<{ id: string }>): string[] => {
  const known = new Set(others.map(({ id }) => id));
  return of.flatMap(({ id }) => (known.has(id) ? [] : [id]));
};

/** Oldest first, so that a try that breaks off leaves the newest. */
const pieces = [
  `DELETE FROM receipts WHERE schedule_id = ?1 AND due_at IN (
     SELECT due_at FROM receipts WHERE schedule_id = ?1 ORDER BY due_at LIMIT ${atOnce})`,
  `DELETE FROM deliveries WHERE rowid IN (
     SELECT rowid FROM deliveries WHERE webhook_id = ?1 LIMIT ${atOnce})`,
];

export class RemovedStore {
  readonly #sql: SqlStorage;
  /** When something goes next, as far as it was asked; null when nothing is to go. */
  #next: number | null | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Follows the state: whatever took something out of it, or put it back. Inside the commit's transaction. */
  note(before: ConversationState, after: ConversationState, now: number): void {
    if (before.schedules === after.schedules && before.webhooks === after.webhooks) return;
    const schedules = [schedulesOf(before), schedulesOf(after)] as const;
    const hooks = [hooksOf(before), hooksOf(after)] as const;
    for (const id of without(...schedules)) this.#add(id, now + removedKeptMs);
    for (const id of without(...hooks)) this.#add(id, now);
    for (const id of without(schedules[1], schedules[0])) this.#forget(id);
    // One made anew under an old id knows none of the deliveries before it.
    for (const id of without(hooks[1], hooks[0])) if (this.#forget(id)) this.#clear(id);
  }

  #add(id: string, clearAt: number): void {
    this.#sql.exec('INSERT OR REPLACE INTO removed (id, clear_at) VALUES (?, ?)', id, clearAt);
    this.#next = undefined;
  }

  /** Whether it had been removed. */
  #forget(id: string): boolean {
    this.#next = undefined;
    return this.#sql.exec('DELETE FROM removed WHERE id = ?', id).rowsWritten > 0;
  }

  #clear(id: string): void {
    for (let more = true; more;) more = this.#piece(id);
  }

  /** Whether something went. */
  #piece(id: string): boolean {
    return pieces.some((sql) => this.#sql.exec(sql, id).rowsWritten > 0);
  }

  /** Drops what is in memory, after a transaction that was taken back. */
  forget(): void {
    this.#next = undefined;
  }

  /** When something goes next; null when nothing is to go. */
  next(): number | null {
    if (this.#next === undefined) {
      const sql = 'SELECT min(clear_at) AS at FROM removed';
      this.#next = this.#sql.exec<{ at: number | null }>(sql).one().at;
    }
    return this.#next;
  }

  /** Lets one piece go of what its time is over for. Inside a transaction. */
  clearSome(now: number): void {
    const [due] = this.#sql
      .exec<{ id: string }>('SELECT id FROM removed WHERE clear_at <= ? ORDER BY clear_at LIMIT 1', now)
      .toArray();
    if (due === undefined || this.#piece(due.id)) return;
    this.#sql.exec('DELETE FROM receipts_cleared WHERE schedule_id = ?', due.id);
    this.#forget(due.id);
  }

  /** Schedules of which something is kept, those first whose time is over last. @param after the last one before these */
  kept(now: number, limit: number, after: ListCursor | null = null): ListCursor[] {
    return this.#sql
      .exec<{ id: string; time: number }>(
        `SELECT id, clear_at AS time FROM removed WHERE clear_at > ?1 AND (?2 IS NULL OR (clear_at, id) < (?2, ?3))
         ORDER BY clear_at DESC, id DESC LIMIT ?4`,
        now,
        after?.time ?? null,
        after?.id ?? null,
        limit,
      )
      .toArray();
  }

  /** Until when the receipts of a schedule are kept that was removed; null for any other. */
  keptUntil(id: string): number | null {
    const rows = this.#sql.exec<{ at: number }>('SELECT clear_at AS at FROM removed WHERE id = ?', id);
    return rows.toArray()[0]?.at ?? null;
  }
}
