/** A conversation with one webhook, played by the core alone: what arrives, what starts, and how it ends. */
import type { WhileBusy } from '#shared/protocol/webhook.ts';
import type { Input } from '#shared/core/conversation/input.ts';
import { type ConversationState, hooksOf, newConversation } from '#shared/core/conversation/state.ts';
import { transition } from '#shared/core/conversation/transition.ts';
import { admission, nextBatch, waitOf } from '#shared/core/conversation/transition-webhooks.ts';
import { makeHook } from '#shared/core/webhooks/make.ts';
import { id, model } from './ids.ts';
import { cut, ended, failed } from './turn-reports.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export class Play {
  state: ConversationState = newConversation({ id: id(1), ownerId: id(2), kind: 'chat', title: 't' }, 0);
  now = 10 * HOUR;
  readonly hookId = id(9);
  /** The runs that were started, with how many deliveries each took in. */
  readonly runs: Array<{ id: string; count: number }> = [];
  #ids = 100;

  constructor(whileBusy: WhileBusy = 'queue') {
    const webhook = makeHook(
      { name: 'News', scheme: 'github', instruction: 'look', whileBusy },
      { id: this.hookId, now: 0 },
    );
    this.apply({ type: 'add_webhook', webhook, by: 'user' });
  }

  get hook() {
    const [hook] = hooksOf(this.state);
    if (hook === undefined) throw new Error('no webhook');
    return hook;
  }

  newId = () => id((this.#ids += 1));

  apply(input: Input) {
    const decided = transition(this.state, input, this.now);
    if (!decided.ok) return decided.refusal;
    this.state = decided.state;
    this.#startDue();
    return decided.log.map(({ event }) => event.type);
  }

  /** As the shell does after every commit. */
  #startDue() {
    const next = nextBatch(this.state, this.now);
    if (next === null) return;
    const [turnId, messageId] = [this.newId(), this.newId()];
    const { hook, batch } = next;
    this.runs.push({ id: batch.again ? turnId : batch.id, count: batch.count });
    const input = { webhookId: hook.id, batchId: batch.id, deliveries: [], turnId, messageId, model };
    this.apply({ type: 'start_webhook', ...input });
  }

  /** What its sender would be told. */
  deliver(bytes = 10, byHand = false) {
    const admitted = admission(this.state, this.hook, bytes, byHand);
    if (admitted.status !== 'accepted') return admitted.status;
    const runId = this.newId();
    this.apply({ type: 'delivery', webhookId: this.hookId, runId, bytes, byHand });
    return admitted.joins ?? runId;
  }

  end(outcome: 'completed' | 'failed' | 'limit' = 'completed') {
    if (outcome === 'limit') return this.apply(cut(this.state));
    return this.apply(outcome === 'failed' ? failed(this.state) : ended(this.state));
  }

  ring(time: number) {
    this.now = time;
    this.#startDue();
  }

  /** Why what came last waits. */
  why(batchId: string | null = this.hook.waiting.at(-1)?.id ?? null) {
    return waitOf(this.state, this.hook, batchId, this.now);
  }
}
