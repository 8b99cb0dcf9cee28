/**
 * What happens at webhooks without a decision: deliveries that were refused are counted, and open pages hear that there is
 * something new. Both at most once a second, however much arrives: a flood of bad signatures must cost no write each.
 */
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import type { Engine } from './engine.ts';

const PAUSE_MS = 1_000;

export class WebhookNews {
  readonly #engine: Engine;
  /** Refused and not written yet, by webhook: lost with the process, as what arrived is not. */
  readonly #refused = new Map<string, { count: number; at: number }>();
  #toldAt = Number.NEGATIVE_INFINITY;
  #waits = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  refused(webhookId: string): void {
    const count = (this.#refused.get(webhookId)?.count ?? 0) + 1;
    this.#refused.set(webhookId, { count, at: clock.now() });
    this.arrived();
  }

  unwritten(webhookId: string): { count: number; at: number } | null {
    return this.#refused.get(webhookId) ?? null;
  }

  arrived(): void {
    if (this.#waits) return;
    // In real time, and never longer than the pause: a clock that is set back must not silence it.
    const wait = Math.min(PAUSE_MS, this.#toldAt + PAUSE_MS - Date.now());
    if (wait <= 0) return this.#tell();
    this.#waits = true;
    setTimeout(() => {
      this.#waits = false;
      this.#tell();
    }, wait);
  }

  #tell(): void {
    this.#toldAt = Date.now();
    const refused = [...this.#refused];
    try {
      this.#engine.apply({ type: 'webhooks_heard' }, () => {
        for (const [id, { count, at }] of refused) this.#engine.store.webhooks.refuse(id, count, at);
      });
      this.#refused.clear();
    } catch (error) {
      log.warn('webhook_news_failed', { error });
    }
  }
}
