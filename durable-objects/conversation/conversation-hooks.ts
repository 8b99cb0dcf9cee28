/** The remote methods about webhooks. `ConversationDO` has them beside its own. */
import { clock } from '#durable-objects/lib/clock.ts';
import { secretTrouble } from '#shared/adapters/webhooks/verify.ts';
import { makesItsSecret } from '#shared/core/webhooks/schemes.ts';
import { hookChange, makeHook } from '#shared/core/webhooks/make.ts';
import type { Delivery, DeliveryDetail, WebhookScheme } from '#shared/protocol/webhook.ts';
import type { CreateWebhook, RotateWebhook, UpdateWebhook } from '#shared/protocol/webhook-requests.ts';
import { ConversationWork } from './conversation-work.ts';
import { conflict, missing, notOurs, type Paging, type Refusal, type Reply } from './remote.ts';
import type { Act, Asked } from './webhook-secrets.ts';
import type { Received, Sent, ShownHook } from './webhooks.ts';

/** `secret` is shown now, and to the same act again for a short time. */
type WithSecret = { webhook: ShownHook; secret: string | null };
type Accepted = { answer: { deliveryId: string; runId: string | null } };

const shownBefore: Refusal = { ok: false, code: 'secret_shown' };
const theirs: Refusal = {
  ok: false,
  code: 'bad_request',
  detail: 'The signing secret of this webhook is made on the other side: send it as `secret`.',
};
/** Why a secret that somebody entered is none; null where it is one, or none was entered. */
function unfit(scheme: WebhookScheme, given: string | undefined): Refusal | null {
  const detail = given === undefined ? null : secretTrouble(scheme, given);
  return detail === null ? null : { ok: false, code: 'bad_request', detail };
}
const accepted = (received: Received): ({ ok: true } & Accepted) | Refusal =>
  received.ok && 'challenge' in received ? missing : received;

export abstract class ConversationHooks extends ConversationWork {
  async listWebhooks(ownerId: string): Reply<{ items: ShownHook[] }> {
    const engine = this.opened(ownerId);
    return engine === null ? missing : { ok: true, items: engine.webhooks.list() };
  }

  /** The same id again is the same webhook, with its secret for a short time if it is the same act. */
  async createWebhook(
    ownerId: string,
    id: string,
    { secret: given, ...create }: CreateWebhook,
    act: Act | null,
  ): Reply<WithSecret> {
    const before = this.opened(ownerId)?.webhooks;
    if (before === undefined) return missing;
    const wrong = unfit(create.scheme, given);
    if (wrong !== null) return wrong;
    const hook = makeHook(create, { id, now: clock.now() });
    const waits = given === undefined && makesItsSecret(hook.scheme);
    const isKnown = before.hook(id) !== null;
    const nothing = { secret: null, stored: null, again: null };
    const made = isKnown || waits ? nothing : await before.secrets.make(hook, given, act);
    const engine = this.opened(ownerId);
    if (engine === null) return missing;
    const { webhooks } = engine;
    // Of two at once the second finds here what the first made.
    if (webhooks.hook(id) !== null) {
      const again = await this.#again(ownerId, id, { act, asked: { create }, given });
      // Longer ago than is known what was asked for, what can never change says whether it is the same.
      return again.ok && again.webhook.scheme !== create.scheme ? conflict : again;
    }
    if (isKnown) return missing;
    const decided = engine.apply({ type: 'add_webhook', webhook: hook, by: 'user' }, () =>
      webhooks.secrets.keep(id, made, act, { create }),
    );
    if (!decided.ok) return { ok: false, code: decided.refusal };
    const added = webhooks.hook(id);
    return added === null ? missing : { ok: true, webhook: webhooks.shown(added), secret: made.secret };
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

  /** Another secret. `once`: only if nobody was shown one yet. The same act again replaces nothing. */
  async rotateWebhook(
    ownerId: string,
    id: string,
    { secret: given, overlap = true }: RotateWebhook,
    act: Act | null,
    once = false,
  ): Reply<WithSecret> {
    const before = this.opened(ownerId)?.webhooks;
    const hook = before?.hook(id) ?? null;
    if (before === undefined || hook === null) return missing;
    if (given === undefined && makesItsSecret(hook.scheme)) return theirs;
    const wrong = unfit(hook.scheme, given);
    if (wrong !== null) return wrong;
    const asked: Asked = once ? { show: true } : { rotate: { overlap } };
    const made = before.secrets.knows(act) ? null : await before.secrets.make(hook, given, act);
    const engine = this.opened(ownerId);
    const still = engine?.webhooks.hook(id) ?? null;
    if (engine === null || still === null) return missing;
    const { webhooks } = engine;
    // Of two at once the second finds here what the first did.
    if (made === null || webhooks.secrets.knows(act)) {
      const again = await this.#again(ownerId, id, { act, asked, given });
      return again.ok && again.secret === null ? shownBefore : again;
    }
    if (once && engine.store.webhooks.row(id)?.secret != null) return shownBefore;
    engine.apply({ type: 'webhooks_heard' }, () => webhooks.secrets.keep(id, made, act, asked));
    return { ok: true, webhook: webhooks.shown(still), secret: made.secret };
  }

  /** What an act is answered that was carried out before; `secret` is null when it is shown no more. */
  async #again(
    ownerId: string,
    id: string,
    { act, asked, given }: { act: Act | null; asked: Asked; given: string | undefined },
  ): Reply<WithSecret> {
    const before = this.opened(ownerId)?.webhooks;
    const hook = before?.hook(id) ?? null;
    if (before === undefined || hook === null) return missing;
    const again = await before.secrets.again(hook, act, asked, given);
    const webhooks = this.opened(ownerId)?.webhooks;
    const still = webhooks?.hook(id) ?? null;
    if (webhooks === undefined || still === null) return missing;
    if (again === 'other') return conflict;
    return { ok: true, webhook: webhooks.shown(still), secret: again?.secret ?? null };
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

  /** @param testId names the act: the same one again is the same delivery */
  async testWebhook(ownerId: string, id: string, testId: string): Reply<Accepted> {
    const engine = this.opened(ownerId);
    const hook = engine?.webhooks.hook(id) ?? null;
    if (engine === null || hook === null) return missing;
    return accepted(await engine.webhooks.test(hook, testId));
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

  /** @param replayId names the act: the same one again is the same delivery */
  async replayDelivery(ownerId: string, id: string, deliveryId: string, replayId: string): Reply<Accepted> {
    const engine = this.opened(ownerId);
    const hook = engine?.webhooks.hook(id) ?? null;
    if (engine === null || hook === null) return missing;
    return accepted(engine.webhooks.replay(hook, deliveryId, replayId));
  }

  /** A delivery from outside: nobody is signed in. Its address was made by us, so what is not there is gone. */
  async receiveDelivery(sent: Sent): Promise<Received> {
    const engine = this.openedForAnybody();
    return engine === null ? { ok: false, code: 'gone' } : engine.webhooks.receive(sent);
  }
}
