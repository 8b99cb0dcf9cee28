/** The signed-in user: profile, and the WebSocket that keeps the list of conversations live. */
import { parseUserTicket } from '#shared/core/auth/refresh-token.ts';
import { routes } from '#shared/protocol/routes.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import type { App } from '../app-env.ts';
import { isTimeZone } from '../auth/time-zone.ts';
import { isOwnOrigin } from '../middleware/origin.ts';
import { refuse } from '../middleware/problems.ts';
import { mount, mountTicket } from './mount.ts';

export function meRoutes(app: App): void {
  mount(app, routes.getMe, async ({ c, user, services }) => {
    const profile = await userObject(c.env, user.id).profile();
    // The token is good but its user is gone.
    if (!profile) return refuse('unauthenticated');
    const { chat, demo } = services.settings.model;
    return { user: profile, model: { name: chat, demo } };
  });

  mount(app, routes.updateMe, async ({ c, user, body }) => {
    if (body.timezone !== undefined && !isTimeZone(body.timezone))
      return refuse('bad_request', { errors: [{ path: 'timezone', message: 'is not a known time zone' }] });
    const updated = await userObject(c.env, user.id).updateProfile(body);
    return updated.ok ? { user: updated.user } : refuse('unauthenticated');
  });

  mount(app, routes.userTicket, async ({ c, user }) => {
    const issued = await userObject(c.env, user.id).issueTicket(user.sessionId);
    return issued.ok ? { ticket: issued.ticket, expiresIn: issued.expiresIn } : refuse('unauthenticated');
  });

  mountTicket(app, routes.userEvents, async ({ c, user, ticket }) => {
    if (!isOwnOrigin(c)) return refuse('bad_origin');
    if (c.req.header('upgrade')?.toLowerCase() !== 'websocket') return refuse('upgrade_required');
    const userId = user?.id ?? parseUserTicket(ticket ?? '');
    if (userId === null) return refuse('unauthenticated');
    const object = userObject(c.env, userId);
    // A caller with an access token needs no ticket, but the object knows only one way in.
    const issued = user ? await object.issueTicket(user.sessionId) : null;
    if (issued && !issued.ok) return refuse('unauthenticated');
    const url = new URL('https://user/');
    url.searchParams.set('ticket', issued?.ticket ?? ticket ?? '');
    const response = await object.fetch(url.href, { headers: { upgrade: 'websocket' } });
    return response.status === 101 ? response : refuse('unauthenticated');
  });
}
