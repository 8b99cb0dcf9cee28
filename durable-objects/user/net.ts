/**
 * The net under the alarms: when a conversation is past its due time although its own alarm should have woken it,
 * that alarm was lost. Its user's object then asks it to check in.
 */

/** An alarm may be late by a while without being lost. With the ring itself it is found within 90 seconds. */
export const GRACE_MS = 60_000;
const FIRST_MS = 60_000;
const LONGEST_MS = 60 * 60 * 1_000;

/** How many are called at one ring; the rest follow a second later. */
export const AT_ONCE = 50;

/** How long to leave a conversation alone after `attempts` earlier calls for the same due time. */
export const netDelay = (attempts: number): number =>
  Math.min(FIRST_MS * 2 ** Math.min(attempts, 10), LONGEST_MS);
