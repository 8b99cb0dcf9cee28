/**
 * Lets go of what the time is over for of removed schedules and webhooks, a piece at a time. It goes on where the object is
 * awake anyway, because it was opened or rung: nothing rings for it, since what nobody wakes does not grow.
 */
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import type { Engine } from './engine.ts';

export class Clearing {
  readonly #ctx: DurableObjectState;
  readonly #engine: Engine;
  #underWay = false;

  constructor(ctx: DurableObjectState, engine: Engine) {
    this.#ctx = ctx;
    this.#engine = engine;
  }

  /** Begins, unless it is under way or nothing is due. */
  begin(): void {
    if (this.#underWay || !this.#isDue()) return;
    this.#underWay = true;
    this.#ctx.waitUntil(this.#all());
  }

  #isDue(): boolean {
    const next = this.#engine.deleted() ? null : this.#engine.store.removed.next();
    return next !== null && next <= clock.now();
  }

  /** Between two pieces others have their turn. Never throws: it is tried again at the next wake. */
  async #all(): Promise<void> {
    const { removed } = this.#engine.store;
    try {
      while (this.#isDue()) {
        this.#engine.keep(() => removed.clearSome(clock.now()));
        await scheduler.wait(1);
      }
    } catch (error) {
      removed.forget();
      log.warn('clearing_failed', { error });
    }
    this.#underWay = false;
  }
}
