/** Where reports go besides the app. */
import { user as userObject } from '#durable-objects/user/client.ts';
import { channelRoutes as routes } from '#shared/protocol/channel-routes.ts';
import type { App } from '../app-env.ts';
import { refuse, refused } from '../middleware/problems.ts';
import { mount } from './mount.ts';

export function channelRoutes(app: App): void {
  mount(app, routes.listChannels, async ({ c, user }) => ({
    items: await userObject(c.env, user.id).channels(),
  }));

  mount(app, routes.createChannel, async ({ c, user, body, services }) => {
    const made = await userObject(c.env, user.id).createChannel(body.id ?? services.newId(), body);
    return made.ok ? { channel: made.channel } : refused(made);
  });

  mount(app, routes.updateChannel, async ({ c, user, params, body }) => {
    const changed = await userObject(c.env, user.id).updateChannel(params.channelId, body);
    return changed.ok ? { channel: changed.channel } : refused(changed);
  });

  mount(app, routes.removeChannel, async ({ c, user, params }) => {
    const removed = await userObject(c.env, user.id).removeChannel(params.channelId);
    return removed ? undefined : refuse('not_found');
  });

  mount(app, routes.testChannel, async ({ c, user, params }) => {
    const tested = await userObject(c.env, user.id).testChannel(params.channelId);
    return tested.ok ? { sent: tested.sent } : refused(tested);
  });

  mount(app, routes.listSent, async ({ c, user, params }) => {
    const items = await userObject(c.env, user.id).sentTo(params.channelId);
    return items === null ? refuse('not_found') : { items };
  });

  mount(app, routes.resendSent, async ({ c, user, params }) => {
    const { channelId, sentId } = params;
    const again = await userObject(c.env, user.id).resendSent(channelId, sentId);
    return again.ok ? { sent: again.sent } : refused(again);
  });
}
