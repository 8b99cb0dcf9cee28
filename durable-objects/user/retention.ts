/** Days that are over stay for as long as their person keeps them. Then nothing of them stays but the lead's conversation. */
import { conversation } from '#durable-objects/conversation/client.ts';
import { dailyRun } from '#durable-objects/daily-run/client.ts';
import { log } from '#durable-objects/lib/log.ts';
import { connect } from '#shared/adapters/db/client.ts';
import { forgetDailyRuns } from '#shared/adapters/db/daily-projection.ts';
import type { DailyStore } from './daily-store.ts';
import type { World } from './world.ts';

const DAY_MS = 24 * 60 * 60_000;

export class Retention {
  readonly #world: World;
  readonly #store: DailyStore;

  constructor(world: World, store: DailyStore) {
    this.#world = world;
    this.#store = store;
  }

  #keepMs(): number {
    return this.#store.settings().keepDays * DAY_MS;
  }

  /** When the oldest day has been kept long enough; also while no run begins by itself. */
  nextDue(): number | null {
    const oldest = this.#store.oldestStart();
    return oldest === null ? null : oldest + this.#keepMs();
  }

  /** Marks the days whose time is over; they are removed until nothing of them is left. */
  claim(): void {
    const due = this.nextDue();
    const now = this.#world.now();
    if (due === null || due > now || this.#world.user() === null) return;
    this.#world.commit(() => {
      this.#store.retire(now - this.#keepMs());
      this.#world.owe('retire');
    });
  }

  /** Throws when something of a day could not be removed now. */
  async retire(): Promise<void> {
    let failed: { error: unknown } | null = null;
    for (const id of this.#store.retiring()) {
      const user = this.#world.user();
      if (user === null) return;
      try {
        await this.#remove(user.id, id);
        log.info('daily_run_retired', { dailyRunId: id, userId: user.id });
      } catch (error) {
        // One that cannot be removed keeps none of the others.
        failed ??= { error };
      }
    }
    if (failed !== null) throw failed.error;
  }

  /** The object goes before its rows in the database, so that no word of it comes after them. */
  async #remove(ownerId: string, id: string): Promise<void> {
    const run = dailyRun(this.#world.env, id);
    // Its sub-agents are reached by its page alone; the lead is a conversation like others.
    for (const agent of await run.agents(ownerId)) {
      const { gone } = await conversation(this.#world.env, agent).erase(ownerId);
      if (!gone) throw new Error('a sub-agent is not gone yet');
    }
    await run.erase(ownerId);
    await forgetDailyRuns(connect(this.#world.env.DATABASE_URL), ownerId, [id]);
    this.#store.forgetRun(id);
  }
}
