/**
 * Objects are opened before something in them comes due. What has had nothing to do for ten seconds is put away, and to
 * open it from disk costs some milliseconds of the one thread: of a thousand that are due in the same second each would
 * wait for the opening of those before it. So the alarm rings once some seconds ahead, each object at a moment of its own,
 * finds nothing due, and stays open until the due time, when the object is in memory and has only to begin.
 */

/** Long enough to spread the openings of a burst, short enough that nothing is put away again before it is due. */
const most = 8_000;
/** Between the two rings: an alarm is never set again sooner. In milliseconds, as everything here. */
const least = 2_000;

/**
 * When to ring for what is due.
 * @param at when it is due; @param now the time of the same clock
 * @param share from 0 to 1, always the same for an object: its place among those that are due together
 */
export function ringAt(at: number, now: number, share: number): number {
  const ahead = at - least - Math.floor((most - least) * share);
  return ahead > now ? ahead : at;
}

/** Whether something is due so soon that its object was opened for it. */
export const isNear = (at: number, now: number): boolean => at > now && at - now <= most;

/** The place of an object, from the last random bits of its id (RFC 9562: a UUID ends in them). */
export const shareOf = (id: string): number => Number.parseInt(id.slice(-4), 16) / 0x1_00_00;

/** So long nothing is to come due while an object prepares itself, and so often it waits for that. In milliseconds. */
const clearMs = 4;
const tries = 8;

/** Due times for which objects of an isolate stay open, so that what nobody waits for can be done between them. */
export class Ahead {
  readonly #now: () => number;
  readonly #wait: (ms: number) => Promise<void>;
  readonly #dues = new Set<{ at: number }>();

  /** @param wait a timer of the object that asks */
  constructor(now: () => number, wait: (ms: number) => Promise<void>) {
    this.#now = now;
    this.#wait = wait;
  }

  /** Something comes due at this time. Resolves at a moment with nothing due around it, or when none was found. */
  async lull(at: number): Promise<void> {
    this.#dues.add({ at });
    for (let left = tries; left > 0; left -= 1) {
      // Asked anew after each wait, also the first: of many that were opened together each has a moment of its own.
      await this.#wait(1);
      const now = this.#now();
      const next = this.#next(now);
      if (next === null || next - now >= clearMs) return;
      await this.#wait(next - now + 1);
    }
  }

  /** The due time that is next, or was just now; those before are forgotten. */
  #next(now: number): number | null {
    let next: number | null = null;
    for (const due of this.#dues) {
      if (due.at < now - 1) this.#dues.delete(due);
      else if (next === null || due.at < next) next = due.at;
    }
    return next;
  }
}

const ahead = new Ahead(
  () => Date.now(),
  (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
);

/** As `Ahead.lull`, among the objects of this isolate. */
export const lull = (at: number): Promise<void> => ahead.lull(at);
