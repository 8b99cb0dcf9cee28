/**
 * Sign-up, sign-in, refresh, sign-out. The first two need the database; the others only the user's object, whose
 * id the refresh token carries.
 */
import type { Context } from 'hono';
import { createAccount, findAccount } from '#shared/adapters/db/accounts.ts';
import { parseRefreshToken } from '#shared/core/auth/refresh-token.ts';
import type { Session, User } from '#shared/protocol/account.ts';
import { routes } from '#shared/protocol/routes.ts';
import { type OpenedFamily, user as userObject } from '#durable-objects/user/client.ts';
import type { App, AppEnv } from '../app-env.ts';
import { ACCESS_SECONDS } from '../auth/access-tokens.ts';
import { clearRefreshCookie, readRefreshCookie, writeRefreshCookie } from '../auth/refresh-cookie.ts';
import { isTimeZone } from '../auth/time-zone.ts';
import { isOwnOrigin } from '../middleware/origin.ts';
import { refuse } from '../middleware/problems.ts';
import { mountPublic } from './mount.ts';

const tooBusy = () => refuse('too_many_requests', { retryAfter: 2 });

/** The part before the @, when somebody gave no name. */
const nameFrom = (email: string): string => email.slice(0, email.indexOf('@')).slice(0, 100);

/** Hands out the access token and the cookie of a session. */
async function startSession(
  c: Context<AppEnv>,
  opened: { user: User; sessionId: string; refreshToken: string },
): Promise<Session> {
  const { user, sessionId, refreshToken } = opened;
  const accessToken = await c.get('services').tokens.sign({ id: user.id, sessionId });
  writeRefreshCookie(c, refreshToken);
  return { user, accessToken, expiresIn: ACCESS_SECONDS };
}

/**
 * Opens a family in the user's object. An account whose object was never made (the worker ended between the two)
 * is repaired here: what the object needs stands in the account's row.
 */
async function openFamily(c: Context<AppEnv>, account: User): Promise<Extract<OpenedFamily, { ok: true }>> {
  const device = { userAgent: c.req.header('user-agent') ?? null };
  const object = userObject(c.env, account.id);
  const opened = await object.openFamily(device);
  if (opened.ok) return opened;
  await object.create(account);
  const again = await object.openFamily(device);
  if (!again.ok) throw new Error('A user that was just created is not there');
  return again;
}

export function authRoutes(app: App): void {
  mountPublic(app, routes.signUp, async ({ c, body, services }) => {
    if (!isOwnOrigin(c)) return refuse('bad_origin');
    const { email, password, name = nameFrom(email), timezone = 'UTC' } = body;
    if (!isTimeZone(timezone))
      return refuse('bad_request', { errors: [{ path: 'timezone', message: 'is not a known time zone' }] });
    const passwordHash = await services.passwords.hash(password);
    if (passwordHash === null) return tooBusy();
    const account: User = {
      id: services.newId(),
      email,
      name,
      timezone,
      createdAt: new Date(services.clock.now()).toISOString(),
    };
    // The row comes first: its unique address decides which of two sign-ups wins.
    const created = await createAccount(services.database, { ...account, passwordHash });
    if (!created) return refuse('email_taken');
    const session = await startSession(c, await openFamily(c, account));
    c.get('log').info('signed_up', { userId: account.id });
    return session;
  });

  mountPublic(app, routes.signIn, async ({ c, body, services }) => {
    if (!isOwnOrigin(c)) return refuse('bad_origin');
    const account = await findAccount(services.database, body.email);
    // Hashed even when there is no such account, so that the time tells nothing.
    const matches = await services.passwords.verify(body.password, account?.passwordHash ?? null);
    if (matches === null) return tooBusy();
    if (!account || !matches) return refuse('bad_credentials');
    const session = await startSession(c, await openFamily(c, account.user));
    c.get('log').info('signed_in', { userId: account.user.id });
    return session;
  });

  mountPublic(app, routes.refresh, async ({ c }) => {
    if (!isOwnOrigin(c)) return refuse('bad_origin');
    const presented = readRefreshCookie(c);
    if (presented === undefined) return refuse('refresh_missing');
    const parts = parseRefreshToken(presented);
    if (!parts) return refuse('refresh_invalid');
    const rotated = await userObject(c.env, parts.userId).rotate(presented);
    if (!rotated.ok)
      return refuse(rotated.code, rotated.code === 'refresh_in_progress' ? { retryAfter: 1 } : {});
    return startSession(c, rotated);
  });

  mountPublic(app, routes.signOut, async ({ c }) => {
    if (!isOwnOrigin(c)) return refuse('bad_origin');
    const presented = readRefreshCookie(c);
    const parts = presented === undefined ? null : parseRefreshToken(presented);
    if (presented !== undefined && parts) await userObject(c.env, parts.userId).revoke(presented);
    clearRefreshCookie(c);
    return undefined;
  });
}
