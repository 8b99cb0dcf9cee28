/**
 * Whose account somebody from Google opens: the one that their subject is linked to, else the one with their address,
 * else a new one. An address counts only if Google says that it is theirs.
 */
import type { Context } from 'hono';
import { dropWaysIn, findAccount, findAccountById } from '#shared/adapters/db/accounts.ts';
import {
  claimAccount,
  createLinkedAccount,
  findIdentity,
  type Link,
  linkIdentity,
  noteIdentityEmail,
} from '#shared/adapters/db/identities.ts';
import type { GooglePerson } from '#shared/adapters/google/sign-in.ts';
import type { User } from '#shared/protocol/account.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import type { AppEnv } from '../app-env.ts';
import { deviceOf } from './device.ts';
import { isTimeZone } from '#shared/core/schedule/time-zone.ts';

export type Found =
  | { ok: true; account: User; isNew: boolean }
  | { ok: false; code: 'unverified' | 'unavailable' };

/** Each try is lost to somebody who changed the same account at that moment; there are few such moments. */
const TRIES = 4;

/** The account that this person opens. Links it, or makes it, where that is what the rules say. */
export async function accountOf(c: Context<AppEnv>, person: GooglePerson): Promise<Found> {
  const { database, clock } = c.get('services');
  const { subject, email } = person;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const known = await findIdentity(database, { provider: 'google', subject });
    if (known) {
      const account = await findAccountById(database, known.userId);
      if (!account) continue;
      if (known.email !== email) await noteIdentityEmail(database, { provider: 'google', subject, email });
      return { ok: true, account: account.user, isNew: false };
    }
    // Anybody can write any address into a Google account, and prove it later or never.
    if (!person.emailVerified) return { ok: false, code: 'unverified' };
    const link: Link = { provider: 'google', subject, email, linkedAt: new Date(clock.now()) };
    const account = await findAccount(database, email);
    if (!account) {
      const made = await createFor(c, person, link);
      if (made) return { ok: true, account: made, isNew: true };
    } else if (account.user.emailVerified) {
      if (await linkIdentity(database, account.user.id, link)) {
        await tell(c, account.user.id, email);
        return { ok: true, account: account.user, isNew: false };
      }
    } else if (await claim(c, account.user, link)) {
      return { ok: true, account: { ...account.user, emailVerified: true }, isNew: false };
    }
  }
  return { ok: false, code: 'unavailable' };
}

/** A new account without a password; null when somebody else has just made one with this address. */
async function createFor(c: Context<AppEnv>, person: GooglePerson, link: Link): Promise<User | null> {
  const { database, newId } = c.get('services');
  const account: User = {
    id: newId(),
    email: person.email,
    emailVerified: true,
    name: person.name,
    timezone: timeZoneOf(c),
    createdAt: link.linkedAt.toISOString(),
  };
  return (await createLinkedAccount(database, account, link)) ? account : null;
}

/** The zone as the platform guesses it from the address: a redirect carries nothing that the page knows. */
function timeZoneOf(c: Context<AppEnv>): string {
  const guess: unknown = c.req.raw.cf?.['timezone'];
  return typeof guess === 'string' && isTimeZone(guess) ? guess : 'UTC';
}

/**
 * Somebody signed up with this address and never proved it: perhaps a stranger, who waits for its owner to come. So
 * nothing that opened the account until now may open it any more. The address counts as proved at the very end: if this
 * breaks off in between, the next sign-in does all of it again. What the stranger sets while their sessions end is
 * dropped with the last statement.
 */
async function claim(c: Context<AppEnv>, account: User, link: Link): Promise<boolean> {
  const { database } = c.get('services');
  await dropWaysIn(database, account.id);
  await userObject(c.env, account.id).claimedByProvider(account.email);
  if (!(await claimAccount(database, account, link))) return false;
  await userObject(c.env, account.id).record({ action: 'email_verified', device: deviceOf(c) });
  await tell(c, account.id, link.email);
  return true;
}

/** A line in the activity log, which also goes out as a mail. */
async function tell(c: Context<AppEnv>, userId: string, email: string): Promise<void> {
  const line = { action: 'google_linked', detail: email, device: deviceOf(c) } as const;
  await userObject(c.env, userId).record(line);
}
