/**
 * Effects as rows: what a commit promised to tell others, kept until they have it. One row a type, because what is
 * delivered is always the present state: ten reasons to tell the user's object fold into one call.
 *
 * A row is written as claimed (its next due time is already the one after a failure), so that the usual case, a
 * delivery right after the commit, costs an insert and a delete. At least once: a death in between leaves the row.
 */

/** Creates the table; part of an object's first migration. PERSISTED. */
export const outboxTable = `
  CREATE TABLE outbox (
    type TEXT PRIMARY KEY,
    generation INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    failed INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL
  );`;

const baseMs = 1_000;
const maxMs = 5 * 60_000;
/** How long a try may take until it counts as lost with its process. */
const claimMs = 60_000;

/** Milliseconds until the next try after `attempts` tries; `jitter` from 0 to 1 takes off up to a quarter. */
export const outboxDelay = (attempts: number, jitter: number): number =>
  Math.round(Math.min(maxMs, baseMs * 2 ** attempts) * (1 - jitter / 4));

export class Outbox<Type extends string> {
  readonly #sql: SqlStorage;
  readonly #random: () => number;
  readonly #flying = new Map<Type, Promise<void>>();
  #closed = false;

  constructor(sql: SqlStorage, random: () => number) {
    this.#sql = sql;
    this.#random = random;
  }

  /** Adds a reason to deliver; inside the commit's transaction. A row that is backing off keeps its due time. */
  add(type: Type, now: number): void {
    this.#sql.exec(
      `INSERT INTO outbox (type, generation, attempts, due_at) VALUES (?, 1, 1, ?)
       ON CONFLICT (type) DO UPDATE SET generation = generation + 1`,
      type,
      now + claimMs,
    );
  }

  /** Everything that is owed, whenever it is due. */
  owed(): Type[] {
    const rows = this.#sql.exec<{ type: string }>('SELECT type FROM outbox ORDER BY due_at').toArray();
    return rows.map((row) => row.type as Type);
  }

  /** Whether something of this type is still owed. */
  owes(type: Type): boolean {
    return this.#sql.exec('SELECT 1 FROM outbox WHERE type = ?', type).toArray().length > 0;
  }

  /** The types whose next try is due. */
  due(now: number): Type[] {
    const rows = this.#sql.exec<{ type: string }>(
      'SELECT type FROM outbox WHERE due_at <= ? ORDER BY due_at',
      now,
    );
    return rows.toArray().map((row) => row.type as Type);
  }

  /** The next due time of all rows; `null` when nothing is owed. */
  earliest(): number | null {
    return this.#sql.exec<{ due: number | null }>('SELECT min(due_at) AS due FROM outbox').one().due;
  }

  /** The next due time of what has failed before: what others should know of. */
  earliestRetry(except: ReadonlyArray<Type>): number | null {
    const rows = this.#sql
      .exec<{ type: string; due_at: number }>('SELECT type, due_at FROM outbox WHERE failed = 1')
      .toArray()
      .filter((row) => !except.includes(row.type as Type));
    return rows.length === 0 ? null : Math.min(...rows.map((row) => row.due_at));
  }

  /**
   * Delivers what is owed of a type by calling `send` until nothing new came meanwhile. One at a time a type: a call
   * while one is under way waits for that one, which goes around again.
   * @param fresh the row was just added, and is claimed by that; any other try is written down before it is made
   * @param send delivers the present state; throws when it could not
   */
  deliver(type: Type, fresh: boolean, now: () => number, send: () => Promise<void>): Promise<void> {
    const flying = this.#flying.get(type);
    if (flying) return flying;
    if (!fresh) this.#claim(type, now());
    const flight = this.#fly(type, now, send).finally(() => this.#flying.delete(type));
    this.#flying.set(type, flight);
    return flight;
  }

  /** Resolves when no delivery is under way. Never throws. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#flying.values());
  }

  /** Whether a delivery of this type is under way. */
  isFlying(type: Type): boolean {
    return this.#flying.has(type);
  }

  async #fly(type: Type, now: () => number, send: () => Promise<void>): Promise<void> {
    try {
      for (;;) {
        const row = this.#sql
          .exec<{ generation: number }>('SELECT generation FROM outbox WHERE type = ?', type)
          .toArray()[0];
        if (row === undefined) return;
        await send();
        if (this.#closed) return;
        this.#sql.exec('DELETE FROM outbox WHERE type = ? AND generation = ?', type, row.generation);
      }
    } catch (error) {
      if (this.#closed) return;
      this.#failed(type, now());
      throw error;
    }
  }

  /** The storage is about to go: what is still under way ends without a word, because there is no row any more. */
  close(): void {
    this.#closed = true;
  }

  /** Gives a type up: nothing of it is owed any more. */
  drop(type: Type): void {
    this.#sql.exec('DELETE FROM outbox WHERE type = ?', type);
  }

  /** Tries begun so far of what is owed of a type. */
  attempts(type: Type): number {
    const rows = this.#sql
      .exec<{ attempts: number }>('SELECT attempts FROM outbox WHERE type = ?', type)
      .toArray();
    return rows[0]?.attempts ?? 0;
  }

  // Before the work: a try that kills the process must count too, or it is made again and again.
  #claim(type: Type, now: number): void {
    this.#sql.exec(
      'UPDATE outbox SET attempts = attempts + 1, due_at = ? WHERE type = ?',
      now + claimMs,
      type,
    );
  }

  #failed(type: Type, now: number): void {
    this.#sql.exec(
      'UPDATE outbox SET failed = 1, due_at = ? WHERE type = ?',
      now + outboxDelay(this.attempts(type), this.#random()),
      type,
    );
  }
}
