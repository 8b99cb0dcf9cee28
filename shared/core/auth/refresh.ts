/**
 * What happens when a refresh token is presented (RFC 9700 section 4.14.2). Each token is good once. A token that
 * was used before means that two hold the same secret: the whole family ends. Two tabs that refresh at the same
 * moment look the same, so a token used seconds ago is refused without that consequence.
 */

const SECOND = 1_000;
const DAY = 24 * 60 * 60 * SECOND;

/** A session ends this long after signing in, whatever happens. */
export const ABSOLUTE_MS = 30 * DAY;
/** A session ends when it was not refreshed for this long. */
export const IDLE_MS = 14 * DAY;
/** A token that was rotated more recently than this is a race of two tabs, not a theft. */
export const RACE_MS = 10 * SECOND;

/** Times in milliseconds. */
export interface Family {
  createdAt: number;
  lastUsedAt: number;
  revokedAt: number | null;
}

/** A token whose hash is known to its family; `rotatedAt` says when it was exchanged for its successor. */
export interface KnownToken {
  rotatedAt: number | null;
}

export type RefreshDecision =
  | { action: 'rotate' }
  | { action: 'refuse'; code: 'refresh_invalid' | 'refresh_in_progress' }
  | { action: 'revoke'; code: 'refresh_invalid' };

/** Whether the family can still be refreshed at `now`. */
export const isAlive = (family: Family, now: number): boolean =>
  family.revokedAt === null && now < family.createdAt + ABSOLUTE_MS && now < family.lastUsedAt + IDLE_MS;

/** Decides about a presented token. `token` is null when its hash is not known: it was made up. */
export function decideRefresh(family: Family | null, token: KnownToken | null, now: number): RefreshDecision {
  if (family === null || token === null || !isAlive(family, now))
    return { action: 'refuse', code: 'refresh_invalid' };
  if (token.rotatedAt === null) return { action: 'rotate' };
  return now - token.rotatedAt < RACE_MS
    ? { action: 'refuse', code: 'refresh_in_progress' }
    : { action: 'revoke', code: 'refresh_invalid' };
}
