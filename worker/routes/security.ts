/** Devices, API keys and the activity log: all of it is in the user's object, so it works without the database. */
import type { WaysIn } from '#shared/protocol/security.ts';
import { routes } from '#shared/protocol/routes.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import type { App } from '../app-env.ts';
import { deviceOf } from '../auth/device.ts';
import { guard } from '../auth/limits.ts';
import { refuse } from '../middleware/problems.ts';
import { mountPublic, mountSession } from './mount.ts';

export function securityRoutes(app: App): void {
  mountPublic(app, routes.waysIn, ({ services }): WaysIn => {
    const { google, mail } = services.settings;
    const way = google?.standIn ? 'stand-in' : 'on';
    return { google: google === null ? 'off' : way, mail: mail.provider !== 'none' };
  });

  mountSession(app, routes.listSessions, async ({ c, user }) => ({
    items: await userObject(c.env, user.id).listSessions(user.sessionId),
    nextCursor: null,
  }));

  mountSession(app, routes.endSession, async ({ c, user, params }) => {
    const ended = await userObject(c.env, user.id).endSession(params.sessionId, deviceOf(c));
    return ended ? undefined : refuse('not_found');
  });

  mountSession(app, routes.endOtherSessions, async ({ c, user }) => ({
    ended: await userObject(c.env, user.id).endOtherSessions(user.sessionId, deviceOf(c)),
  }));

  mountSession(app, routes.listApiKeys, async ({ c, user }) => ({
    items: await userObject(c.env, user.id).listKeys(),
    nextCursor: null,
  }));

  mountSession(app, routes.createApiKey, async ({ c, user, body, services }) => {
    const { expiresAt } = body;
    if (expiresAt && !(Date.parse(expiresAt) > services.clock.now()))
      return refuse('bad_request', { errors: [{ path: 'expiresAt', message: 'must be in the future' }] });
    const no = await guard(c, 'api_key', { user: user.id });
    if (no) return no;
    const made = await userObject(c.env, user.id).createKey(user.sessionId, body, deviceOf(c));
    return made.ok
      ? { apiKey: made.apiKey, secret: made.secret }
      : refuse(made.code === 'not_found' ? 'unauthenticated' : made.code);
  });

  mountSession(app, routes.revokeApiKey, async ({ c, user, params }) => {
    const revoked = await userObject(c.env, user.id).revokeKey(params.apiKeyId, deviceOf(c));
    return revoked ? undefined : refuse('not_found');
  });

  mountSession(app, routes.listAudit, async ({ c, user, query }) => {
    const { cursor, limit } = query;
    const page = await userObject(c.env, user.id).audit({
      ...(cursor === undefined ? {} : { cursor }),
      ...(limit === undefined ? {} : { limit }),
    });
    return (
      page ?? refuse('bad_request', { errors: [{ path: 'cursor', message: 'is not a cursor of this list' }] })
    );
  });

  mountSession(app, routes.markAuditSeen, async ({ c, user }) => {
    await userObject(c.env, user.id).markAuditSeen();
    return undefined;
  });
}
