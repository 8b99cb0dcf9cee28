/** Memory, and the audit of what was done on the user's behalf. */
import { user as userObject } from '#durable-objects/user/client.ts';
import { routes } from '#shared/protocol/routes.ts';
import type { App } from '../app-env.ts';
import { refuse } from '../middleware/problems.ts';
import { mount } from './mount.ts';
import { paging, notOurCursor } from './paging.ts';

export function memoryRoutes(app: App): void {
  mount(app, routes.listMemory, async ({ c, user }) => ({
    items: await userObject(c.env, user.id).memories(),
  }));

  mount(app, routes.updateMemory, async ({ c, user, params, body }) => {
    const memory = await userObject(c.env, user.id).updateMemory(params.memoryId, body.text);
    return memory === null ? refuse('not_found') : { memory };
  });

  mount(app, routes.removeMemory, async ({ c, user, params }) => {
    const removed = await userObject(c.env, user.id).removeMemory(params.memoryId);
    return removed ? undefined : refuse('not_found');
  });

  mount(app, routes.clearMemory, async ({ c, user }) => {
    await userObject(c.env, user.id).clearMemory();
    return undefined;
  });

  mount(app, routes.listEffects, async ({ c, user, query }) => {
    const page = await userObject(c.env, user.id).effects(paging(query));
    return page ?? notOurCursor();
  });
}
