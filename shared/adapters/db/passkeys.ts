/**
 * Passkeys and the accounts that they open. What counts rows before it changes them does so behind a lock on the account,
 * in two statements of one transaction: the second sees what others did while the first waited.
 */
import { and, asc, eq, sql } from 'drizzle-orm';
import type { User } from '#shared/protocol/account.ts';
import type { Passkey } from '#shared/protocol/security.ts';
import { ask, type Database, isUniqueViolation } from './client.ts';
import { accounts, identities, passkeys } from './schema.ts';

/** More than anybody has devices. */
export const MAX_PASSKEYS = 20;

/** What is needed to check what a passkey signed. Credential id and COSE key in base64url. */
export interface Credential {
  credentialId: string;
  publicKey: string;
  counter: number;
  transports: string[];
}

export type StoredPasskey = Passkey & Credential & { userId: string };

type Row = typeof passkeys.$inferSelect;

const passkeyOf = ({ createdAt, lastUsedAt, ...rest }: Row): StoredPasskey => ({
  ...rest,
  createdAt: createdAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
});

const owned = (userId: string, id: string) => and(eq(passkeys.id, id), eq(passkeys.userId, userId));

/** Whoever changes how many ways into an account there are holds this first. */
const lockAccount = (database: Database, userId: string) =>
  database.select({ id: accounts.id }).from(accounts).where(eq(accounts.id, userId)).for('update');

/** Oldest first. */
export async function listPasskeys(database: Database, userId: string): Promise<StoredPasskey[]> {
  const rows = await ask(
    database
      .select()
      .from(passkeys)
      .where(eq(passkeys.userId, userId))
      .orderBy(asc(passkeys.createdAt), asc(passkeys.id)),
  );
  return rows.map(passkeyOf);
}

/** The passkey with this credential id (base64url), and whom it signs in; null when there is none. */
export async function findCredential(
  database: Database,
  credentialId: string,
): Promise<{ passkey: StoredPasskey; account: User } | null> {
  const [row] = await ask(
    database
      .select({ passkey: passkeys, account: accounts })
      .from(passkeys)
      .innerJoin(accounts, eq(accounts.id, passkeys.userId))
      .where(eq(passkeys.credentialId, credentialId)),
  );
  if (!row) return null;
  const { id, email, emailVerifiedAt, name, timezone, createdAt } = row.account;
  const account: User = {
    id,
    email,
    emailVerified: emailVerifiedAt !== null,
    name,
    timezone,
    createdAt: createdAt.toISOString(),
  };
  return { passkey: passkeyOf(row.passkey), account };
}

/** Adds a passkey. `known`: this credential is registered, here or elsewhere; `missing`: the account is gone. */
export async function addPasskey(
  database: Database,
  { createdAt, ...passkey }: Omit<StoredPasskey, 'lastUsedAt'>,
): Promise<'added' | 'known' | 'limit_reached' | 'missing'> {
  const { id, userId, credentialId, publicKey, counter, transports, synced, name } = passkey;
  const held = sql`(select count(*) from ${passkeys} where ${passkeys.userId} = ${userId})`;
  const insert = sql`insert into ${passkeys}
    (id, user_id, credential_id, public_key, counter, transports, synced, name, created_at)
    select ${id}::uuid, ${accounts.id}, ${credentialId}, ${publicKey}, ${counter}::bigint,
      ${JSON.stringify(transports)}::jsonb, ${synced}::boolean, ${name}, ${createdAt}::timestamptz
    from ${accounts} where ${accounts.id} = ${userId} and ${held} < ${MAX_PASSKEYS}
    returning id`;
  try {
    const [locked, added] = await ask(
      database.batch([lockAccount(database, userId), database.execute<{ id: string }>(insert)]),
    );
    if (added.rows.length > 0) return 'added';
    return locked.length > 0 ? 'limit_reached' : 'missing';
  } catch (error) {
    if (isUniqueViolation(error)) return 'known';
    throw error;
  }
}

/** The renamed passkey; null when this user has none with this id. */
export async function renamePasskey(
  database: Database,
  userId: string,
  id: string,
  name: string,
): Promise<Passkey | null> {
  const [row] = await ask(database.update(passkeys).set({ name }).where(owned(userId, id)).returning());
  return row ? passkeyOf(row) : null;
}

/**
 * Removes a passkey, unless it is the last way into the account: another passkey stays, or (where `needed` does not ask
 * for one) a password or an account elsewhere. `kept` says that it was the last.
 * @param needed the account asks for a passkey after the password, so that one must stay whatever else there is
 */
export async function removePasskey(
  database: Database,
  userId: string,
  id: string,
  needed: boolean,
): Promise<{ removed: StoredPasskey } | 'kept' | 'missing'> {
  const others = sql`exists (select 1 from ${passkeys} other where other.user_id = ${userId} and other.id <> ${id})`;
  const password = sql`exists (select 1 from ${accounts} where ${accounts.id} = ${userId} and ${accounts.passwordHash} is not null)`;
  const elsewhere = sql`exists (select 1 from ${identities} where ${identities.userId} = ${userId})`;
  const may = needed ? others : sql`(${others} or ${password} or ${elsewhere})`;
  const [, removed, left] = await ask(
    database.batch([
      lockAccount(database, userId),
      database
        .delete(passkeys)
        .where(and(owned(userId, id), may))
        .returning(),
      database.select({ id: passkeys.id }).from(passkeys).where(owned(userId, id)),
    ]),
  );
  const [row] = removed;
  if (row) return { removed: passkeyOf(row) };
  return left.length > 0 ? 'kept' : 'missing';
}

/**
 * Notes that a passkey was used, if its counter went on (WebAuthn Level 3, section 7.2, step 22): up, or zero for ever
 * where the authenticator has none. False when it did not, or when the passkey is gone: two of the same cannot both pass.
 */
export async function bumpPasskey(
  database: Database,
  used: { userId: string; id: string; counter: number; synced: boolean; at: Date },
): Promise<boolean> {
  const { userId, id, counter, synced, at } = used;
  const onwards = sql`(${passkeys.counter} < ${counter} or (${passkeys.counter} = 0 and ${counter} = 0))`;
  const rows = await ask(
    database
      .update(passkeys)
      .set({ counter, synced, lastUsedAt: at })
      .where(and(owned(userId, id), onwards))
      .returning({ id: passkeys.id }),
  );
  return rows.length > 0;
}
