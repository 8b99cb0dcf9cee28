/**
 * The last step of every way in: opens a session in the user's object and hands out its tokens, or says that another
 * factor is needed.
 */
import type { Context } from 'hono';
import { findAccountById } from '#shared/adapters/db/accounts.ts';
import type { Session, User } from '#shared/protocol/account.ts';
import { type OpenedFamily, user as userObject, type Way } from '#durable-objects/user/client.ts';
import type { AppEnv } from '../app-env.ts';
import { refuse, type Refusal } from '../middleware/problems.ts';
import { ACCESS_SECONDS } from './access-tokens.ts';
import { deviceOf } from './device.ts';
import { writeRefreshCookie } from './refresh-cookie.ts';
import { PENDING_SECONDS, signToken } from './signed-tokens.ts';

/** Where the refresh token goes: into a cookie, or (for native clients that ask for it) into the answer. */
export type Carrier = 'cookie' | 'token';

export type SignedIn = { ok: true; session: Session } | { ok: false; pending: string };

/** Hands out the access token, and the refresh token in the way that was asked for. */
export async function startSession(
  c: Context<AppEnv>,
  opened: { user: User; sessionId: string; refreshToken: string },
  carrier: Carrier,
): Promise<Session> {
  const { user, sessionId, refreshToken } = opened;
  const accessToken = await c.get('services').tokens.sign({ id: user.id, sessionId });
  if (carrier === 'cookie') writeRefreshCookie(c, refreshToken);
  const session = { user, accessToken, expiresIn: ACCESS_SECONDS };
  return carrier === 'token' ? { ...session, refreshToken } : session;
}

/**
 * Whether this request may have its refresh token in the answer. A page may not: what a script can read, an injected
 * script can read too. Browsers name themselves in these headers, and scripts cannot remove them.
 */
export function mayCarry(c: Context<AppEnv>, carrier: Carrier): Refusal | null {
  const page = c.req.header('origin') !== undefined || c.req.header('sec-fetch-site') !== undefined;
  if (carrier === 'cookie' || !page) return null;
  const message = 'is for native clients: a page gets a cookie';
  return refuse('bad_request', { errors: [{ path: 'session', message }] });
}

/** Opens a session; makes good an account whose object was never made. */
async function openFamily(
  c: Context<AppEnv>,
  account: User,
  way: Way,
  pendingSince: number | null,
): Promise<OpenedFamily> {
  const object = userObject(c.env, account.id);
  const opened = await object.openFamily(deviceOf(c), way, pendingSince);
  if (opened.ok || opened.code !== 'not_found') return opened;
  return (await repair(c, account.id)) ? object.openFamily(deviceOf(c), way, pendingSince) : opened;
}

/**
 * Makes the object of an account whose sign-up ended halfway. What it needs stands in the account's row, which is read
 * before and after: an account that was deleted meanwhile must not come back. False when there is no such account.
 */
export async function repair(c: Context<AppEnv>, accountId: string): Promise<boolean> {
  const { database, newId } = c.get('services');
  const found = await findAccountById(database, accountId);
  if (!found) return false;
  const object = userObject(c.env, accountId);
  await object.create(found.user);
  if (await findAccountById(database, accountId)) return true;
  await object.deleteAccount(null, newId());
  return false;
}

/**
 * Signs somebody in who has shown that the account is theirs by `way`. Null when the account has ended meanwhile;
 * `pending` is a signed token to be sent back with the second factor.
 * @param pendingSince when the first factor was shown, where `way` is the second; milliseconds
 */
export async function finishSignIn(
  c: Context<AppEnv>,
  account: User,
  way: Way,
  carrier: Carrier = 'cookie',
  pendingSince: number | null = null,
): Promise<SignedIn | null> {
  const { settings, clock } = c.get('services');
  const opened = await openFamily(c, account, way, pendingSince);
  if (opened.ok) {
    c.get('log').info(way === 'sign_up' ? 'signed_up' : 'signed_in', { userId: account.id, kind: way });
    return { ok: true, session: await startSession(c, opened, carrier) };
  }
  // Of a first factor that is void nothing new is made: it would count again.
  if (opened.code !== 'second_factor_required') return null;
  const claims = { typ: 'pending+jwt', userId: account.id } as const;
  return { ok: false, pending: await signToken(settings, clock, claims, PENDING_SECONDS) };
}

/** The answer to a sign-in: the session, or what is still missing. */
export function answerSignIn(signedIn: SignedIn | null): Session | Refusal {
  if (signedIn === null) return refuse('bad_credentials');
  return signedIn.ok ? signedIn.session : refuse('second_factor_required', { pending: signedIn.pending });
}
