/** What comes due in a conversation, and when. Nothing comes due any more in one that is being deleted. */
import { v7 as uuidv7 } from 'uuid';
import { clock } from '#durable-objects/lib/clock.ts';
import { newIds } from '#durable-objects/lib/new-ids.ts';
import type { Input } from '#shared/core/conversation/input.ts';
import { recover } from '#shared/core/conversation/recovery.ts';
import { schedulesDue } from '#shared/core/conversation/schedule-runs.ts';
import { questionsDue, schedulesOf, turnDue } from '#shared/core/conversation/state.ts';
import { nextBatch, webhooksDue } from '#shared/core/conversation/transition-webhooks.ts';
import { workDue } from '#shared/core/conversation/transition-work.ts';
import { earliest } from '#shared/core/earliest.ts';
import { deliveryBlocks, shownChars } from '#shared/core/webhooks/content.ts';
import type { Engine } from './engine.ts';

export class Due {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** When something is due next in the conversation itself; what it owes to others is not in it. */
  next(): number | null {
    if (this.#engine.deleted()) return null;
    const state = this.#engine.store.state();
    return earliest([
      turnDue(state),
      questionsDue(state),
      workDue(state),
      schedulesDue(state),
      webhooksDue(state),
    ]);
  }

  /** When a schedule is due next. */
  nextSchedule(): number | null {
    return this.#engine.deleted() ? null : schedulesDue(this.#engine.store.state());
  }

  /** Does everything that is due now. */
  all(): void {
    this.recover();
    this.questions();
    this.work();
    this.schedules();
    this.webhooks();
  }

  /** Looks after an unfinished turn that nobody holds, or whose next attempt is due. */
  recover(): void {
    const { store, turns } = this.#engine;
    if (this.#engine.deleted()) return;
    const input = recover(store.state(), turns.running(), clock.now());
    if (input !== null) this.#engine.apply(input);
  }

  /** Reminds of questions, and ends those that expired. */
  questions(): void {
    if (!this.#isDue(questionsDue)) return;
    this.#engine.apply({ type: 'questions_due', turnId: uuidv7(), model: this.#engine.turns.model() });
  }

  /** Ends the turn when the window of its daily run is over. */
  work(): void {
    if (this.#isDue(workDue)) this.endWork();
  }

  /** The part in a daily run is over: nothing new is called. */
  endWork(): void {
    this.#engine.apply({ type: 'work_over', partial: this.#engine.live.text() });
  }

  /** Starts, holds or skips what schedules have come due. */
  schedules(): void {
    if (this.#isDue(schedulesDue)) this.#engine.apply(this.scheduleInput());
  }

  /** What is to be decided when schedules come due. */
  scheduleInput(): Input {
    const { store, turns } = this.#engine;
    const ids = newIds(2 * schedulesOf(store.state()).length);
    return { type: 'schedules_due', ids, model: turns.model() };
  }

  /** Starts what webhooks brought, when nothing is in the way any more. */
  webhooks(): void {
    if (this.#engine.deleted()) return;
    const { store, turns } = this.#engine;
    const next = nextBatch(store.state(), clock.now());
    if (next === null) return;
    const { hook, batch } = next;
    // A character is one byte at least: what comes after these cannot be shown.
    const deliveries = deliveryBlocks(store.webhooks.batch(batch.id, shownChars));
    const [webhookId, batchId, turnId] = [hook.id, batch.id, uuidv7()];
    const ids = { webhookId, batchId, turnId, messageId: uuidv7() };
    this.#engine.apply({ type: 'start_webhook', ...ids, deliveries, model: turns.model() }, () =>
      store.webhooks.started(batchId, batch.again === undefined ? batchId : turnId),
    );
  }

  #isDue(dueOf: typeof schedulesDue): boolean {
    const due = this.#engine.deleted() ? null : dueOf(this.#engine.store.state());
    return due !== null && due <= clock.now();
  }
}
