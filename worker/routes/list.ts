/** The list of conversations: from the user's object, or, when something is searched for, by way of the database. */
import { searchConversations } from '#shared/adapters/db/search.ts';
import { routes } from '#shared/protocol/routes.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import type { App } from '../app-env.ts';
import { refuse } from '../middleware/problems.ts';
import { mount } from './mount.ts';

const badCursor = () =>
  refuse('bad_request', { errors: [{ path: 'cursor', message: 'is not a cursor of this list' }] });

export function listRoutes(app: App): void {
  mount(app, routes.listConversations, async ({ c, user, query, services }) => {
    const object = userObject(c.env, user.id);
    const { q, ...rest } = query;
    if (q === undefined || q.trim() === '') {
      const tasks = rest.kind !== undefined;
      return (await object.listConversations({ ...rest, tasks })) ?? badCursor();
    }
    const found = await searchConversations(services.database, { ownerId: user.id, q, ...rest });
    if (!found) return badCursor();
    // The registry says how things are now; what it does not know (any more) is not shown.
    return { items: await object.summaries(found.ids), nextCursor: found.nextCursor };
  });
}
