/**
 * Proof by mail: confirming an address, and choosing a new password. Asking for a link takes the same time and gives
 * the same answer whether there is an account or not.
 */
import type { Context } from 'hono';
import {
  changeEmail,
  dropWaysIn,
  findAccount,
  markVerified,
  setPasswordHash,
} from '#shared/adapters/db/accounts.ts';
import { parseLinkToken } from '#shared/core/auth/links.ts';
import { routes } from '#shared/protocol/routes.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import type { App, AppEnv } from '../app-env.ts';
import { afterwards } from '../auth/afterwards.ts';
import { deviceOf } from '../auth/device.ts';
import { guard } from '../auth/limits.ts';
import { isOwnOrigin } from '../middleware/origin.ts';
import { refuse } from '../middleware/problems.ts';
import { mountPublic } from './mount.ts';

async function sendReset(c: Context<AppEnv>, email: string): Promise<void> {
  if (await guard(c, 'reset_mail', { email })) return;
  const known = await findAccount(c.get('services').database, email);
  if (known) await userObject(c.env, known.user.id).sendLink('reset', email, deviceOf(c));
}

export function linkRoutes(app: App): void {
  mountPublic(app, routes.requestReset, async ({ c, body, services }) => {
    if (!isOwnOrigin(c)) return refuse('bad_origin');
    if (services.settings.mail.provider === 'none') return refuse('mail_unavailable');
    const no = await guard(c, 'reset', {});
    if (no) return no;
    afterwards(c, sendReset(c, body.email));
    return undefined;
  });

  mountPublic(app, routes.resetPassword, async ({ c, body, services }) => {
    if (!isOwnOrigin(c)) return refuse('bad_origin');
    const userId = parseLinkToken(body.token);
    const no = await guard(c, 'link', userId === null ? {} : { user: userId });
    if (no) return no;
    if (userId === null) return refuse('link_expired');
    const object = userObject(c.env, userId);
    const link = await object.claimLink(body.token);
    if (link?.purpose !== 'reset') {
      if (link) await object.releaseLink(body.token);
      return refuse('link_expired');
    }
    try {
      const passwordHash = await services.passwords.hash(body.password);
      if (passwordHash === null) {
        await object.releaseLink(body.token);
        return refuse('too_many_requests', { retryAfter: 2 });
      }
      // Whoever put the others there had not shown that the address is theirs.
      if (!link.user.emailVerified) await dropWaysIn(services.database, userId);
      if (!(await setPasswordHash(services.database, userId, passwordHash))) return refuse('link_expired');
      await markVerified(services.database, userId, link.email, new Date(services.clock.now()));
    } catch (error) {
      await object.releaseLink(body.token);
      throw error;
    }
    await object.passwordReset(body.token, body.revokeApiKeys ?? false, deviceOf(c));
    return undefined;
  });

  mountPublic(app, routes.verifyEmail, async ({ c, body, services }) => {
    if (!isOwnOrigin(c)) return refuse('bad_origin');
    const userId = parseLinkToken(body.token);
    const no = await guard(c, 'link', userId === null ? {} : { user: userId });
    if (no) return no;
    if (userId === null) return refuse('link_expired');
    const object = userObject(c.env, userId);
    const link = await object.claimLink(body.token);
    if (!link) return refuse('link_expired');
    const at = new Date(services.clock.now());
    try {
      if (link.purpose === 'reset') {
        await object.releaseLink(body.token);
        return refuse('link_expired');
      }
      const outcome =
        link.purpose === 'change_email'
          ? await changeEmail(services.database, userId, link.email, at)
          : (await markVerified(services.database, userId, link.email, at))
            ? 'changed'
            : 'missing';
      if (outcome !== 'changed') {
        await object.releaseLink(body.token);
        return refuse(outcome === 'taken' ? 'email_taken' : 'link_expired');
      }
    } catch (error) {
      await object.releaseLink(body.token);
      throw error;
    }
    await object.emailConfirmed(body.token, deviceOf(c));
    return { email: link.email };
  });
}
