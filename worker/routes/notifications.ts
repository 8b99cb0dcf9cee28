/** What happened while nobody looked. */
import { user as userObject } from '#durable-objects/user/client.ts';
import { routes } from '#shared/protocol/routes.ts';
import type { App } from '../app-env.ts';
import { mount } from './mount.ts';
import { notOurCursor, paging } from './paging.ts';

export function notificationRoutes(app: App): void {
  mount(app, routes.listNotifications, async ({ c, user, query }) => {
    const page = await userObject(c.env, user.id).notifications(paging(query));
    return page ?? notOurCursor();
  });

  mount(app, routes.readNotifications, async ({ c, user, body }) => ({
    unread: await userObject(c.env, user.id).readNotifications(body),
  }));

  mount(app, routes.getNotificationSettings, async ({ c, user }) => ({
    settings: await userObject(c.env, user.id).notificationSettings(),
  }));

  mount(app, routes.setNotificationSettings, async ({ c, user, body }) => ({
    settings: await userObject(c.env, user.id).setNotificationSettings(body),
  }));
}
