/**
 * The order in which work begins that nobody waits for. All objects of an isolate share one thread, and a turn costs far
 * more of it than to take in a due time does. Without an order each due time of a burst would wait for the turns of those
 * before it. So what comes due is journalled first; its turn waits here until nothing more is coming in, and then the turns
 * follow one another. What a person waits for never comes through here.
 */

/** Nothing has come due for so long: the burst is over. In milliseconds, as everything here. */
const quietMs = 10;
/** Between two turns that begin: about what one costs until it waits for the model. */
const spacingMs = 4;
/** Nobody waits longer for their place than this, however long a burst goes on. */
const patienceMs = 2_000;

export class Lane {
  readonly #now: () => number;
  readonly #wait: (ms: number) => Promise<void>;
  #free = 0;
  #lastCame = 0;

  /** @param now a clock that only goes forward; @param wait a timer of the object that asks */
  constructor(now: () => number, wait: (ms: number) => Promise<void>) {
    this.#now = now;
    this.#wait = wait;
  }

  /** Something came due. Resolves when its turn may begin. */
  async place(): Promise<void> {
    const since = this.#now();
    this.#lastCame = since;
    for (;;) {
      const at = Math.max(this.#now() + quietMs, this.#free);
      this.#free = at + spacingMs;
      await this.#wait(at - this.#now());
      const now = this.#now();
      if (now - this.#lastCame >= quietMs || now - since >= patienceMs) return;
    }
  }
}

/** That of this isolate. A clock of its own: one that tests move must not decide about the thread. */
export const lane = new Lane(
  () => performance.now(),
  (ms) => scheduler.wait(ms),
);
