/**
 * How long tests wait for what comes by itself, in one place: long enough for a machine that is slow or has other things to do.
 * What is there is taken at once, so only a test that fails anyway waits so long.
 */

/** For one thing: a state, a row, a frame. */
export const PATIENCE_MS = 20_000;
/** For a whole test, or a hook. A test that waits for several slow things may say more. */
export const TEST_MS = 60_000;
