/** The one-time links that are sent by mail: what for, and for how long. */
import { compactId, expandId } from './refresh-token.ts';

const MINUTE = 60_000;

/** How long each link is good, in milliseconds. A reset opens the account, so it is the shortest. */
export const LINK_MS = {
  verify: 48 * 60 * MINUTE,
  change_email: 24 * 60 * MINUTE,
  reset: 30 * MINUTE,
} as const;

export type LinkPurpose = keyof typeof LINK_MS;

const FORMAT = /^([0-9a-f]{32})\.[A-Za-z0-9_-]{43}$/;

/** The token in a link: the user's id, so that it finds its object, and 32 random bytes in base64url. */
export const formatLinkToken = (userId: string, secret: string): string => `${compactId(userId)}.${secret}`;

/** The id of the user whose object knows the token; null when the text cannot be one. */
export function parseLinkToken(token: string): string | null {
  const [, user] = FORMAT.exec(token) ?? [];
  return user === undefined ? null : expandId(user);
}
