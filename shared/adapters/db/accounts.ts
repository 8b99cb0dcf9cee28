/** Accounts by email, with what opens them. Everything else about a person is in their own object. */
import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { User } from '#shared/protocol/account.ts';
import { ask, type Database, isUniqueViolation } from './client.ts';
import { accounts, identities, passkeys } from './schema.ts';

export interface Account {
  user: User;
  /** Null for people who sign in otherwise. */
  passwordHash: string | null;
}

type Row = typeof accounts.$inferSelect;

/** Whose account a row is. */
export const userOf = ({ id, email, name, timezone, createdAt, emailVerifiedAt }: Row): User => ({
  id,
  email,
  emailVerified: emailVerifiedAt !== null,
  name,
  timezone,
  createdAt: createdAt.toISOString(),
});

const accountOf = (row: Row): Account => ({ user: userOf(row), passwordHash: row.passwordHash });

/** Whoever changes how many ways into an account there are holds this first. */
export const lockAccount = (database: Database, userId: string) =>
  database.select({ id: accounts.id }).from(accounts).where(eq(accounts.id, userId)).for('update');

/** Makes the account; false when the address is taken, also by somebody who signs up at the same moment. */
export async function createAccount(
  database: Database,
  { createdAt, emailVerified, ...account }: User & { passwordHash: string | null },
): Promise<boolean> {
  const at = new Date(createdAt);
  const made = await ask(
    database
      .insert(accounts)
      .values({ ...account, createdAt: at, emailVerifiedAt: emailVerified ? at : null })
      .onConflictDoNothing({ target: accounts.email })
      .returning({ id: accounts.id }),
  );
  return made.length > 0;
}

/** The account with this address (in lower case), null when there is none. */
export async function findAccount(database: Database, email: string): Promise<Account | null> {
  const [row] = await ask(database.select().from(accounts).where(eq(accounts.email, email)));
  return row ? accountOf(row) : null;
}

export async function findAccountById(database: Database, id: string): Promise<Account | null> {
  const [row] = await ask(database.select().from(accounts).where(eq(accounts.id, id)));
  return row ? accountOf(row) : null;
}

/** Notes that the address was proved, if it still is the account's. False when there is no such account (any more). */
export async function markVerified(
  database: Database,
  id: string,
  email: string,
  at: Date,
): Promise<boolean> {
  const rows = await ask(
    database
      .update(accounts)
      .set({ emailVerifiedAt: sql`coalesce(${accounts.emailVerifiedAt}, ${at.toISOString()}::timestamptz)` })
      .where(and(eq(accounts.id, id), eq(accounts.email, email)))
      .returning({ id: accounts.id }),
  );
  return rows.length > 0;
}

/** Gives the account another, proved address. */
export async function changeEmail(
  database: Database,
  id: string,
  email: string,
  at: Date,
): Promise<'changed' | 'taken' | 'missing'> {
  try {
    const rows = await ask(
      database
        .update(accounts)
        .set({ email, emailVerifiedAt: at })
        .where(eq(accounts.id, id))
        .returning({ id: accounts.id }),
    );
    return rows.length > 0 ? 'changed' : 'missing';
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken';
    throw error;
  }
}

/**
 * Sets or (null) drops the password. False when there is no such account (any more).
 * @param email only while this is its address: a link that was sent to another one opens nothing
 */
export async function setPasswordHash(
  database: Database,
  id: string,
  passwordHash: string | null,
  email?: string,
): Promise<boolean> {
  const mine =
    email === undefined ? eq(accounts.id, id) : and(eq(accounts.id, id), eq(accounts.email, email));
  const rows = await ask(
    database.update(accounts).set({ passwordHash }).where(mine).returning({ id: accounts.id }),
  );
  return rows.length > 0;
}

/** Drops the password again if it still is this one. */
export async function dropPasswordHash(database: Database, id: string, passwordHash: string): Promise<void> {
  await ask(
    database
      .update(accounts)
      .set({ passwordHash: null })
      .where(and(eq(accounts.id, id), eq(accounts.passwordHash, passwordHash))),
  );
}

/** Takes away all passkeys of an account. */
export async function dropPasskeys(database: Database, id: string): Promise<void> {
  await ask(database.delete(passkeys).where(eq(passkeys.userId, id)));
}

/**
 * Takes away every way into an account: password, passkeys, identities. For one whose address nobody had proved when
 * somebody else proved it: what is there may be a stranger's.
 */
export async function dropWaysIn(database: Database, id: string): Promise<void> {
  await ask(
    database.batch([
      database.update(accounts).set({ passwordHash: null }).where(eq(accounts.id, id)),
      database.delete(passkeys).where(eq(passkeys.userId, id)),
      database.delete(identities).where(eq(identities.userId, id)),
    ]),
  );
}

/** Ids of accounts after `after`, in order: for what an operator does to all of them. */
export async function accountIds(database: Database, after: string | null, limit: number): Promise<string[]> {
  const rows = await ask(
    database
      .select({ id: accounts.id })
      .from(accounts)
      .where(after === null ? undefined : gt(accounts.id, after))
      .orderBy(asc(accounts.id))
      .limit(limit),
  );
  return rows.map(({ id }) => id);
}
