/**
 * Signing in with a passkey: alone, or as the second factor after a password, in whose place a recovery code may stand.
 * None of it says whether there is an account.
 */
import type { Context } from 'hono';
import { findAccountById } from '#shared/adapters/db/accounts.ts';
import { routes } from '#shared/protocol/routes.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import type { App, AppEnv } from '../app-env.ts';
import { afterwards } from '../auth/afterwards.ts';
import { deviceOf } from '../auth/device.ts';
import { forgive, guard } from '../auth/limits.ts';
import { beginAssertion, verifyAssertion } from '../auth/passkeys.ts';
import { hashRecoveryCode } from '../auth/passkeys-recovery.ts';
import { answerSignIn, finishSignIn, mayCarry } from '../auth/sign-in.ts';
import { openToken, PENDING_SECONDS } from '../auth/signed-tokens.ts';
import { isOwnOrigin } from '../middleware/origin.ts';
import { refuse } from '../middleware/problems.ts';
import { mountPublic } from './mount.ts';

/** The user who showed the first factor a few minutes ago; null when nobody did, or too long ago. */
async function pendingUser(
  c: Context<AppEnv>,
  pending: string,
): Promise<{ userId: string; since: number } | null> {
  const { settings, clock } = c.get('services');
  const opened = await openToken(settings, clock, 'pending+jwt', pending);
  return opened && { userId: opened.userId, since: opened.expiresAt - PENDING_SECONDS * 1_000 };
}

const tooLate = () => refuse('unauthenticated', { detail: 'This took too long. Sign in again.' });
const wrongCode = () => refuse('bad_credentials', { detail: 'This code is wrong or was used already.' });

export function passkeySignInRoutes(app: App): void {
  mountPublic(app, routes.passkeyOptions, async ({ c, body }) => {
    if (!isOwnOrigin(c)) return refuse('bad_origin');
    if (body.pending === undefined) return beginAssertion(c, 'sign_in');
    const first = await pendingUser(c, body.pending);
    return first === null ? tooLate() : beginAssertion(c, 'second_factor', first.userId);
  });

  mountPublic(app, routes.passkeySignIn, async ({ c, body }) => {
    if (!isOwnOrigin(c)) return refuse('bad_origin');
    const { token, credential, pending, session: carrier = 'cookie' } = body;
    const asked = mayCarry(c, carrier);
    if (asked) return asked;
    if (pending === undefined) {
      const no = await guard(c, 'sign_in', {});
      if (no) return no;
      const proved = await verifyAssertion(c, { token, credential, purpose: 'sign_in' });
      if (!proved.ok) return proved.refusal;
      const signedIn = await finishSignIn(c, proved.account, 'passkey', carrier);
      return signedIn ? answerSignIn(signedIn) : refuse('passkey_refused');
    }
    const first = await pendingUser(c, pending);
    if (first === null) return tooLate();
    const { userId, since } = first;
    const no = await guard(c, 'second_factor', { user: userId });
    if (no) return no;
    const proved = await verifyAssertion(c, { token, credential, purpose: 'second_factor', userId });
    if (!proved.ok) return proved.refusal;
    const signedIn = await finishSignIn(c, proved.account, 'second_factor', carrier, since);
    if (!signedIn) return refuse('passkey_refused');
    afterwards(c, forgive(c, 'second_factor', { user: userId }));
    return answerSignIn(signedIn);
  });

  mountPublic(app, routes.recoverySignIn, async ({ c, body, services }) => {
    if (!isOwnOrigin(c)) return refuse('bad_origin');
    const { pending, code, session: carrier = 'cookie' } = body;
    const asked = mayCarry(c, carrier);
    if (asked) return asked;
    const first = await pendingUser(c, pending);
    if (first === null) return tooLate();
    const { userId, since } = first;
    const no = await guard(c, 'second_factor', { user: userId });
    if (no) return no;
    // Before the code is used up: without the database nobody signs in, and the code should still be good then.
    const account = await findAccountById(services.database, userId);
    if (!account) return tooLate();

    const object = userObject(c.env, userId);
    const hash = hashRecoveryCode(userId, code);
    const used = hash === null ? null : await object.useRecoveryCode(hash, since, deviceOf(c));
    if (!used?.ok) {
      // Whoever tries this has shown the password.
      afterwards(c, object.record({ action: 'recovery_code_failed', device: deviceOf(c) }));
      return wrongCode();
    }
    const signedIn = await finishSignIn(c, account.user, 'recovery_code', carrier, since);
    if (!signedIn) return tooLate();
    afterwards(c, forgive(c, 'second_factor', { user: userId }));
    return answerSignIn(signedIn);
  });
}
