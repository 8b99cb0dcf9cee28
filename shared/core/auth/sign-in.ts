/** What is decided about signing in besides the password: the second factor, and how long one counts as present. */
import type { Scope } from '#shared/protocol/security.ts';

/** How somebody signs in. A passkey that verified its user is two factors at once (WebAuthn Level 3, section 6.2.3). */
export type Way = 'sign_up' | 'password' | 'google' | 'passkey' | 'second_factor' | 'recovery_code';

/** What opens the account of a user who asked for a second factor only together with one. */
const FIRST_FACTORS: ReadonlySet<Way> = new Set(['password', 'google']);

/** Whether this way in must be followed by another factor. */
export const needsSecondFactor = (way: Way, secondFactor: boolean): boolean =>
  secondFactor && FIRST_FACTORS.has(way);

/** How long after signing in or confirming a session may change what protects the account. */
export const CONFIRMED_MS = 10 * 60_000;

/** What a session may do: everything. */
export const ALL_SCOPES: Scope[] = ['read', 'write', 'hooks', 'files'];
