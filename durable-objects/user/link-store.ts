/** What is good once: links that were sent by mail, and challenges of passkeys. Of every secret only the SHA-256. */
import type { LinkPurpose } from '#shared/core/auth/links.ts';

/** Links of one purpose that are good at the same time: a mail that comes late should still work. */
const MAX_OPEN = 3;

export interface Link {
  purpose: LinkPurpose;
  email: string;
}

export class LinkStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(hash: string, link: Link, now: number, expiresAt: number): void {
    this.#sql.exec('DELETE FROM links WHERE expires_at <= ?', now);
    this.#sql.exec(
      'INSERT INTO links (hash, purpose, email, created_at, expires_at) VALUES (?, ?, ?, ?, ?)',
      hash,
      link.purpose,
      link.email,
      now,
      expiresAt,
    );
    this.#sql.exec(
      `DELETE FROM links WHERE purpose = ?1 AND hash IN
         (SELECT hash FROM links WHERE purpose = ?1 ORDER BY created_at DESC LIMIT -1 OFFSET ?2)`,
      link.purpose,
      MAX_OPEN,
    );
  }

  /**
   * Claims a link for one caller until `until`, so that two who follow it at once cannot both act on it. Null when it
   * is not good or another has it.
   */
  claim(hash: string, now: number, until: number): Link | null {
    const [row] = this.#sql
      .exec<Link & Record<string, SqlStorageValue>>(
        `UPDATE links SET claimed_until = ? WHERE hash = ? AND expires_at > ? AND claimed_until <= ?
         RETURNING purpose, email`,
        until,
        hash,
        now,
        now,
      )
      .toArray();
    return row ? { purpose: row.purpose, email: row.email } : null;
  }

  isClaimed(hash: string, now: number): boolean {
    return (
      this.#sql.exec('SELECT 1 FROM links WHERE hash = ? AND claimed_until > ?', hash, now).toArray().length >
      0
    );
  }

  release(hash: string): void {
    this.#sql.exec('UPDATE links SET claimed_until = 0 WHERE hash = ?', hash);
  }

  /** Links that somebody is acting on, or was. */
  claims(): number {
    return this.#sql.exec<{ n: number }>('SELECT count(*) AS n FROM links WHERE claimed_until > 0').one().n;
  }

  /** Frees what was claimed and came to no end in time; answers what for. */
  abandon(now: number): LinkPurpose[] {
    return this.#sql
      .exec<{ purpose: LinkPurpose }>(
        'UPDATE links SET claimed_until = 0 WHERE claimed_until > 0 AND claimed_until <= ? RETURNING purpose',
        now,
      )
      .toArray()
      .map(({ purpose }) => purpose);
  }

  /** Uses a link up. Null when it is not there (any more). */
  take(hash: string): Link | null {
    const [row] = this.#sql
      .exec<Link & Record<string, SqlStorageValue>>(
        'DELETE FROM links WHERE hash = ? RETURNING purpose, email',
        hash,
      )
      .toArray();
    return row ? { purpose: row.purpose, email: row.email } : null;
  }

  /** Makes all links of a purpose void. */
  drop(purpose: LinkPurpose): void {
    this.#sql.exec('DELETE FROM links WHERE purpose = ?', purpose);
  }

  /** Notes that a challenge was answered. False when it had been before. */
  useChallenge(hash: string, now: number, expiresAt: number): boolean {
    this.#sql.exec('DELETE FROM used_challenges WHERE expires_at <= ?', now);
    const made = this.#sql.exec(
      'INSERT INTO used_challenges (hash, expires_at) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING hash',
      hash,
      expiresAt,
    );
    return made.toArray().length > 0;
  }
}
