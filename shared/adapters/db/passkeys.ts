/**
 * Passkeys and the accounts that they open. What counts rows before it changes them does so behind a lock on the account,
 * in two statements of one transaction: the second sees what others did while the first waited.
 */
import { and, asc, eq, sql } from 'drizzle-orm';
import type { User } from '#shared/protocol/account.ts';
import type { Passkey } from '#shared/protocol/security.ts';
import { lockAccount, userOf } from './accounts.ts';
import { ask, type Database, isUniqueViolation } from './client.ts';
import { accounts, identities, passkeys } from './schema.ts';

/** More than anybody has devices. */
export const MAX_PASSKEYS = 20;

/** What its authenticator is to be reminded of. The id in base64url. */
export interface KnownCredential {
  credentialId: string;
  transports: string[];
}

/** A passkey with what is needed to check what it signed: a COSE key in base64url. */
export interface Credential extends KnownCredential {
  id: string;
  userId: string;
  name: string;
  publicKey: string;
  counter: number;
  synced: boolean;
}

type Row = typeof passkeys.$inferSelect;

/** What its owner sees of it. */
const passkeyOf = ({ id, name, synced, createdAt, lastUsedAt }: Row): Passkey => ({
  id,
  name,
  synced,
  createdAt: createdAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
});

const owned = (userId: string, id: string) => and(eq(passkeys.id, id), eq(passkeys.userId, userId));

const rowsOf = (database: Database, userId: string): Promise<Row[]> =>
  ask(
    database
      .select()
      .from(passkeys)
      .where(eq(passkeys.userId, userId))
      .orderBy(asc(passkeys.createdAt), asc(passkeys.id)),
  );

/** Oldest first. */
export async function listPasskeys(database: Database, userId: string): Promise<Passkey[]> {
  return (await rowsOf(database, userId)).map(passkeyOf);
}

/** The same with what the browser needs to find them, or to leave them out. */
export const listCredentials = (
  database: Database,
  userId: string,
): Promise<Array<KnownCredential & { name: string }>> => rowsOf(database, userId);

/** The passkey with this credential id (base64url), and whom it signs in; null when there is none. */
export async function findCredential(
  database: Database,
  credentialId: string,
): Promise<{ credential: Credential; account: User } | null> {
  const [row] = await ask(
    database
      .select({ credential: passkeys, account: accounts })
      .from(passkeys)
      .innerJoin(accounts, eq(accounts.id, passkeys.userId))
      .where(eq(passkeys.credentialId, credentialId)),
  );
  if (!row) return null;
  return { credential: row.credential, account: userOf(row.account) };
}

/** Adds a passkey. `known`: this credential is registered, here or elsewhere; `missing`: the account is gone. */
export async function addPasskey(
  database: Database,
  credential: Credential & { createdAt: string },
): Promise<'added' | 'known' | 'limit_reached' | 'missing'> {
  const { id, userId, credentialId, publicKey, counter, transports, synced, name, createdAt } = credential;
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
): Promise<(Credential & { createdAt: string }) | 'kept' | 'missing'> {
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
  if (row) return { ...row, createdAt: row.createdAt.toISOString() };
  return left.length > 0 ? 'kept' : 'missing';
}

/**
 * Notes that a passkey was used, if its counter went on (WebAuthn Level 3, section 7.2, step 22): up, or zero for ever
 * where the authenticator has none. One statement, so that of two uses with the same counter one is `behind`.
 */
export async function bumpPasskey(
  database: Database,
  used: { userId: string; id: string; counter: number; synced: boolean; at: Date },
): Promise<'on' | 'behind' | 'missing'> {
  const { userId, id, counter, synced, at } = used;
  const onwards = sql`(${passkeys.counter} < ${counter} or (${passkeys.counter} = 0 and ${counter} = 0))`;
  const [bumped, left] = await ask(
    database.batch([
      database
        .update(passkeys)
        .set({ counter, synced, lastUsedAt: at })
        .where(and(owned(userId, id), onwards))
        .returning({ id: passkeys.id }),
      database.select({ id: passkeys.id }).from(passkeys).where(owned(userId, id)),
    ]),
  );
  if (bumped.length > 0) return 'on';
  return left.length > 0 ? 'behind' : 'missing';
}
