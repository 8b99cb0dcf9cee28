/**
 * The net under the alarms: when a conversation is past its due time although its own alarm should have woken it,
 * that alarm was lost. Its user's object then asks it to check in.
 */
import { conversation } from '#durable-objects/conversation/client.ts';
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import type { RegistryStore } from './registry-store.ts';

/** How many are called at one ring; the rest follow a second later. */
const AT_ONCE = 50;

export class Net {
  readonly #ctx: DurableObjectState;
  readonly #env: Env;
  readonly #registry: RegistryStore;
  readonly #arm: () => Promise<void>;

  constructor(ctx: DurableObjectState, env: Env, registry: RegistryStore, arm: () => Promise<void>) {
    this.#ctx = ctx;
    this.#env = env;
    this.#registry = registry;
    this.#arm = arm;
  }

  /** Claims what is overdue now. */
  claim(): string[] {
    return this.#ctx.storage.transactionSync(() => this.#registry.claimOverdue(AT_ONCE, clock.now()));
  }

  /** Asks one conversation to check in. Never throws. */
  async wake(id: string): Promise<void> {
    try {
      log.warn('alarm_lost', { conversationId: id });
      const { nextDueAt } = await conversation(this.#env, id).checkIn();
      this.#registry.noteDue(id, nextDueAt);
      await this.#arm();
    } catch (error) {
      log.error('check_in_failed', { conversationId: id, error });
    }
  }
}
