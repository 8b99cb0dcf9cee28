/** Messages of a conversation: read, send, change or drop a queued one, write the last reply again. */
import { conversation } from '#durable-objects/conversation/client.ts';
import { deviceWords } from '#shared/core/auth/device-words.ts';
import { routes } from '#shared/protocol/routes.ts';
import type { App } from '../app-env.ts';
import { deviceOf } from '../auth/device.ts';
import { refuse } from '../middleware/problems.ts';
import { idFromKey } from './ids.ts';
import { json, mount } from './mount.ts';

export function messageRoutes(app: App): void {
  mount(app, routes.listMessages, async ({ c, user, params, query }) => {
    const page = await conversation(c.env, params.conversationId).messages(user.id, query.after ?? 0);
    return page.ok ? json(page.json) : refuse(page.code);
  });

  mount(app, routes.sendMessage, async ({ c, user, params, body, services }) => {
    const key = c.req.header('idempotency-key');
    const id =
      body.id ?? (key ? await idFromKey(user.id, `${params.conversationId}/${key}`) : services.newId());
    const turnId = services.newId();
    const sent = await conversation(c.env, params.conversationId).send(user.id, {
      id,
      text: body.text,
      turnId,
      files: body.files ?? [],
      ...(body.answers === undefined ? {} : { answers: body.answers }),
      device: user.sessionId === null ? 'an API key' : deviceWords(deviceOf(c).userAgent),
    });
    return sent.ok ? { messageId: sent.messageId, turnId: sent.turnId, seq: sent.seq } : refuse(sent.code);
  });

  mount(app, routes.editMessage, async ({ c, user, params, body, services }) => {
    const edited = await conversation(c.env, params.conversationId).editQueued(user.id, {
      messageId: params.messageId,
      text: body.text ?? null,
      sendNow: body.sendNow ?? false,
      turnId: services.newId(),
    });
    return edited.ok ? { messageId: edited.messageId, turnId: edited.turnId } : refuse(edited.code);
  });

  mount(app, routes.dropMessage, async ({ c, user, params }) => {
    const dropped = await conversation(c.env, params.conversationId).dropQueued(user.id, params.messageId);
    return dropped.ok ? undefined : refuse(dropped.code);
  });

  mount(app, routes.regenerate, async ({ c, user, params, services }) => {
    const key = c.req.header('idempotency-key');
    const again = await conversation(c.env, params.conversationId).regenerate(user.id, {
      messageId: params.messageId,
      turnId: key ? await idFromKey(user.id, `${params.messageId}/${key}`) : services.newId(),
    });
    return again.ok ? { turnId: again.turnId } : refuse(again.code);
  });
}
