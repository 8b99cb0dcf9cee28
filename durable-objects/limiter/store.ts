/** The attempts of one counter. All SQL of the object is here. Times are milliseconds since the epoch. */

export class AttemptStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** When the attempts that still count were made. */
  attempts(now: number): number[] {
    return this.#sql
      .exec<{ at: number }>('SELECT at FROM attempts WHERE expires_at > ?', now)
      .toArray()
      .map(({ at }) => at);
  }

  add(at: number, expiresAt: number): void {
    this.#sql.exec('INSERT INTO attempts (at, expires_at) VALUES (?, ?)', at, expiresAt);
  }

  /** Forgets the attempts that no longer count, and tells when the last of the others will not; null when none is left. */
  sweep(now: number): number | null {
    this.#sql.exec('DELETE FROM attempts WHERE expires_at <= ?', now);
    return this.#sql.exec<{ last: number | null }>('SELECT max(expires_at) AS last FROM attempts').one().last;
  }
}
