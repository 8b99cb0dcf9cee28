/**
 * The webhooks of a conversation: what arrives is verified over its raw bytes, known again, admitted, kept, and only
 * then answered. Verification waits for the vault and for keys; from the look for a repeat to the commit nothing is
 * waited for, so that a hundred equal deliveries at once are one.
 */
import { v7 as uuidv7 } from 'uuid';
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import { hashOf, hashText, sameText, signAs, verify } from '#shared/adapters/webhooks/verify.ts';
import { hooksOf } from '#shared/core/conversation/state.ts';
import { admission, waitOf } from '#shared/core/conversation/transition-webhooks.ts';
import { instant } from '#shared/core/schedule/instant.ts';
import { textOfBody } from '#shared/core/webhooks/content.ts';
import { bodyOf, passes } from '#shared/core/webhooks/filter.ts';
import { heldBatches, heldUntil, type HookState, waitingIn } from '#shared/core/webhooks/hook-state.ts';
import { maxRunsPerHour, recentStarts } from '#shared/core/webhooks/pace.ts';
import { challengeIn, knownBy, oldNameOf, toldHeaders } from '#shared/core/webhooks/schemes.ts';
import type { ProblemCode } from '#shared/protocol/problem.ts';
import type { Delivery, DeliveryDetail, DeliveryStatus, Webhook } from '#shared/protocol/webhook.ts';
import type { Engine } from './engine.ts';
import { WebhookNews } from './webhook-news.ts';
import { WebhookSecrets } from './webhook-secrets.ts';

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

/** A delivery as it is kept. `dedupe` names it among those of its webhook; `status`: what is decided of it already. */
type Taken = Sent & { contentType: string | null; dedupe: string; status: DeliveryStatus | null };

/** How a delivery comes to be that a person sends by hand; `id` names their act, so that the same one again is one delivery. */
type ByHand = { id: string } & ({ test: true } | { replayOf: string });

const nameOf = (act: ByHand): string => ('test' in act ? `test:${act.id}` : `replay:${act.id}`);

export class Webhooks {
  readonly secrets: WebhookSecrets;
  readonly #engine: Engine;
  readonly #news: WebhookNews;

  constructor(env: Env, engine: Engine) {
    this.#engine = engine;
    this.#news = new WebhookNews(engine);
    this.secrets = new WebhookSecrets(env, engine);
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
    this.#store.shownSecrets.sweep(clock.now());
    return hooksOf(this.#engine.store.state()).map((hook) => this.shown(hook));
  }

  /** Verifies, knows again, admits, keeps. Never throws for what a sender sends. */
  async receive(sent: Sent, byHand: ByHand | null = null): Promise<Received> {
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
    // What we sign ourselves says nothing of the senders.
    if (byHand === null && proof.by !== null) this.secrets.proved(hook, proof.by);
    const contentType = sent.headers['content-type'] ?? null;
    const body = bodyOf(textOfBody(sent.body), contentType);
    const challenge = challengeIn(hook.scheme, body.value);
    if (challenge !== null) return { ok: true, challenge };
    const status = passes(hook.filter, body) ? null : ('filtered' as const);
    if (byHand !== null) return this.#takeByHand(hook, { ...sent, contentType, status }, byHand);
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
    return this.#take(hook, { ...sent, contentType, dedupe, status });
  }

  /** A sample, signed as a real one is, through everything that a real one passes. @param id names the act */
  async test(hook: HookState, id: string): Promise<Received> {
    const byHand: ByHand = { id, test: true };
    // Asked before it is signed: meanwhile its secret may have been replaced.
    const known = this.#store.known(hook.id, nameOf(byHand));
    if (known !== null) return { ok: true, answer: known };
    const sample = { test: true, id, type: 'test', message: `A test delivery for "${hook.name}".` };
    const body = new TextEncoder().encode(JSON.stringify(sample));
    const headers = { 'content-type': 'application/json', 'user-agent': 'agentic-tasks' };
    if (hook.scheme === 'url') {
      const sent = { webhookId: hook.id, headers, body, token: null };
      const status = passes(hook.filter, bodyOf(textOfBody(body), 'application/json')) ? null : 'filtered';
      return this.#takeByHand(hook, { ...sent, contentType: 'application/json', status }, byHand);
    }
    const [good] = await this.secrets.opened(hook);
    if (good === undefined) return { ok: false, code: 'no_secret' };
    const signed = await signAs(hook.scheme, { id, body, secret: good.secret }, clock.now());
    return this.receive(
      { webhookId: hook.id, headers: { ...headers, ...signed }, body, token: null },
      byHand,
    );
  }

  /** Lets a delivery start work once more, whatever the filter says now. @param id names the act */
  replay(hook: HookState, deliveryId: string, id: string): Received {
    const byHand: ByHand = { id, replayOf: deliveryId };
    // Asked first: what was replayed may be kept no more when the same act comes again.
    const before = this.#store.known(hook.id, nameOf(byHand));
    if (before !== null) return { ok: true, answer: before };
    const known = this.#store.delivery(hook.id, deliveryId);
    if (known === null) return { ok: false, code: 'not_found' };
    if (known.body === null) return { ok: false, code: 'not_kept' };
    const { body, headers, shown } = known;
    const sent = { webhookId: hook.id, headers, body, token: null, contentType: shown.contentType };
    return this.#takeByHand(hook, { ...sent, status: null }, byHand);
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

  #takeByHand(hook: HookState, sent: Omit<Taken, 'dedupe'>, byHand: ByHand): Received {
    return this.#take(hook, { ...sent, dedupe: nameOf(byHand) }, byHand);
  }

  /** From here on nothing is waited for. */
  #take(hook: HookState, sent: Taken, how: ByHand | null = null): Received {
    const known = this.#store.known(hook.id, sent.dedupe);
    if (known !== null) return { ok: true, answer: known };
    const state = this.#engine.store.state();
    const byHand = how !== null;
    const admitted = sent.status === null ? admission(state, hook, sent.body.byteLength, byHand) : null;
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
      test: how !== null && 'test' in how,
      replayOf: how !== null && 'replayOf' in how ? how.replayOf : null,
    };
    const bytes = sent.body.byteLength;
    const keep = () => this.#store.keep(kept, heldBatches(hook));
    if (isIn) this.#engine.apply({ type: 'delivery', webhookId: hook.id, runId, bytes, byHand }, keep);
    else this.#engine.keep(keep);
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

  /** `by`: the secret that held, as it is stored. */
  async #verify(hook: HookState, { headers, body, token }: Sent) {
    const header = (name: string) => headers[name] ?? null;
    if (hook.scheme !== 'url') {
      const good = await this.secrets.opened(hook);
      const secrets = good.map(({ secret }) => secret);
      const proof = await verify(hook.scheme, { header, body, secrets }, clock.now());
      return proof.ok ? { ...proof, by: good[proof.by]?.stored ?? null } : proof;
    }
    const given = await hashText(token ?? '');
    const [by] = this.secrets.stored(hook).filter((stored) => sameText(stored, given));
    return by !== undefined && token !== null
      ? ({ ok: true, deliveryId: null, by } as const)
      : ({ ok: false } as const);
  }
}
