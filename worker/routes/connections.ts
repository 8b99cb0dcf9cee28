/** Connections, tools and standing rules: what Claude may act with, and how far. */
import { user as userObject } from '#durable-objects/user/client.ts';
import { routes } from '#shared/protocol/routes.ts';
import type { App } from '../app-env.ts';
import { deviceOf } from '../auth/device.ts';
import { refuse } from '../middleware/problems.ts';
import { mount, mountSession } from './mount.ts';

/** For the keys and hashes of all tools of a large server, in bytes. */
const MANY_TOOLS = 256 * 1024;

export function connectionRoutes(app: App): void {
  mount(app, routes.listConnections, async ({ c, user }) => ({
    items: await userObject(c.env, user.id).connections(),
  }));

  mount(app, routes.connectionCatalog, async ({ c, user }) => ({
    items: await userObject(c.env, user.id).connectionCatalog(),
  }));

  mountSession(app, routes.createConnection, async ({ c, user, body }) => {
    const made = await userObject(c.env, user.id).createConnection(body, deviceOf(c));
    return made.ok ? { connection: made.connection } : refuse(made.code, detailOf(made));
  });

  mountSession(app, routes.updateConnection, async ({ c, user, params, body }) => {
    const { connectionId } = params;
    const changed = await userObject(c.env, user.id).updateConnection(connectionId, body, deviceOf(c));
    return changed.ok ? { connection: changed.connection } : refuse(changed.code, detailOf(changed));
  });

  mountSession(app, routes.removeConnection, async ({ c, user, params }) => {
    const removed = await userObject(c.env, user.id).removeConnection(params.connectionId, deviceOf(c));
    return removed ? undefined : refuse('not_found');
  });

  mountSession(app, routes.checkConnection, async ({ c, user, params }) => {
    const checked = await userObject(c.env, user.id).checkConnection(params.connectionId);
    return checked.ok ? { connection: checked.connection } : refuse(checked.code);
  });

  mount(app, routes.listTools, async ({ c, user }) => ({ items: await userObject(c.env, user.id).tools() }));

  mountSession(
    app,
    routes.updateTools,
    async ({ c, user, body }) => {
      const owner = userObject(c.env, user.id);
      const changed = await owner.updateTools(body, deviceOf(c));
      if (!changed.ok) return refuse(changed.code);
      const [items, connections] = await Promise.all([owner.tools(), owner.connections()]);
      return { items, connections };
    },
    { maxBytes: MANY_TOOLS },
  );

  mount(app, routes.listRules, async ({ c, user }) => ({ items: await userObject(c.env, user.id).rules() }));

  mount(app, routes.removeRule, async ({ c, user, params }) => {
    const removed = await userObject(c.env, user.id).removeRule(params.ruleId, deviceOf(c));
    return removed ? undefined : refuse('not_found');
  });
}

const detailOf = (refused: object) =>
  'detail' in refused && typeof refused.detail === 'string' ? { detail: refused.detail } : {};
