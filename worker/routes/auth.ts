/**
 * Sign-up, sign-in with a password, refresh, sign-out. The first two need the database; the others only the user's
 * object, whose id the refresh token carries.
 */
import type { Context } from 'hono';
import { createAccount, findAccount } from '#shared/adapters/db/accounts.ts';
import { parseRefreshToken } from '#shared/core/auth/refresh-token.ts';
import type { User } from '#shared/protocol/account.ts';
import type { Refresh } from '#shared/protocol/account-requests.ts';
import { routes } from '#shared/protocol/routes.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import type { App, AppEnv } from '../app-env.ts';
import { afterwards } from '../auth/afterwards.ts';
import { deviceOf } from '../auth/device.ts';
import { forgive, guard } from '../auth/limits.ts';
import { clearRefreshCookie, readRefreshCookie } from '../auth/refresh-cookie.ts';
import { answerSignIn, finishSignIn, mayCarry, startSession } from '../auth/sign-in.ts';
import { isTimeZone } from '#shared/core/schedule/time-zone.ts';
import { isOwnOrigin } from '../middleware/origin.ts';
import { refuse } from '../middleware/problems.ts';
import { mountPublic } from './mount.ts';

const tooBusy = () => refuse('too_many_requests', { retryAfter: 2 });

/** The part before the @, when somebody gave no name. */
const nameFrom = (email: string): string => email.slice(0, email.indexOf('@')).slice(0, 100);

/** Tells the owner of an address that somebody tried to sign up with it: at most once a day. */
async function tellOwner(c: Context<AppEnv>, email: string): Promise<void> {
  const { database } = c.get('services');
  if (await guard(c, 'sign_up_mail', { email })) return;
  const known = await findAccount(database, email);
  if (known)
    await userObject(c.env, known.user.id).record({ action: 'sign_up_repeated', device: deviceOf(c) });
}

/** The refresh token of a request, and whether it came as a cookie. */
function presented(
  c: Context<AppEnv>,
  body: Refresh,
): { token: string | undefined; carrier: 'cookie' | 'token' } {
  if (body?.refreshToken !== undefined) return { token: body.refreshToken, carrier: 'token' };
  return { token: readRefreshCookie(c), carrier: 'cookie' };
}

export function authRoutes(app: App): void {
  mountPublic(app, routes.signUp, async ({ c, body, services }) => {
    if (!isOwnOrigin(c)) return refuse('bad_origin');
    const { email, password, name = nameFrom(email), timezone = 'UTC', session: carrier = 'cookie' } = body;
    if (!isTimeZone(timezone))
      return refuse('bad_request', { errors: [{ path: 'timezone', message: 'is not a known time zone' }] });
    const no = mayCarry(c, carrier) ?? (await guard(c, 'sign_up', { email }));
    if (no) return no;
    const passwordHash = await services.passwords.hash(password);
    if (passwordHash === null) return tooBusy();
    const account: User = {
      id: services.newId(),
      email,
      emailVerified: false,
      name,
      timezone,
      createdAt: new Date(services.clock.now()).toISOString(),
    };
    // The row comes first: its unique address decides which of two sign-ups wins.
    const created = await createAccount(services.database, { ...account, passwordHash });
    if (!created) {
      afterwards(c, tellOwner(c, email));
      return refuse('email_taken');
    }
    const signedIn = await finishSignIn(c, account, 'sign_up', carrier);
    afterwards(c, userObject(c.env, account.id).sendLink('verify', email, null));
    return answerSignIn(signedIn);
  });

  mountPublic(app, routes.signIn, async ({ c, body, services }) => {
    if (!isOwnOrigin(c)) return refuse('bad_origin');
    const { email, password, session: carrier = 'cookie' } = body;
    const no = mayCarry(c, carrier) ?? (await guard(c, 'sign_in', { email }));
    if (no) return no;
    const account = await findAccount(services.database, email);
    // Hashed even when there is no such account, so that the time tells nothing.
    const matches = await services.passwords.verify(password, account?.passwordHash ?? null);
    if (matches === null) return tooBusy();
    if (account && !matches) {
      const line = { action: 'sign_in_failed', device: deviceOf(c) } as const;
      afterwards(c, userObject(c.env, account.user.id).record(line));
    }
    if (!account || !matches) return refuse('bad_credentials');
    const signedIn = await finishSignIn(c, account.user, 'password', carrier);
    if (signedIn?.ok) afterwards(c, forgive(c, 'sign_in', { email }));
    return answerSignIn(signedIn);
  });

  mountPublic(app, routes.refresh, async ({ c, body }) => {
    if (!isOwnOrigin(c)) return refuse('bad_origin');
    const { token, carrier } = presented(c, body);
    if (token === undefined) return refuse('refresh_missing');
    const no = mayCarry(c, carrier);
    if (no) return no;
    const parts = parseRefreshToken(token);
    if (!parts) return refuse('refresh_invalid');
    const rotated = await userObject(c.env, parts.userId).rotate(token, deviceOf(c));
    if (!rotated.ok)
      return refuse(rotated.code, rotated.code === 'refresh_in_progress' ? { retryAfter: 1 } : {});
    return startSession(c, rotated, carrier);
  });

  mountPublic(app, routes.signOut, async ({ c, body }) => {
    if (!isOwnOrigin(c)) return refuse('bad_origin');
    const { token } = presented(c, body);
    const parts = token === undefined ? null : parseRefreshToken(token);
    if (token !== undefined && parts) await userObject(c.env, parts.userId).signOut(token, deviceOf(c));
    clearRefreshCookie(c);
    return undefined;
  });
}
