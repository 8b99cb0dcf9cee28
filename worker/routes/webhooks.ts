/** Webhooks of a conversation, for its owner. */
import { conversation } from '#durable-objects/conversation/client.ts';
import type { Settings } from '#shared/core/settings.ts';
import { routes } from '#shared/protocol/routes.ts';
import type { Webhook } from '#shared/protocol/webhook.ts';
import type { App } from '../app-env.ts';
import { hookUrl } from '../hooks/address.ts';
import type { Caller } from '../middleware/authenticate.ts';
import { refused } from '../middleware/problems.ts';
import { actIdOf } from './ids.ts';
import { mount } from './mount.ts';
import { paging } from './paging.ts';

type Unplaced = Omit<Webhook, 'url'>;

/** Something about a secret, named by its request; null when that has no name. */
const named = (id: string | null, { credentialId }: Caller) => (id === null ? null : { id, credentialId });

/** With its address; the secret part of one is never shown again. */
async function placed(settings: Settings, webhook: Unplaced): Promise<Webhook> {
  const { id: webhookId, conversationId } = webhook;
  return { ...webhook, url: await hookUrl(settings, { conversationId, webhookId }, null) };
}

async function withSecret(settings: Settings, made: { webhook: Unplaced; secret: string | null }) {
  const webhook = await placed(settings, made.webhook);
  const { id: webhookId, conversationId, scheme } = webhook;
  const inUrl = scheme === 'url' ? made.secret : null;
  const url = await hookUrl(settings, { conversationId, webhookId }, inUrl);
  return { webhook, url, secret: made.secret };
}

export function webhookRoutes(app: App): void {
  mount(app, routes.listWebhooks, async ({ c, user, params, services }) => {
    const got = await conversation(c.env, params.conversationId).listWebhooks(user.id);
    if (!got.ok) return refused(got);
    return { items: await Promise.all(got.items.map((each) => placed(services.settings, each))) };
  });

  mount(app, routes.createWebhook, async ({ c, user, params, body, services }) => {
    const { conversationId } = params;
    const { id: given, ...asked } = body;
    const id = given ?? (await actIdOf(c, user.id, `${conversationId}/webhook`));
    const object = conversation(c.env, conversationId);
    const made = await object.createWebhook(user.id, id ?? services.newId(), asked, named(id, user));
    return made.ok ? withSecret(services.settings, made) : refused(made);
  });

  mount(app, routes.updateWebhook, async ({ c, user, params, body, services }) => {
    const { conversationId, webhookId } = params;
    const changed = await conversation(c.env, conversationId).updateWebhook(user.id, webhookId, body);
    return changed.ok ? { webhook: await placed(services.settings, changed.webhook) } : refused(changed);
  });

  mount(app, routes.removeWebhook, async ({ c, user, params }) => {
    const { conversationId, webhookId } = params;
    const removed = await conversation(c.env, conversationId).removeWebhook(user.id, webhookId);
    return removed.ok ? undefined : refused(removed);
  });

  mount(app, routes.showWebhookSecret, async ({ c, user, params, services }) => {
    const { conversationId, webhookId } = params;
    const object = conversation(c.env, conversationId);
    const act = named(await actIdOf(c, user.id, `${webhookId}/secret`), user);
    const shown = await object.rotateWebhook(user.id, webhookId, {}, act, true);
    return shown.ok ? withSecret(services.settings, shown) : refused(shown);
  });

  mount(app, routes.rotateWebhook, async ({ c, user, params, body, services }) => {
    const { conversationId, webhookId } = params;
    const act = named(await actIdOf(c, user.id, `${webhookId}/rotate`), user);
    const rotated = await conversation(c.env, conversationId).rotateWebhook(user.id, webhookId, body, act);
    return rotated.ok ? withSecret(services.settings, rotated) : refused(rotated);
  });

  mount(app, routes.endOldSecret, async ({ c, user, params, services }) => {
    const { conversationId, webhookId } = params;
    const done = await conversation(c.env, conversationId).endOldSecret(user.id, webhookId);
    return done.ok ? { webhook: await placed(services.settings, done.webhook) } : refused(done);
  });

  mount(app, routes.testWebhook, async ({ c, user, params, services }) => {
    const { conversationId, webhookId } = params;
    const testId = (await actIdOf(c, user.id, `${webhookId}/test`)) ?? services.newId();
    const tested = await conversation(c.env, conversationId).testWebhook(user.id, webhookId, testId);
    return tested.ok ? tested.answer : refused(tested);
  });

  mount(app, routes.listDeliveries, async ({ c, user, params, query }) => {
    const { conversationId, webhookId } = params;
    const page = await conversation(c.env, conversationId).deliveries(user.id, webhookId, paging(query));
    return page.ok ? { items: page.items, nextCursor: page.nextCursor } : refused(page);
  });

  mount(app, routes.getDelivery, async ({ c, user, params }) => {
    const { conversationId, webhookId, deliveryId } = params;
    const got = await conversation(c.env, conversationId).delivery(user.id, webhookId, deliveryId);
    return got.ok ? { delivery: got.delivery } : refused(got);
  });

  mount(app, routes.replayDelivery, async ({ c, user, params, services }) => {
    const { conversationId, webhookId, deliveryId } = params;
    const replayId = (await actIdOf(c, user.id, `${deliveryId}/replay`)) ?? services.newId();
    const object = conversation(c.env, conversationId);
    const again = await object.replayDelivery(user.id, webhookId, deliveryId, replayId);
    return again.ok ? again.answer : refused(again);
  });
}
