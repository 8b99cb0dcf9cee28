/**
 * Accounts elsewhere that open an account here. One subject opens one account: the primary key decides between two who
 * come at the same moment. What changes how many ways in there are does so behind a lock on the account.
 */
import { and, asc, eq, sql } from 'drizzle-orm';
import type { User } from '#shared/protocol/account.ts';
import type { Identity } from '#shared/protocol/security.ts';
import { lockAccount } from './accounts.ts';
import { ask, type Database } from './client.ts';
import { accounts, identities, passkeys } from './schema.ts';

type Provider = Identity['provider'];

/** An account elsewhere. The address is as the other side says it, for its owner to read. */
export interface Link {
  provider: Provider;
  subject: string;
  email: string;
  linkedAt: Date;
}

const is = ({ provider, subject }: Pick<Link, 'provider' | 'subject'>) =>
  and(eq(identities.provider, provider), eq(identities.subject, subject));

/** The link as a row, if there is such an account and nobody has linked the subject yet. */
const insertLink = (database: Database, { provider, subject, email, linkedAt }: Link, userId: string) =>
  database.execute<{ user_id: string }>(sql`
    insert into ${identities} (provider, subject, user_id, email, linked_at)
    select ${provider}, ${subject}, ${accounts.id}, ${email}, ${linkedAt.toISOString()}::timestamptz
    from ${accounts} where ${accounts.id} = ${userId}
    on conflict (provider, subject) do nothing
    returning user_id`);

/** Whom this account elsewhere opens, and the address it had then; null when it opens nothing. */
export async function findIdentity(
  database: Database,
  who: Pick<Link, 'provider' | 'subject'>,
): Promise<{ userId: string; email: string } | null> {
  const columns = { userId: identities.userId, email: identities.email };
  const [row] = await ask(database.select(columns).from(identities).where(is(who)));
  return row ?? null;
}

/** Those that open the account of this user, oldest first. */
export async function listIdentities(database: Database, userId: string): Promise<Identity[]> {
  const rows = await ask(
    database
      .select()
      .from(identities)
      .where(eq(identities.userId, userId))
      .orderBy(asc(identities.linkedAt), asc(identities.subject)),
  );
  return rows
    .filter((row): row is typeof row & { provider: Provider } => row.provider === 'google')
    .map(({ provider, email, linkedAt }) => ({ provider, email, linkedAt: linkedAt.toISOString() }));
}

/** Links it. False when the subject is linked already, here or elsewhere, or the account is gone. */
export async function linkIdentity(database: Database, userId: string, link: Link): Promise<boolean> {
  const { rows } = await ask(insertLink(database, link, userId));
  return rows.length > 0;
}

/**
 * Makes an account that only this link opens; its address counts as proved. False when the address is taken, also by
 * somebody who comes at the same moment: nothing was made then.
 */
export async function createLinkedAccount(database: Database, account: User, link: Link): Promise<boolean> {
  const createdAt = new Date(account.createdAt);
  const { id, email, name, timezone } = account;
  const [made] = await ask(
    database.batch([
      database
        .insert(accounts)
        .values({ id, email, name, timezone, createdAt, emailVerifiedAt: createdAt, passwordHash: null })
        .onConflictDoNothing({ target: accounts.email })
        .returning({ id: accounts.id }),
      insertLink(database, link, id),
    ]),
  );
  return made.length > 0;
}

/**
 * Gives an account whose address nobody had proved to the owner of the address: the link is its only way in afterwards.
 * False when it is not so any more (proved meanwhile, another address, gone): nothing was changed then.
 */
export async function claimAccount(
  database: Database,
  account: Pick<User, 'id' | 'email'>,
  link: Link,
): Promise<boolean> {
  const { id, email } = account;
  const mine = sql`(select ${accounts.id} from ${accounts} where ${accounts.id} = ${id}
    and ${accounts.email} = ${email} and ${accounts.emailVerifiedAt} is null)`;
  const [, , , , claimed] = await ask(
    database.batch([
      lockAccount(database, id),
      database.delete(passkeys).where(sql`${passkeys.userId} = ${mine}`),
      database.delete(identities).where(sql`${identities.userId} = ${mine}`),
      database.execute(sql`
        insert into ${identities} (provider, subject, user_id, email, linked_at)
        select ${link.provider}, ${link.subject}, mine.id, ${link.email}, ${link.linkedAt.toISOString()}::timestamptz
        from ${mine} mine on conflict (provider, subject) do nothing`),
      // Last, because the others ask whether it was not proved yet.
      database
        .update(accounts)
        .set({ passwordHash: null, emailVerifiedAt: link.linkedAt })
        .where(sql`${accounts.id} = ${mine}`)
        .returning({ id: accounts.id }),
    ]),
  );
  return claimed.length > 0;
}

/** Keeps the address that its owner reads up to date. */
export async function noteIdentityEmail(
  database: Database,
  who: Pick<Link, 'provider' | 'subject' | 'email'>,
): Promise<void> {
  await ask(database.update(identities).set({ email: who.email }).where(is(who)));
}

/**
 * Unlinks what opens the account of this user at one provider, unless nothing else would open it: neither a password nor
 * a passkey. Answers the addresses of what was unlinked; `kept` says that it was the last way in.
 */
export async function unlinkIdentities(
  database: Database,
  userId: string,
  provider: Provider,
): Promise<string[] | 'kept' | 'missing'> {
  const linked = and(eq(identities.userId, userId), eq(identities.provider, provider));
  const password = sql`exists (select 1 from ${accounts} where ${accounts.id} = ${userId} and ${accounts.passwordHash} is not null)`;
  const passkey = sql`exists (select 1 from ${passkeys} where ${passkeys.userId} = ${userId})`;
  const [, removed, left] = await ask(
    database.batch([
      lockAccount(database, userId),
      database
        .delete(identities)
        .where(and(linked, sql`(${password} or ${passkey})`))
        .returning({ email: identities.email }),
      database.select({ subject: identities.subject }).from(identities).where(linked),
    ]),
  );
  if (removed.length > 0) return removed.map(({ email }) => email);
  return left.length > 0 ? 'kept' : 'missing';
}
