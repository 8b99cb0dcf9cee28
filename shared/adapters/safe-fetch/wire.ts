/**
 * The wire: the one place in the adapters that touches the global `fetch`. Everything else goes through `safe-fetch.ts`
 * (addresses that a user or a server named) or `configured.ts` (addresses of our own settings); the linter sees to it.
 */

/** `fetch`, looked up at each call: a test may have put another in its place. */
export const wire: typeof fetch = (input, init) => fetch(input, init);
