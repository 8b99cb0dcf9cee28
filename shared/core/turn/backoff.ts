/** When to try again: doubling with jitter, and never sooner than the other side asked for. */

export interface Backoff {
  baseMs: number;
  maxMs: number;
  /** Failures in a row after which there is no further try. */
  tries: number;
}

/** For calls of the model: eight tries spread over about three and a half minutes. */
export const modelBackoff: Backoff = { baseMs: 1_000, maxMs: 60_000, tries: 8 };

/** The longest `retry-after` that is waited for; beyond it the turn ends and says so. */
const maxRetryAfterMs = 15 * 60_000;

/**
 * Milliseconds until the next try after `failures` failures in a row (1 for the first), or `null` for no more.
 * `jitter` is from 0 to 1 and takes off up to a quarter, so that many do not come back at the same instant.
 */
export function retryDelay(
  backoff: Backoff,
  failures: number,
  jitter: number,
  retryAfterMs: number | null,
): number | null {
  if (failures >= backoff.tries) return null;
  if (retryAfterMs !== null && retryAfterMs > maxRetryAfterMs) return null;
  const doubled = Math.min(backoff.maxMs, backoff.baseMs * 2 ** (failures - 1));
  return Math.max(Math.round(doubled * (1 - jitter / 4)), retryAfterMs ?? 0);
}
