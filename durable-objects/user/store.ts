/** The profile of a user. All SQL of the object is here and in the other `*-store.ts` files. */
import type { User } from '#shared/protocol/account.ts';
import type { UpdateMe } from '#shared/protocol/account-requests.ts';

type Row = {
  id: string;
  email: string;
  name: string;
  timezone: string;
  created_at: number;
  email_verified_at: number | null;
};

export class ProfileStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The profile, null before it was written. */
  read(): User | null {
    const [row] = this.#sql
      .exec<Row>('SELECT id, email, name, timezone, created_at, email_verified_at FROM profile')
      .toArray();
    if (!row) return null;
    const { created_at, email_verified_at, ...rest } = row;
    return {
      ...rest,
      emailVerified: email_verified_at !== null,
      createdAt: new Date(created_at).toISOString(),
    };
  }

  /** Writes the profile once; a second call changes nothing. */
  insert(profile: User): void {
    const createdAt = Date.parse(profile.createdAt);
    this.#sql.exec(
      `INSERT INTO profile (id, email, name, timezone, created_at, email_verified_at)
       VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      profile.id,
      profile.email,
      profile.name,
      profile.timezone,
      createdAt,
      profile.emailVerified ? createdAt : null,
    );
  }

  update({ name, timezone }: UpdateMe): void {
    this.#sql.exec(
      'UPDATE profile SET name = coalesce(?, name), timezone = coalesce(?, timezone)',
      name ?? null,
      timezone ?? null,
    );
  }

  /** The address is this one, and its owner has proved it. */
  setEmail(email: string, now: number): void {
    this.#sql.exec(
      `UPDATE profile SET email_verified_at = CASE WHEN email = ?1 THEN coalesce(email_verified_at, ?2) ELSE ?2 END,
         email = ?1`,
      email,
      now,
    );
  }

  /** The ways into the account have just changed: what was begun before does not go on. */
  protect(now: number): void {
    this.#sql.exec('UPDATE profile SET protected_at = ?', now);
  }

  protectedAt(): number {
    const [row] = this.#sql.exec<{ protected_at: number }>('SELECT protected_at FROM profile').toArray();
    return row?.protected_at ?? 0;
  }

  secondFactor(): boolean {
    const [row] = this.#sql.exec<{ second_factor: number }>('SELECT second_factor FROM profile').toArray();
    return row?.second_factor === 1;
  }

  /** Turns the second factor on or off, with the hashes of the codes that can stand in for it. */
  setSecondFactor(on: boolean, recoveryHashes: ReadonlyArray<string>): void {
    this.#sql.exec('UPDATE profile SET second_factor = ?', on ? 1 : 0);
    this.#sql.exec('DELETE FROM recovery_codes');
    for (const hash of recoveryHashes) this.#sql.exec('INSERT INTO recovery_codes (hash) VALUES (?)', hash);
  }

  recoveryCodesLeft(): number {
    return this.#sql.exec<{ left: number }>('SELECT count(*) AS left FROM recovery_codes').one().left;
  }

  /** Uses a recovery code up. False when there is none with this hash. */
  takeRecoveryCode(hash: string): boolean {
    return (
      this.#sql.exec('DELETE FROM recovery_codes WHERE hash = ? RETURNING hash', hash).toArray().length > 0
    );
  }
}
