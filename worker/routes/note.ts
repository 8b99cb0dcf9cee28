/** The carry-forward note. */
import { conversation } from '#durable-objects/conversation/client.ts';
import { routes } from '#shared/protocol/routes.ts';
import type { App } from '../app-env.ts';
import { refuse } from '../middleware/problems.ts';
import { mount } from './mount.ts';

export function noteRoutes(app: App): void {
  mount(app, routes.getNote, async ({ c, user, params }) => {
    const got = await conversation(c.env, params.conversationId).note(user.id);
    return got.ok ? { note: got.note } : refuse(got.code);
  });

  mount(app, routes.setNote, async ({ c, user, params, body }) => {
    const set = await conversation(c.env, params.conversationId).setNote(user.id, body.text);
    return set.ok ? { note: set.note } : refuse(set.code);
  });
}
