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

interface Row<Type> extends Record<string, SqlStorageValue | Type> {
  type: Type;
  generation: number;
  attempts: number;
  failed: number;
  due_at: number;
}

const baseMs = 1_000;
/** However long somebody was away: a minute after they are back they have everything. */
const maxMs = 60_000;
/** How long a try may take until it counts as lost with its process. */
const claimMs = 60_000;

/** Milliseconds until the next try after `attempts` tries; `jitter` from 0 to 1 takes off up to a quarter. */
const outboxDelay = (attempts: number, jitter: number): number =>
  Math.round(Math.min(maxMs, baseMs * 2 ** attempts) * (1 - jitter / 4));

export class Outbox<Type extends string> {
  readonly #sql: SqlStorage;
  readonly #random: () => number;
  readonly #flying = new Map<Type, Promise<void>>();
  /** What the table holds; null after each write, also one that is rolled back. */
  #known: ReadonlyArray<Row<Type>> | null = null;
  #closed = false;

  constructor(sql: SqlStorage, random: () => number) {
    this.#sql = sql;
    this.#random = random;
  }

  /** Adds reasons to deliver; inside the commit's transaction. A row that is backing off keeps its due time. */
  add(types: Type | ReadonlyArray<Type>, now: number): void {
    const all = typeof types === 'string' ? [types] : types;
    if (all.length === 0) return;
    this.#write(
      `INSERT INTO outbox (type, generation, attempts, due_at) VALUES ${all.map(() => '(?, 1, 1, ?)').join()}
       ON CONFLICT (type) DO UPDATE SET generation = generation + 1`,
      ...all.flatMap((type) => [type, now + claimMs]),
    );
  }

  /** Everything that is owed, whenever it is due. */
  owed(): Type[] {
    return this.#rows().map(({ type }) => type);
  }

  /** Whether something of this type is still owed. */
  owes(type: Type): boolean {
    return this.#row(type) !== undefined;
  }

  /** The types whose next try is due. */
  due(now: number): Type[] {
    return this.#rows().flatMap(({ type, due_at }) => (due_at <= now ? [type] : []));
  }

  /** The next due time of all rows; `null` when nothing is owed. */
  earliest(): number | null {
    return this.#rows()[0]?.due_at ?? null;
  }

  /** The next due time of what has failed before: what others should know of. */
  earliestRetry(except: ReadonlyArray<Type>): number | null {
    const failed = this.#rows().find((row) => row.failed === 1 && !except.includes(row.type));
    return failed?.due_at ?? null;
  }

  // One statement for all questions, asked once between two writes: an object that has just woken pays for each new one.
  #rows(): ReadonlyArray<Row<Type>> {
    this.#known ??= this.#sql
      .exec<Row<string>>('SELECT type, generation, attempts, failed, due_at FROM outbox ORDER BY due_at')
      .toArray()
      .map((row) => ({ ...row, type: row.type as Type }));
    return this.#known;
  }

  /** Drops what is in memory, after a transaction that was rolled back. */
  forget(): void {
    this.#known = null;
  }

  #row(type: Type): Row<Type> | undefined {
    return this.#rows().find((row) => row.type === type);
  }

  #write(query: string, ...values: Array<string | number>): void {
    this.#known = null;
    this.#sql.exec(query, ...values);
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
        const row = this.#row(type);
        if (row === undefined) return;
        await send();
        if (this.#closed) return;
        this.#write('DELETE FROM outbox WHERE type = ? AND generation = ?', type, row.generation);
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
    this.#write('DELETE FROM outbox WHERE type = ?', type);
  }

  /** Tries begun so far of what is owed of a type. */
  attempts(type: Type): number {
    return this.#row(type)?.attempts ?? 0;
  }

  // Before the work: a try that kills the process must count too, or it is made again and again.
  #claim(type: Type, now: number): void {
    this.#write('UPDATE outbox SET attempts = attempts + 1, due_at = ? WHERE type = ?', now + claimMs, type);
  }

  #failed(type: Type, now: number): void {
    this.#write(
      'UPDATE outbox SET failed = 1, due_at = ? WHERE type = ?',
      now + outboxDelay(this.attempts(type), this.#random()),
      type,
    );
  }
}
