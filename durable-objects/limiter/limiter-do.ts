/**
 * Counts the attempts of one counter exactly: whatever comes at once, an object takes one after the other. It looks and
 * counts in one call, so that nobody can slip in between. What may be done is decided in `core/auth/limits.ts`. When the
 * last window has passed nothing of it is left.
 */
import { DurableObject } from 'cloudflare:workers';
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import { migrate, wake } from '#durable-objects/lib/migrate.ts';
import { decide, type Decision, expiryOf, type Window } from '#shared/core/auth/limits.ts';
import { migrations } from './migrations.ts';
import { AttemptStore } from './store.ts';

/** How long after a failed cleaning up it is tried again. */
const RETRY_MS = 60_000;

export class LimiterDO extends DurableObject<Env> {
  readonly #store: AttemptStore;
  #created: boolean;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#created = wake(ctx.storage, migrations, clock.now());
    this.#store = new AttemptStore(ctx.storage.sql);
  }

  /** Counts one attempt, unless it is one too many: then it is not counted, and the answer says how long to wait. */
  async attempt(windows: ReadonlyArray<Window>): Promise<Decision> {
    const now = clock.now();
    const decision = decide(this.#created ? this.#store.attempts(now) : [], windows, now);
    if (!decision.ok) return decision;
    const expiresAt = expiryOf(now, windows);
    const first = !this.#created;
    this.ctx.storage.transactionSync(() => {
      if (first) migrate(this.ctx.storage, migrations, now);
      this.#store.add(now, expiresAt);
    });
    this.#created = true;
    // Only by the first: when it rings, it finds out when the last attempt will have passed.
    if (first) await this.ctx.storage.setAlarm(this.#ringAt(expiresAt));
    return decision;
  }

  /** Starts anew, because one of the attempts was right. */
  async forgive(): Promise<void> {
    if (this.#created) await this.#vanish();
  }

  /** Removes everything once nothing counts any more. Never throws: an alarm that keeps failing is lost for good. */
  override async alarm(): Promise<void> {
    try {
      if (!this.#created) return;
      const last = this.#store.sweep(clock.now());
      if (last === null) await this.#vanish();
      else await this.ctx.storage.setAlarm(this.#ringAt(last));
    } catch (error) {
      log.error('limiter_alarm_failed', { error });
      await this.ctx.storage.setAlarm(Date.now() + RETRY_MS).catch(() => {});
    }
  }

  /** Not at once, wherever a clock that was moved says that the time has come: nothing rings without a pause. */
  #ringAt(due: number): number {
    return Math.max(clock.alarmTime(due), Date.now() + 1_000);
  }

  async #vanish(): Promise<void> {
    this.#created = false;
    // In one go: an attempt that came between the two would be counted in what is about to be deleted.
    await Promise.all([this.ctx.storage.deleteAlarm(), this.ctx.storage.deleteAll()]);
  }
}
