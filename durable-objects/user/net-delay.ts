/** When the net looks after a conversation, and when again. */

/** An alarm may be late by a while without being lost. With the ring itself it is found within 90 seconds. */
export const GRACE_MS = 60_000;
const FIRST_MS = 60_000;
const LONGEST_MS = 60 * 60 * 1_000;

/** How long to leave a conversation alone after `attempts` earlier calls for the same due time. */
export const netDelay = (attempts: number): number =>
  Math.min(FIRST_MS * 2 ** Math.min(attempts, 10), LONGEST_MS);
