/** Accounts by email. Everything else about a person is in their own object. */
import { eq } from 'drizzle-orm';
import type { User } from '#shared/protocol/account.ts';
import { ask, type Database } from './client.ts';
import { accounts } from './schema.ts';

export interface Account {
  user: User;
  passwordHash: string;
}

/** Makes the account; false when the address is taken, also by somebody who signs up at the same moment. */
export async function createAccount(
  database: Database,
  { createdAt, ...account }: User & { passwordHash: string },
): Promise<boolean> {
  const made = await ask(
    database
      .insert(accounts)
      .values({ ...account, createdAt: new Date(createdAt) })
      .onConflictDoNothing({ target: accounts.email })
      .returning({ id: accounts.id }),
  );
  return made.length > 0;
}

/** The account with this address (in lower case), null when there is none. */
export async function findAccount(database: Database, email: string): Promise<Account | null> {
  const [row] = await ask(database.select().from(accounts).where(eq(accounts.email, email)));
  if (!row) return null;
  const { passwordHash, createdAt, ...rest } = row;
  return { user: { ...rest, createdAt: createdAt.toISOString() }, passwordHash };
}
