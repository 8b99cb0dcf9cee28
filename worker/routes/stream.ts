/** The event log of a conversation in its three views: WebSocket, server-sent events, JSON. */
import { conversation } from '#durable-objects/conversation/client.ts';
import { routes } from '#shared/protocol/routes.ts';
import type { App } from '../app-env.ts';
import { isOwnOrigin } from '../middleware/origin.ts';
import { refuse } from '../middleware/problems.ts';
import { json, mount, mountTicket } from './mount.ts';

export function streamRoutes(app: App): void {
  mount(app, routes.ticket, async ({ c, user, params }) => {
    const issued = await conversation(c.env, params.conversationId).issueTicket(user.id, user.credentialId);
    return issued.ok ? { ticket: issued.ticket, expiresIn: issued.expiresIn } : refuse(issued.code);
  });

  mountTicket(app, routes.events, async ({ c, user, ticket, params, query }) => {
    const object = conversation(c.env, params.conversationId);
    if (!isOwnOrigin(c)) return refuse('bad_origin');
    const upgrade = c.req.header('upgrade')?.toLowerCase() === 'websocket';
    const events = c.req.header('accept')?.includes('text/event-stream') ?? false;
    if (!upgrade && !events) {
      if (user === null) return refuse('unauthenticated');
      const page = await object.events(user.id, query.after ?? 0);
      return page.ok ? json(page.json) : refuse(page.code);
    }
    const address = new URL('https://conversation.internal/events');
    address.searchParams.set('after', String(Number(c.req.header('last-event-id')) || (query.after ?? 0)));
    if (ticket !== null) address.searchParams.set('ticket', ticket);
    const headers = new Headers(upgrade ? { upgrade: 'websocket' } : {});
    // Only this worker can reach the object, so the header is its word that the token was checked.
    if (user !== null) {
      headers.set('x-owner-id', user.id);
      headers.set('x-credential-id', user.credentialId);
    }
    const answer = await object.fetch(address, { headers });
    if (answer.status === 101 || answer.ok) return answer;
    return refuse(answer.status === 401 ? 'unauthenticated' : 'not_found');
  });
}
