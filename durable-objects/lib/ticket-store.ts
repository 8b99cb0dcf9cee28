/** The tickets that an object gave out and that nobody used yet, as hashes. Each object has the table among its own. */

/** Kept at most; the oldest go. */
const MAX_TICKETS = 100;

export class TicketStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Keeps the hash of a ticket, and forgets those that nobody used. */
  add(hash: string, credentialId: string, expiresAt: number, now: number): void {
    this.#sql.exec('DELETE FROM tickets WHERE expires_at <= ?', now);
    this.#sql.exec(
      'INSERT INTO tickets (hash, credential_id, expires_at) VALUES (?, ?, ?)',
      hash,
      credentialId,
      expiresAt,
    );
    this.#sql.exec(
      'DELETE FROM tickets WHERE hash IN (SELECT hash FROM tickets ORDER BY expires_at DESC LIMIT -1 OFFSET ?)',
      MAX_TICKETS,
    );
  }

  /** Redeems a ticket: the session or key it was issued to, once and only in time. */
  take(hash: string, now: number): string | null {
    const [row] = this.#sql
      .exec<{
        credential_id: string;
      }>('DELETE FROM tickets WHERE hash = ? AND expires_at > ? RETURNING credential_id', hash, now)
      .toArray();
    return row?.credential_id ?? null;
  }

  /** Those that a credential left unused when it ended. */
  drop(credentialId: string): void {
    this.#sql.exec('DELETE FROM tickets WHERE credential_id = ?', credentialId);
  }
}
