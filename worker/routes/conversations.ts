/** Conversations: make, read, rename, archive, delete, stop, mark read. Each object checks its owner itself. */
import { idFromKey } from './ids.ts';
import { conversation } from '#durable-objects/conversation/client.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import { routes } from '#shared/protocol/routes.ts';
import type { App } from '../app-env.ts';
import { refuse } from '../middleware/problems.ts';
import { mount } from './mount.ts';

export function conversationRoutes(app: App): void {
  mount(app, routes.createConversation, async ({ c, user, body, services }) => {
    const key = c.req.header('idempotency-key');
    const id = body.id ?? (key ? await idFromKey(user.id, key) : services.newId());
    // Without an id of its own the first message has one that follows from the conversation's: a repeat of the
    // same creation must be the same message too, or it would be said twice.
    const messageId = body.message?.id ?? (await idFromKey(user.id, `${id}/first`));
    const made = await conversation(c.env, id).create({
      id,
      ownerId: user.id,
      kind: 'chat',
      title: body.title ?? null,
      message: body.message
        ? { id: messageId, text: body.message.text, files: body.message.files ?? [] }
        : null,
      turnId: services.newId(),
    });
    if (!made.ok) return refuse(made.code);
    return { conversation: made.conversation, ...(made.turnId === null ? {} : { turnId: made.turnId }) };
  });

  mount(app, routes.getConversation, async ({ c, user, params }) => {
    const [got, summary] = await Promise.all([
      conversation(c.env, params.conversationId).get(user.id),
      userObject(c.env, user.id).summary(params.conversationId),
    ]);
    if (!got.ok) return refuse(got.code);
    return { conversation: { ...got.conversation, unread: summary?.unread ?? false } };
  });

  mount(app, routes.updateConversation, async ({ c, user, params, body }) => {
    const updated = await conversation(c.env, params.conversationId).update(user.id, {
      title: body.title ?? null,
      status: body.status ?? null,
      connections: body.connections,
    });
    if (!updated.ok) return refuse(updated.code);
    const summary = await userObject(c.env, user.id).summary(params.conversationId);
    return { conversation: { ...updated.conversation, unread: summary?.unread ?? false } };
  });

  mount(app, routes.deleteConversation, async ({ c, user, params }) => {
    const removed = await conversation(c.env, params.conversationId).remove(user.id);
    return removed.ok ? undefined : refuse(removed.code);
  });

  mount(app, routes.markRead, async ({ c, user, params, body }) => {
    const marked = await userObject(c.env, user.id).markRead(params.conversationId, body.seq);
    return marked.ok ? undefined : refuse(marked.code);
  });

  mount(app, routes.stop, async ({ c, user, params }) => {
    const stopped = await conversation(c.env, params.conversationId).stop(user.id);
    return stopped.ok ? { turnId: stopped.turnId } : refuse(stopped.code);
  });
}
