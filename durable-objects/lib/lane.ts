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

/** A turn's place in the lane. */
export interface Place {
  /** Resolves when the turn may begin. */
  readonly come: Promise<void>;
  /** Lets it begin now, whoever else waits. */
  hurry(): void;
  /** To be called when the turn has ended, or will not begin. */
  leave(): void;
}

/** Timers of the object that asks, and a clock that only goes forward. */
export interface LaneTime<Timer> {
  now(): number;
  after(ms: number, ring: () => void): Timer;
  cancel(timer: Timer): void;
}

export class Lane<Timer> {
  readonly #time: LaneTime<Timer>;
  readonly #atWork = new Set<{ since: number }>();
  #free = 0;
  #lastCame = 0;
  #spacing = spacing.least;

  constructor(time: LaneTime<Timer>) {
    this.#time = time;
  }

  /** Something came due, and wants a turn. */
  place(): Place {
    const since = this.#time.now();
    this.#lastCame = since;
    // A thousand may wait at once: each has one promise and one timer, whatever the number of its looks.
    const { promise: come, resolve } = Promise.withResolvers<void>();
    const turn = { since };
    let timer: Timer;
    let isWaiting = true;
    const begin = () => {
      if (!isWaiting) return;
      isWaiting = false;
      turn.since = this.#time.now();
      this.#atWork.add(turn);
      resolve();
    };
    const wait = () => {
      const at = this.#nextLook();
      const look = () => (this.#mayBegin(at, since) ? begin() : wait());
      timer = this.#time.after(at - this.#time.now(), look);
    };
    wait();
    return {
      come,
      hurry: () => {
        this.#time.cancel(timer);
        begin();
      },
      leave: () => {
        isWaiting = false;
        this.#time.cancel(timer);
        this.#atWork.delete(turn);
      },
    };
  }

  #nextLook(): number {
    const at = Math.max(this.#time.now() + quietMs, this.#free);
    this.#free = at + this.#spacing;
    return at;
  }

  /** @param at when the timer was to ring; @param since when the turn came */
  #mayBegin(at: number, since: number): boolean {
    const now = this.#time.now();
    const keepsUp = now - at < lateMs;
    const silence = now - this.#lastCame;
    this.#pace(keepsUp, silence >= quietMs);
    const isTime = keepsUp ? silence >= quietMs : silence >= calmMs && this.#busy(now) < few;
    return isTime || now - since >= patienceMs;
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
export const lane = new Lane({
  now: () => performance.now(),
  after: (ms, ring) => setTimeout(ring, ms),
  cancel: (timer) => clearTimeout(timer),
});
