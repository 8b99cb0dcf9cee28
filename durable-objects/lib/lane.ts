/**
 * The order in which work begins that nobody waits for. All objects of an isolate share one thread, and a turn costs far
 * more of it than to take in a due time does. Without an order each due time of a burst would wait for the turns of those
 * before it. So what comes due is journalled first; its turn begins when nothing more is coming in and the thread keeps up,
 * and then the turns follow one another. What a person waits for never comes through here.
 */

/** Nothing has come due for so long: the burst is over. In milliseconds, as everything here. */
const quietMs = 50;
/** The same where the thread does not keep up: what came due may not have been heard yet. */
const calmMs = 1_000;
/** A timer that rings so late says that the thread has more to do than it can. */
const lateMs = 8;
/** Between two looks: the least, and the most where none may begin anyway, because each look costs a little too. */
const spacing = { least: 4, most: 20 };
/** So many are at work where the thread does not keep up: it may be busy with something else altogether. */
const few = 12;
/** Who has waited so long begins at their next place, however much comes in. */
const patienceMs = 30_000;
/** Who is at work for so long is not counted any more: they wait for others, or their object died with its turn. */
const countedMs = 60_000;

/** To be called when the turn has ended. */
type Leave = () => void;
/** Resolves when the turn may begin. */
export type Place = Promise<Leave>;

export class Lane {
  readonly #now: () => number;
  readonly #wait: (ms: number) => Promise<void>;
  readonly #atWork = new Set<{ since: number }>();
  #free = 0;
  #lastCame = 0;
  #spacing = spacing.least;

  /** @param now a clock that only goes forward; @param wait a timer of the object that asks */
  constructor(now: () => number, wait: (ms: number) => Promise<void>) {
    this.#now = now;
    this.#wait = wait;
  }

  /** Something came due, and wants a turn. */
  async place(): Promise<Leave> {
    const since = this.#now();
    this.#lastCame = since;
    for (;;) {
      const at = Math.max(this.#now() + quietMs, this.#free);
      this.#free = at + this.#spacing;
      await this.#wait(at - this.#now());
      const now = this.#now();
      const keepsUp = now - at < lateMs;
      const silence = now - this.#lastCame;
      this.#pace(keepsUp, silence >= quietMs);
      const mayBegin = keepsUp ? silence >= quietMs : silence >= calmMs && this.#busy(now) < few;
      if (mayBegin || now - since >= patienceMs) return this.#begin(now);
    }
  }

  #begin(since: number): Leave {
    const turn = { since };
    this.#atWork.add(turn);
    return () => void this.#atWork.delete(turn);
  }

  #busy(now: number): number {
    for (const turn of this.#atWork) if (now - turn.since >= countedMs) this.#atWork.delete(turn);
    return this.#atWork.size;
  }

  /** As senders in a network do: back off fast where there is too much, come nearer slowly where there is not. */
  #pace(keepsUp: boolean, isQuiet: boolean): void {
    if (!keepsUp) this.#spacing = Math.min(spacing.most, this.#spacing * 1.5);
    else if (isQuiet) this.#spacing = Math.max(spacing.least, this.#spacing - 1);
    else this.#spacing = Math.min(spacing.most, this.#spacing + 1);
  }
}

/** That of this isolate. A clock of its own: one that tests move must not decide about the thread. */
export const lane = new Lane(
  () => performance.now(),
  (ms) => scheduler.wait(ms),
);
