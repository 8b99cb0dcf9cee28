/** The profile of a user. All SQL of the object is here, in `session-store.ts` and in `registry-store.ts`. */
import type { User } from '#shared/protocol/account.ts';
import type { UpdateMe } from '#shared/protocol/account-requests.ts';

type Row = { id: string; email: string; name: string; timezone: string; created_at: number };

export class ProfileStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The profile, null before it was written. */
  read(): User | null {
    const [row] = this.#sql.exec<Row>('SELECT * FROM profile').toArray();
    if (!row) return null;
    const { created_at, ...rest } = row;
    return { ...rest, createdAt: new Date(created_at).toISOString() };
  }

  /** Writes the profile once; a second call changes nothing. */
  insert(profile: User): void {
    this.#sql.exec(
      'INSERT INTO profile (id, email, name, timezone, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
      profile.id,
      profile.email,
      profile.name,
      profile.timezone,
      Date.parse(profile.createdAt),
    );
  }

  update({ name, timezone }: UpdateMe): void {
    this.#sql.exec(
      'UPDATE profile SET name = coalesce(?, name), timezone = coalesce(?, timezone)',
      name ?? null,
      timezone ?? null,
    );
  }
}
