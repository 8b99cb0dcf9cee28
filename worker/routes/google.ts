/**
 * Sign-in with Google: leaving for it, and coming back. A person stands there, so what goes wrong leads to a page that
 * says it (`/sign-in?google=<code>`) and not to JSON.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { unlinkIdentities } from '#shared/adapters/db/identities.ts';
import type { Identified } from '#shared/adapters/google/sign-in.ts';
import { parseRefreshToken } from '#shared/core/auth/refresh-token.ts';
import { routes } from '#shared/protocol/routes.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import type { App, AppEnv } from '../app-env.ts';
import { afterwards } from '../auth/afterwards.ts';
import { deviceOf } from '../auth/device.ts';
import { accountOf } from '../auth/google-account.ts';
import { type Pending, rememberAttempt, takeAttempt } from '../auth/google-attempt.ts';
import { ownPath } from '../auth/google-return-to.ts';
import { googleOf } from '../auth/google.ts';
import { readRefreshCookie } from '../auth/refresh-cookie.ts';
import { finishSignIn } from '../auth/sign-in.ts';
import { isOwnOrigin } from '../middleware/origin.ts';
import { refuse } from '../middleware/problems.ts';
import { mountPublic, mountSession } from './mount.ts';

/** What came of it, as the page tells it. */
type Failure = 'denied' | 'expired' | 'refused' | 'unavailable' | 'unverified';

function fail(c: Context<AppEnv>, failure: Failure, why: string): Response {
  c.get('log').warn('google_sign_in_failed', { outcome: failure, code: why });
  return c.redirect(`/sign-in?google=${failure}`);
}

/** Compares hashes, so that the time tells neither the length nor where the first difference is. */
const isSame = (one: string, other: string): boolean => {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
};

/** RFC 6749 section 4.1.2.1: these two say "not now"; the others that our request was wrong. */
const failureOf = (error: string): Failure => {
  if (error === 'access_denied') return 'denied';
  return error === 'server_error' || error === 'temporarily_unavailable' ? 'unavailable' : 'refused';
};

/** Ends the session that this browser had before: its cookie has just been replaced. */
async function endReplaced(c: Context<AppEnv>, token: string): Promise<void> {
  const parts = parseRefreshToken(token);
  if (parts) await userObject(c.env, parts.userId).signOut(token, deviceOf(c));
}

/** Signs the person in, and leads them where they wanted to be. */
async function enter(
  c: Context<AppEnv>,
  { person }: Extract<Identified, { ok: true }>,
  { returnTo, replaces }: Pending,
): Promise<Response> {
  const found = await accountOf(c, person);
  if (!found.ok) return fail(c, found.code, 'account');
  const signedIn = await finishSignIn(c, found.account, found.isNew ? 'sign_up' : 'google');
  if (signedIn === null) return fail(c, 'expired', 'account_ended');
  // In the fragment, which browsers send to nobody.
  if (!signedIn.ok) return c.redirect(`/sign-in#pending=${signedIn.pending}`);
  if (replaces !== undefined) afterwards(c, endReplaced(c, replaces));
  return c.redirect(returnTo);
}

export function googleRoutes(app: App): void {
  mountPublic(app, routes.googleStart, async ({ c, query, services }) => {
    const google = googleOf(services);
    if (!google) return fail(c, 'unavailable', 'not_set_up');
    // Another site must not be able to begin it: its visitors would find themselves signed in without having asked.
    if (!isOwnOrigin(c)) return fail(c, 'refused', 'origin');
    const { url, attempt } = google.begin();
    const replaces = readRefreshCookie(c);
    await rememberAttempt(c, {
      ...attempt,
      returnTo: ownPath(query.returnTo, services.settings.publicOrigin),
      ...(replaces !== undefined && parseRefreshToken(replaces) ? { replaces } : {}),
    });
    return c.redirect(url.href);
  });

  mountPublic(app, routes.googleCallback, async ({ c, query, services }) => {
    // Taken before anything else, so that it is gone whatever happens.
    const pending = await takeAttempt(c);
    try {
      const google = googleOf(services);
      if (!google) return fail(c, 'unavailable', 'not_set_up');
      if (!pending) return fail(c, 'expired', 'no_attempt');
      if (query.state === undefined || !isSame(query.state, pending.state))
        return fail(c, 'refused', 'state');
      if (google.isForeign(query['iss'])) return fail(c, 'refused', 'iss');
      if (query.error !== undefined) return fail(c, failureOf(query.error), query.error);
      if (query.code === undefined || query.code === '') return fail(c, 'refused', 'no_code');
      const identified = await google.identify(query.code, pending);
      if (!identified.ok) return fail(c, identified.reason, identified.why);
      return await enter(c, identified, pending);
    } catch (error) {
      c.get('log').error('google_sign_in_failed', { outcome: 'unavailable', error });
      return c.redirect('/sign-in?google=unavailable');
    }
  });

  mountSession(app, routes.unlinkGoogle, async ({ c, user, services }) => {
    const unlinked = await unlinkIdentities(services.database, user.id, 'google');
    if (unlinked === 'kept') return refuse('last_way_in');
    if (unlinked === 'missing') return refuse('not_found');
    for (const detail of unlinked) {
      const line = { action: 'google_unlinked', detail, device: deviceOf(c) } as const;
      await userObject(c.env, user.id).record(line);
    }
    return undefined;
  });
}
