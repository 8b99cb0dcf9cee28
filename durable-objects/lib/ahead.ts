/**
 * Objects are opened before something in them comes due. What has had nothing to do for ten seconds is put away, and to
 * open it from disk costs some milliseconds of the one thread: of a thousand that are due in the same second each would
 * wait for the opening of those before it. So the alarm rings once some seconds ahead, each object at a moment of its own,
 * finds nothing due, and rings again at the due time, when the object is in memory and has only to begin.
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
