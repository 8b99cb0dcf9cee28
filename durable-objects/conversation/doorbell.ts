/**
 * The one alarm of a conversation. It is set for what is due next, and its ring is kept open while something must not be
 * lost with the process: a ring that has not ended rings again after a death, at once and not when a lease ends.
 */

/** A timer may ring a moment before the clock shows its time; it is asked again so often. */
const tries = 3;

export class Doorbell {
  readonly #storage: DurableObjectStorage;
  readonly #waitUntil: (work: Promise<unknown>) => void;
  /** What the alarm is set to; null when that is not known. */
  #at: number | null = null;
  /** The ring that goes on: until when it is kept open, and what ends that sooner. */
  #ring: { until: number; wake: () => void } | null = null;

  constructor(ctx: DurableObjectState) {
    this.#storage = ctx.storage;
    this.#waitUntil = (work) => ctx.waitUntil(work);
  }

  /** The alarm rings. Until `closed` it is not set: the ring itself is there for what comes due. */
  opened(): void {
    this.#at = null;
    this.#ring = { until: Number.NEGATIVE_INFINITY, wake: () => {} };
  }

  closed(): void {
    this.#ring = null;
  }

  /** Whether a ring goes on. */
  isOpen(): boolean {
    return this.#ring !== null;
  }

  /** Something rang that was not the alarm: whether it is still set is not known. */
  unknown(): void {
    this.#at = null;
  }

  /** Sets the alarm, unless it rings before. A late alarm is left: it rings, finds nothing, and sleeps. */
  set(at: number): void {
    if (this.#ring !== null) {
      if (at < this.#ring.until) this.#ring.wake();
      return;
    }
    if (this.#at !== null && this.#at <= at) return;
    this.#at = at;
    this.#waitUntil(this.#storage.setAlarm(at));
  }

  /** Ends the wait of a ring that is kept open. */
  wake(): void {
    this.#ring?.wake();
  }

  /** Keeps the ring open until a real time, until something is due sooner, or until `over` resolves. */
  async hold(until: number, over?: Promise<unknown>): Promise<void> {
    const ring = this.#ring;
    if (ring === null) return;
    let left = tries;
    let wake = () => {};
    ring.wake = () => {
      left = 0;
      wake();
    };
    ring.until = until;
    void over?.then(ring.wake);
    for (; left > 0 && Date.now() < until; left -= 1)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, until - Date.now());
        wake = () => {
          // A timer that is left behind would keep the object in memory.
          clearTimeout(timer);
          resolve();
        };
      });
    ring.until = Number.NEGATIVE_INFINITY;
  }
}
