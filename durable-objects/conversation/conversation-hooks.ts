/** The remote methods about webhooks. `ConversationDO` has them beside its own. */
import { clock } from '#durable-objects/lib/clock.ts';
import { makesItsSecret } from '#shared/core/webhooks/schemes.ts';
import { hookChange, makeHook } from '#shared/core/webhooks/make.ts';
import type { ProblemCode } from '#shared/protocol/problem.ts';
import type { Delivery, DeliveryDetail } from '#shared/protocol/webhook.ts';
import type { CreateWebhook, RotateWebhook, UpdateWebhook } from '#shared/protocol/webhook-requests.ts';
import { ConversationWork } from './conversation-work.ts';
import type { Received, Sent, ShownHook } from './webhooks.ts';

type Refusal = { ok: false; code: ProblemCode; detail?: string };
type Reply<Data> = Promise<({ ok: true } & Data) | Refusal>;
type Paging = { cursor?: string; limit?: number };
/** `secret` is shown this once. */
type WithSecret = { webhook: ShownHook; secret: string | null };
type Accepted = { answer: { deliveryId: string; runId: string | null } };

const missing: Refusal = { ok: false, code: 'not_found' };
const notOurs: Refusal = { ok: false, code: 'bad_request', detail: 'This cursor is none of ours.' };
const theirs: Refusal = {
  ok: false,
  code: 'bad_request',
  detail: 'The signing secret of this webhook is made on the other side: send it as `secret`.',
};
const accepted = (received: Received): ({ ok: true } & Accepted) | Refusal =>
  received.ok && 'challenge' in received ? missing : received;

export abstract class ConversationHooks extends ConversationWork {
  async listWebhooks(ownerId: string): Reply<{ items: ShownHook[] }> {
    const engine = this.opened(ownerId);
    return engine === null ? missing : { ok: true, items: engine.webhooks.list() };
  }

  /** The same id again is the same webhook, whose secret is shown no more. */
  async createWebhook(ownerId: string, id: string, given: CreateWebhook): Reply<WithSecret> {
    const before = this.opened(ownerId);
    if (before === null) return missing;
    if (before.webhooks.hook(id) !== null) return { ok: false, code: 'id_conflict' };
    const hook = makeHook(given, { id, now: clock.now() });
    const waits = given.secret === undefined && makesItsSecret(hook.scheme);
    const kept = waits ? null : await before.webhooks.makeSecret(hook, given.secret);
    const engine = this.opened(ownerId);
    if (engine === null) return missing;
    if (engine.webhooks.hook(id) !== null) return { ok: false, code: 'id_conflict' };
    const decided = engine.apply({ type: 'add_webhook', webhook: hook, by: 'user' }, () => {
      if (kept !== null) engine.store.webhooks.setSecret(id, kept.stored, null, null);
    });
    if (!decided.ok) return { ok: false, code: decided.refusal };
    const made = engine.webhooks.hook(id);
    if (made === null) return missing;
    return { ok: true, webhook: engine.webhooks.shown(made), secret: kept?.secret ?? null };
  }

  async updateWebhook(ownerId: string, id: string, given: UpdateWebhook): Reply<{ webhook: ShownHook }> {
    const engine = this.opened(ownerId);
    if (engine === null) return missing;
    const change = hookChange(given);
    const decided = engine.apply({ type: 'change_webhook', webhookId: id, change, by: 'user' });
    if (!decided.ok) return { ok: false, code: decided.refusal };
    engine.due.webhooks();
    const hook = engine.webhooks.hook(id);
    return hook === null ? missing : { ok: true, webhook: engine.webhooks.shown(hook) };
  }

  async removeWebhook(ownerId: string, id: string): Reply<object> {
    const engine = this.opened(ownerId);
    if (engine === null) return missing;
    const decided = engine.apply({ type: 'remove_webhook', webhookId: id, by: 'user' });
    return decided.ok ? { ok: true } : { ok: false, code: decided.refusal };
  }

  /** Another secret. `once`: only if nobody was shown one yet. */
  async rotateWebhook(
    ownerId: string,
    id: string,
    { secret: given, overlap = true }: RotateWebhook,
    once = false,
  ): Reply<WithSecret> {
    const before = this.opened(ownerId)?.webhooks;
    const hook = before?.hook(id) ?? null;
    if (before === undefined || hook === null) return missing;
    if (given === undefined && makesItsSecret(hook.scheme)) return theirs;
    const { secret, stored } = await before.makeSecret(hook, given);
    const engine = this.opened(ownerId);
    const still = engine?.webhooks.hook(id) ?? null;
    if (engine === null || still === null) return missing;
    if (once && engine.store.webhooks.row(id)?.secret != null) return { ok: false, code: 'secret_shown' };
    engine.apply({ type: 'webhooks_heard' }, () => engine.webhooks.replaceSecret(id, stored, overlap));
    return { ok: true, webhook: engine.webhooks.shown(still), secret };
  }

  /** Only the newest secret is good from here on. */
  async endOldSecret(ownerId: string, id: string): Reply<{ webhook: ShownHook }> {
    const engine = this.opened(ownerId);
    const hook = engine?.webhooks.hook(id) ?? null;
    if (engine === null || hook === null) return missing;
    // Other open pages hear of it, too.
    engine.apply({ type: 'webhooks_heard' }, () => engine.store.webhooks.endPrevious(id));
    return { ok: true, webhook: engine.webhooks.shown(hook) };
  }

  async testWebhook(ownerId: string, id: string): Reply<Accepted> {
    const engine = this.opened(ownerId);
    const hook = engine?.webhooks.hook(id) ?? null;
    if (engine === null || hook === null) return missing;
    return accepted(await engine.webhooks.test(hook));
  }

  async deliveries(
    ownerId: string,
    id: string,
    paging: Paging,
  ): Reply<{ items: Delivery[]; nextCursor: string | null }> {
    const engine = this.opened(ownerId);
    const hook = engine?.webhooks.hook(id) ?? null;
    if (engine === null || hook === null) return missing;
    const page = engine.webhooks.page(hook, paging);
    return page === null ? notOurs : { ok: true, ...page };
  }

  async delivery(ownerId: string, id: string, deliveryId: string): Reply<{ delivery: DeliveryDetail }> {
    const engine = this.opened(ownerId);
    const hook = engine?.webhooks.hook(id) ?? null;
    const found = engine === null || hook === null ? null : engine.webhooks.detail(hook, deliveryId);
    return found === null ? missing : { ok: true, delivery: found };
  }

  async replayDelivery(ownerId: string, id: string, deliveryId: string): Reply<Accepted> {
    const engine = this.opened(ownerId);
    const hook = engine?.webhooks.hook(id) ?? null;
    return engine === null || hook === null ? missing : accepted(engine.webhooks.replay(hook, deliveryId));
  }

  /** A delivery from outside: nobody is signed in. Its address was made by us, so what is not there is gone. */
  async receiveDelivery(sent: Sent): Promise<Received> {
    const engine = this.openedForAnybody();
    return engine === null ? { ok: false, code: 'gone' } : engine.webhooks.receive(sent);
  }
}
