/**
 * How long tests wait for what comes by itself, in one place: long enough for a machine that is slow or has other things to do
 * (one has been seen to stand still for fifteen seconds). What is there is taken at once: only a test that fails waits so long.
 */

/** For one thing: a state, a row, a frame. */
export const PATIENCE_MS = 30_000;
/** For a whole test, or a hook. A test that waits for several slow things may say more. */
export const TEST_MS = 90_000;
