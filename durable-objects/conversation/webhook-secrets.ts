/**
 * The secrets of a conversation's webhooks: made, replaced, opened where a delivery is verified, and shown. A secret is
 * shown to who asked for it; the same act again is answered as before for a short time, because its answer may be lost.
 */
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import { neighboursOf } from '#durable-objects/user/neighbours.ts';
import { sha256 } from '#shared/adapters/crypto/sha256.ts';
import { hashText, newSecret, sameText } from '#shared/adapters/webhooks/verify.ts';
import type { HookState } from '#shared/core/webhooks/hook-state.ts';
import { keptBeside, overlapMs, repeated } from '#shared/core/webhooks/secrets.ts';
import type { CreateWebhook } from '#shared/protocol/webhook-requests.ts';
import type { Engine } from './engine.ts';

/** Something that a person does about a secret. Its id is that of its request: the same again is the same act. */
export interface Act {
  id: string;
  /** The session or key that asks. */
  credentialId: string;
}

/** What was asked for: beside the act's id, so that an id that is used for something else is known. */
export type Asked =
  | { create: Omit<CreateWebhook, 'secret'> }
  | { rotate: { overlap: boolean } }
  | { show: true };

/** A secret with what is to be stored of it. */
export interface MadeSecret {
  /** Null while it is still to be entered. */
  secret: string | null;
  stored: string | null;
  /** Sealed once more, to be shown to the same act again; null for what its asker sent, and for an act without a name. */
  again: string | null;
}

type Hook = Pick<HookState, 'id' | 'scheme'>;

/** A secret that is good now. */
export interface GoodSecret {
  stored: string;
  secret: string;
}

export class WebhookSecrets {
  readonly #env: Env;
  readonly #engine: Engine;
  /** Opened secrets by their sealed text: a burst asks the vault once. */
  readonly #opened = new Map<string, string>();

  constructor(env: Env, engine: Engine) {
    this.#env = env;
    this.#engine = engine;
  }

  get #store() {
    return this.#engine.store.webhooks;
  }

  /** A new secret, or the given one, in its stored forms. The caller commits with `keep`. */
  async make(hook: Hook, given: string | undefined, act: Act | null): Promise<MadeSecret> {
    const { vault } = neighboursOf(this.#env);
    const secret = given ?? newSecret(hook.scheme);
    const stored =
      hook.scheme === 'url' ? await hashText(secret) : await vault.seal(this.#place(hook.id), secret);
    const isOurs = given === undefined && act !== null;
    const again = isOurs ? await vault.seal(this.#shownPlace(act.id), secret) : null;
    return { secret, stored, again };
  }

  /** The secret of a new webhook, or another one in the place of that which is. Inside the transaction of the act. */
  keep(hookId: string, made: MadeSecret, act: Act | null, asked: Asked): void {
    const now = clock.now();
    const overlap = !('rotate' in asked) || asked.rotate.overlap;
    if (made.stored !== null) {
      const row = this.#store.row(hookId);
      const { secret = null, previous = null, previous_until: previousUntil = null } = row ?? {};
      const old = { secret, previous, previousUntil, proved: row?.proved === 1 };
      const beside = overlap ? keptBeside(old, now) : null;
      this.#store.setSecret(hookId, made.stored, beside, beside === null ? null : now + overlapMs);
    }
    if (act === null) return;
    const request = sha256(JSON.stringify(asked));
    const { id: actId, credentialId } = act;
    this.#store.shownSecrets.keep({
      actId,
      webhookId: hookId,
      credentialId,
      request,
      secret: made.again,
      at: now,
    });
  }

  /** Whether it was carried out before. Waits for nothing: of two at once the second one finds the first. */
  knows(act: Act | null): boolean {
    return act !== null && this.#store.shownSecrets.find(act.id, clock.now()) !== null;
  }

  /**
   * What an act that was carried out before is answered; null when it was not. `secret` is null where none was made, and
   * where it is shown no more; `other`: its id was used for something else.
   */
  async again(
    hook: Hook,
    act: Act | null,
    asked: Asked,
    given: string | undefined,
  ): Promise<{ secret: string | null } | 'other' | null> {
    const now = clock.now();
    const before = act === null ? null : this.#store.shownSecrets.find(act.id, now);
    if (act === null || before === null) return null;
    const { credentialId } = act;
    const request = sha256(JSON.stringify(asked));
    const known = repeated(before, { webhookId: hook.id, credentialId, request }, now);
    if (known === 'other') return 'other';
    // What they sent themselves was never kept to be shown: that it holds says that it is the same.
    if (given !== undefined) return (await this.#holds(hook, given)) ? { secret: given } : 'other';
    if (known === 'without_secret' || before.secret === null) return { secret: null };
    try {
      return { secret: await neighboursOf(this.#env).vault.open(this.#shownPlace(act.id), before.secret) };
    } catch (error) {
      log.error('secret_not_opened', { webhookId: hook.id, error });
      return { secret: null };
    }
  }

  async #holds(hook: Hook, given: string): Promise<boolean> {
    const isUrl = hook.scheme === 'url';
    const wanted = isUrl ? await hashText(given) : given;
    const known = isUrl ? this.stored(hook) : (await this.opened(hook)).map(({ secret }) => secret);
    return known.map((each) => sameText(each, wanted)).includes(true);
  }

  /** As they are stored, those that are good now, the newest first. */
  stored(hook: Hook): string[] {
    const row = this.#store.row(hook.id);
    const previous = (row?.previous_until ?? 0) > clock.now() ? row?.previous : null;
    return [row?.secret, previous].filter((each) => typeof each === 'string');
  }

  /** Those that are good now, the newest first. What cannot be opened is left out. */
  async opened(hook: Hook): Promise<GoodSecret[]> {
    const secrets: GoodSecret[] = [];
    for (const stored of this.stored(hook)) {
      try {
        const known = this.#opened.get(stored);
        const secret = known ?? (await this.#open(hook.id, stored));
        this.#opened.set(stored, secret);
        secrets.push({ stored, secret });
      } catch (error) {
        log.error('secret_not_opened', { webhookId: hook.id, error });
      }
    }
    return secrets;
  }

  /** A delivery came with this one: senders use it. Written once after a rotation, while two are good. */
  proved(hook: Hook, stored: string): void {
    const row = this.#store.row(hook.id);
    const isNews = row?.secret === stored && row.proved === 0 && (row.previous_until ?? 0) > clock.now();
    if (isNews) this.#store.prove(hook.id, stored);
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

  #shownPlace(actId: string) {
    return {
      table: 'shown_secrets',
      row: actId,
      userId: this.#engine.store.state().ownerId,
      column: 'secret',
    };
  }
}
