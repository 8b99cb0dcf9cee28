/**
 * The webhooks of a conversation: what arrives is verified over its raw bytes, known again, admitted, kept, and only
 * then answered. Verification waits for the vault and for keys; from the look for a repeat to the commit nothing is
 * waited for, so that a hundred equal deliveries at once are one.
 */
import { v7 as uuidv7 } from 'uuid';
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import { neighboursOf } from '#durable-objects/user/neighbours.ts';
import { hashOf, hashText, newSecret, sameText, signAs, verify } from '#shared/adapters/webhooks/verify.ts';
import { hooksOf } from '#shared/core/conversation/state.ts';
import { admission, waitOf } from '#shared/core/conversation/transition-webhooks.ts';
import { instant } from '#shared/core/schedule/instant.ts';
import { textOfBody } from '#shared/core/webhooks/content.ts';
import { bodyOf, passes } from '#shared/core/webhooks/filter.ts';
import { heldUntil, type HookState, waitingIn } from '#shared/core/webhooks/hook-state.ts';
import { maxRunsPerHour, recentStarts } from '#shared/core/webhooks/pace.ts';
import { challengeIn, knownBy, oldNameOf, toldHeaders } from '#shared/core/webhooks/schemes.ts';
import type { ProblemCode } from '#shared/protocol/problem.ts';
import type { Delivery, DeliveryDetail, DeliveryStatus, Webhook } from '#shared/protocol/webhook.ts';
import type { Engine } from './engine.ts';
import { WebhookNews } from './webhook-news.ts';

/** How long a secret is good after another took its place. */
const overlapMs = 24 * 60 * 60_000;

/** A delivery as the door hands it on. */
export interface Sent {
  webhookId: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  /** The secret behind the address, for `url`. */
  token: string | null;
}

/** What the sender is answered. */
export type Received =
  | { ok: true; answer: { deliveryId: string; runId: string | null } }
  | { ok: true; challenge: string }
  | { ok: false; code: ProblemCode };

export type ShownHook = Omit<Webhook, 'url'>;

/** How a delivery comes to be, when not from a sender. */
interface How {
  test?: boolean;
  replayOf?: string;
}

export class Webhooks {
  readonly #env: Env;
  readonly #engine: Engine;
  readonly #news: WebhookNews;
  /** Opened secrets by their sealed text: a burst asks the vault once. */
  readonly #opened = new Map<string, string>();

  constructor(env: Env, engine: Engine) {
    this.#env = env;
    this.#engine = engine;
    this.#news = new WebhookNews(engine);
  }

  get #store() {
    return this.#engine.store.webhooks;
  }

  hook(id: string): HookState | null {
    return hooksOf(this.#engine.store.state()).find((hook) => hook.id === id) ?? null;
  }

  shown(hook: HookState): ShownHook {
    const row = this.#store.row(hook.id);
    const maybe = (at: number | null | undefined) => (at == null ? null : instant(at));
    const previousUntil = row?.previous_until ?? 0;
    const unwritten = this.#news.unwritten(hook.id);
    return {
      id: hook.id,
      conversationId: this.#engine.store.state().id,
      name: hook.name,
      scheme: hook.scheme,
      instruction: hook.instruction,
      whileBusy: hook.whileBusy,
      filter: hook.filter,
      status: hook.paused === null ? 'live' : 'paused',
      paused: hook.paused?.reason ?? null,
      secretPending: (row?.secret ?? null) === null,
      previousUntil: previousUntil > clock.now() ? instant(previousUntil) : null,
      deliveries: row?.deliveries ?? 0,
      waiting: waitingIn(hook),
      runsPerHour: maxRunsPerHour,
      runsUsed: recentStarts(hook.startedAt, clock.now()).length,
      heldUntil: maybe(heldUntil(hook, clock.now())),
      lastDeliveryAt: maybe(row?.last_at),
      refused: (row?.refused ?? 0) + (unwritten?.count ?? 0),
      refusedAt: maybe(unwritten?.at ?? row?.refused_at),
      failures: hook.failures,
      createdAt: instant(hook.createdAt),
    };
  }

  list(): ShownHook[] {
    return hooksOf(this.#engine.store.state()).map((hook) => this.shown(hook));
  }

  /** A new secret, in its stored form beside it. The caller commits. */
  async makeSecret(hook: Pick<HookState, 'id' | 'scheme'>, given: string | undefined) {
    const secret = given ?? newSecret(hook.scheme);
    const stored =
      hook.scheme === 'url'
        ? await hashText(secret)
        : await neighboursOf(this.#env).vault.seal(this.#place(hook.id), secret);
    return { secret, stored };
  }

  /** Puts another secret in the place of the one that is; for a day both are good. */
  replaceSecret(id: string, stored: string, overlap: boolean): void {
    const old = this.#store.row(id)?.secret ?? null;
    const keeps = overlap && old !== null;
    this.#store.setSecret(id, stored, keeps ? old : null, keeps ? clock.now() + overlapMs : null);
  }

  /** Verifies, knows again, admits, keeps. Never throws for what a sender sends. */
  async receive(sent: Sent, how: How = {}): Promise<Received> {
    const before = this.hook(sent.webhookId);
    if (before === null) return { ok: false, code: 'gone' };
    const proof = await this.#verify(before, sent);
    const hash = await hashOf(sent.body);
    const hook = this.#engine.deleted() ? null : this.hook(sent.webhookId);
    if (hook === null) return { ok: false, code: 'gone' };
    if (!proof.ok) {
      this.#news.refused(hook.id);
      return { ok: false, code: 'bad_signature' };
    }
    const contentType = sent.headers['content-type'] ?? null;
    const body = bodyOf(textOfBody(sent.body), contentType);
    const challenge = challengeIn(hook.scheme, body.value);
    if (challenge !== null) return { ok: true, challenge };
    const by = knownBy(hook.scheme, {
      signedId: proof.deliveryId,
      body: body.value,
      header: sent.headers['idempotency-key']?.slice(0, 300) ?? null,
    });
    const now = clock.now();
    const repeat = by.type === 'bytes' ? this.#store.knownBytes(hook.id, hash, now - by.forMs) : null;
    if (repeat !== null) return { ok: true, answer: repeat };
    const oldName = oldNameOf(hook.scheme, (name) => sent.headers[name] ?? null);
    const old = oldName === null ? null : this.#store.known(hook.id, `id:${oldName}`);
    if (old !== null) return { ok: true, answer: old };
    const dedupe = by.type === 'bytes' ? `${hash}/${now}` : `id:${by.name}`;
    const status = passes(hook.filter, body) ? null : ('filtered' as const);
    return this.#take(hook, { ...sent, contentType, dedupe, status }, how);
  }

  /** A sample, signed as a real one is, through everything that a real one passes. */
  async test(hook: HookState): Promise<Received> {
    const id = uuidv7();
    const sample = { test: true, id, type: 'test', message: `A test delivery for "${hook.name}".` };
    const body = new TextEncoder().encode(JSON.stringify(sample));
    const headers = { 'content-type': 'application/json', 'user-agent': 'agentic-tasks' };
    if (hook.scheme === 'url') {
      const dedupe = `id:${id}`;
      const sent = { webhookId: hook.id, headers, body, token: null };
      const status = passes(hook.filter, bodyOf(textOfBody(body), 'application/json')) ? null : 'filtered';
      return this.#take(hook, { ...sent, contentType: 'application/json', dedupe, status }, { test: true });
    }
    const [secret] = await this.#secrets(hook);
    if (secret === undefined) return { ok: false, code: 'no_secret' };
    const signed = await signAs(hook.scheme, { id, body, secret }, clock.now());
    return this.receive(
      { webhookId: hook.id, headers: { ...headers, ...signed }, body, token: null },
      { test: true },
    );
  }

  /** Lets a delivery start work once more, whatever the filter says now. */
  replay(hook: HookState, deliveryId: string): Received {
    const known = this.#store.delivery(hook.id, deliveryId);
    if (known === null || known.body === null) return { ok: false, code: 'not_found' };
    const { body, headers, shown } = known;
    const sent = { webhookId: hook.id, headers, body, token: null, contentType: shown.contentType };
    return this.#take(
      hook,
      { ...sent, dedupe: `replay:${uuidv7()}`, status: null },
      { replayOf: deliveryId },
    );
  }

  /** Newest first; null when the cursor is none of ours. */
  page(hook: HookState, paging: { cursor?: string; limit?: number }) {
    const page = this.#store.page(hook.id, paging);
    return page && { ...page, items: page.items.map((each) => this.#withReason(hook, each)) };
  }

  detail(hook: HookState, deliveryId: string): DeliveryDetail | null {
    const known = this.#store.delivery(hook.id, deliveryId);
    if (known === null) return null;
    const { shown, headers, body } = known;
    return { ...this.#withReason(hook, shown), headers, body: body === null ? null : textOfBody(body) };
  }

  #withReason(hook: HookState, delivery: Delivery): Delivery {
    if (delivery.status !== 'waiting') return delivery;
    const wait = waitOf(this.#engine.store.state(), hook, delivery.runId, clock.now());
    const until = wait?.until ?? null;
    const waits = wait && { reason: wait.reason, until: until === null ? null : instant(until) };
    return { ...delivery, waits };
  }

  /** From here on nothing is waited for. */
  #take(
    hook: HookState,
    sent: Sent & { contentType: string | null; dedupe: string; status: DeliveryStatus | null },
    how: How,
  ): Received {
    const known = this.#store.known(hook.id, sent.dedupe);
    if (known !== null) return { ok: true, answer: known };
    const state = this.#engine.store.state();
    const admitted = sent.status === null ? admission(state, hook, sent.body.byteLength) : null;
    if (admitted?.status === 'full') return { ok: false, code: 'too_many_deliveries' };
    const id = uuidv7();
    const runId = uuidv7();
    const isIn = admitted?.status === 'accepted';
    const batch = isIn ? (admitted.joins ?? runId) : null;
    const told = toldHeaders.flatMap((name) => {
      const value = sent.headers[name];
      return value === undefined ? [] : [[name, value.slice(0, 300)]];
    });
    const kept = {
      id,
      webhookId: hook.id,
      dedupe: sent.dedupe,
      receivedAt: clock.now(),
      status: sent.status ?? (isIn ? ('waiting' as const) : (admitted?.status ?? ('ignored' as const))),
      batch,
      contentType: sent.contentType,
      headers: Object.fromEntries(told),
      body: sent.body,
      test: how.test ?? false,
      replayOf: how.replayOf ?? null,
    };
    const bytes = sent.body.byteLength;
    if (isIn)
      this.#engine.apply({ type: 'delivery', webhookId: hook.id, runId, bytes }, () =>
        this.#store.keep(kept),
      );
    else this.#engine.keep(() => this.#store.keep(kept));
    // What starts a run at once is told with it.
    if (!isIn || waitingIn(this.hook(hook.id) ?? hook) > 0) this.#news.arrived();
    log.info('delivery', {
      conversationId: state.id,
      webhookId: hook.id,
      kind: kept.status,
      bytes,
    });
    return { ok: true, answer: { deliveryId: id, runId: batch } };
  }

  async #verify(hook: HookState, { headers, body, token }: Sent) {
    const header = (name: string) => headers[name] ?? null;
    if (hook.scheme !== 'url')
      return verify(hook.scheme, { header, body, secrets: await this.#secrets(hook) }, clock.now());
    const given = await hashText(token ?? '');
    const good = this.#stored(hook).map((stored) => sameText(stored, given));
    return good.includes(true) && token !== null
      ? ({ ok: true, deliveryId: null } as const)
      : ({ ok: false } as const);
  }

  /** As they are stored, those that are good now. */
  #stored(hook: HookState): string[] {
    const row = this.#store.row(hook.id);
    const previous = (row?.previous_until ?? 0) > clock.now() ? row?.previous : null;
    return [row?.secret, previous].filter((each) => typeof each === 'string');
  }

  async #secrets(hook: HookState): Promise<string[]> {
    const secrets: string[] = [];
    for (const stored of this.#stored(hook)) {
      try {
        const known = this.#opened.get(stored);
        const secret = known ?? (await this.#open(hook.id, stored));
        this.#opened.set(stored, secret);
        secrets.push(secret);
      } catch (error) {
        log.error('secret_not_opened', { webhookId: hook.id, error });
      }
    }
    return secrets;
  }

  /** What an older key of the vault sealed is sealed anew when it is used. */
  async #open(id: string, stored: string): Promise<string> {
    const { vault } = neighboursOf(this.#env);
    const secret = await vault.open(this.#place(id), stored);
    if (vault.needsRotation(stored))
      this.#store.reseal(id, stored, await vault.seal(this.#place(id), secret));
    return secret;
  }

  #place(id: string) {
    return { table: 'webhooks', row: id, userId: this.#engine.store.state().ownerId, column: 'secret' };
  }
}
