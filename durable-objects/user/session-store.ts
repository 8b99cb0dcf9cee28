/** Refresh families and the tokens they gave out. Of every secret only the SHA-256 is here. */
import { ABSOLUTE_MS, type Family, IDLE_MS, isAlive, type KnownToken } from '#shared/core/auth/refresh.ts';

/** Devices a user can be signed in on; signing in on one more ends the one that was idle longest. */
const MAX_FAMILIES = 100;

type FamilyRow = {
  id: string;
  user_agent: string | null;
  place: string | null;
  created_at: number;
  last_used_at: number;
  revoked_at: number | null;
  confirmed_at: number;
};

/** A session as it is stored; times in milliseconds. */
export interface StoredSession extends Family {
  id: string;
  userAgent: string | null;
  place: string | null;
  /** When its user last proved to be there. */
  confirmedAt: number;
}

const sessionOf = (row: FamilyRow): StoredSession => ({
  id: row.id,
  userAgent: row.user_agent,
  place: row.place,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
  revokedAt: row.revoked_at,
  confirmedAt: row.confirmed_at,
});

export class SessionStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  family(id: string): StoredSession | null {
    const [row] = this.#sql.exec<FamilyRow>('SELECT * FROM families WHERE id = ?', id).toArray();
    return row ? sessionOf(row) : null;
  }

  /** Those that can still be refreshed, the last used first. */
  alive(now: number): StoredSession[] {
    return this.#sql
      .exec<FamilyRow>('SELECT * FROM families ORDER BY last_used_at DESC, id DESC')
      .toArray()
      .map(sessionOf)
      .filter((session) => isAlive(session, now));
  }

  /** The token with this hash, if this family gave it out. */
  token(familyId: string, hash: string): KnownToken | null {
    const [row] = this.#sql
      .exec<{ rotated_at: number | null }>(
        'SELECT rotated_at FROM refresh_tokens WHERE hash = ? AND family_id = ?',
        hash,
        familyId,
      )
      .toArray();
    return row ? { rotatedAt: row.rotated_at } : null;
  }

  /** Those that ran out by themselves and were not ended yet. */
  expired(now: number): string[] {
    return this.#sql
      .exec<{ id: string }>(
        'SELECT id FROM families WHERE revoked_at IS NULL AND (created_at <= ? OR last_used_at <= ?)',
        now - ABSOLUTE_MS,
        now - IDLE_MS,
      )
      .toArray()
      .map(({ id }) => id);
  }

  /** When the next one runs out. */
  nextExpiry(): number | null {
    return this.#sql
      .exec<{ at: number | null }>(
        'SELECT min(min(created_at + ?, last_used_at + ?)) AS at FROM families WHERE revoked_at IS NULL',
        ABSOLUTE_MS,
        IDLE_MS,
      )
      .one().at;
  }

  /** Opens a family with its first token, and clears away the families that have ended: their ids. */
  openFamily(
    family: { id: string; userAgent: string | null; place: string | null },
    hash: string,
    now: number,
  ): string[] {
    this.#sql.exec(
      `INSERT INTO families (id, user_agent, place, created_at, last_used_at, confirmed_at)
       VALUES (?1, ?2, ?3, ?4, ?4, ?4)`,
      family.id,
      family.userAgent,
      family.place,
      now,
    );
    this.#sql.exec('INSERT INTO refresh_tokens (hash, family_id) VALUES (?, ?)', hash, family.id);
    const cleared = this.#sql
      .exec<{ id: string }>(
        `DELETE FROM families WHERE revoked_at IS NOT NULL OR created_at <= ? OR last_used_at <= ?
           OR id IN (SELECT id FROM families ORDER BY last_used_at DESC, id DESC LIMIT -1 OFFSET ?) RETURNING id`,
        now - ABSOLUTE_MS,
        now - IDLE_MS,
        MAX_FAMILIES,
      )
      .toArray();
    this.#sql.exec('DELETE FROM refresh_tokens WHERE family_id NOT IN (SELECT id FROM families)');
    return cleared.map(({ id }) => id);
  }

  /** Exchanges a token for its successor. Call it in a transaction with the decision that allowed it. */
  rotate(familyId: string, oldHash: string, newHash: string, now: number): void {
    this.#sql.exec('UPDATE refresh_tokens SET rotated_at = ? WHERE hash = ?', now, oldHash);
    this.#sql.exec('INSERT INTO refresh_tokens (hash, family_id) VALUES (?, ?)', newHash, familyId);
    this.#sql.exec('UPDATE families SET last_used_at = ? WHERE id = ?', now, familyId);
  }

  /** Its user has just proved to be there. */
  confirm(familyId: string, now: number): void {
    this.#sql.exec('UPDATE families SET confirmed_at = ? WHERE id = ?', now, familyId);
  }

  revoke(familyId: string, now: number): void {
    this.#sql.exec('UPDATE families SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?', now, familyId);
  }
}
