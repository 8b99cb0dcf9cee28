/**
 * How a refresh token is written: it carries the user's and the family's id, so that it finds its way to the
 * user's object without the database. Nothing in it is trusted until the hash of the whole was found there.
 */

export interface RefreshTokenParts {
  userId: string;
  familyId: string;
}

const FORMAT = /^([0-9a-f]{32})\.([0-9a-f]{32})\.[A-Za-z0-9_-]{43}$/;

/** A UUID without its dashes, and back. */
export const compactId = (id: string): string => id.replaceAll('-', '');
export const expandId = (hex: string): string =>
  hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** `secret` is 32 random bytes in base64url. */
export const formatRefreshToken = ({ userId, familyId }: RefreshTokenParts, secret: string): string =>
  `${compactId(userId)}.${compactId(familyId)}.${secret}`;

/** Null when the text cannot be a refresh token. */
export function parseRefreshToken(token: string): RefreshTokenParts | null {
  const [, user, family] = FORMAT.exec(token) ?? [];
  return user === undefined || family === undefined
    ? null
    : { userId: expandId(user), familyId: expandId(family) };
}

/** The one-time ticket of a user's own WebSocket, which finds its way in the same manner. */
export const formatUserTicket = (userId: string, secret: string): string => `${compactId(userId)}.${secret}`;

/** The id of the user who is to redeem the ticket; null when the text cannot be one. */
export function parseUserTicket(ticket: string): string | null {
  const [, user] = /^([0-9a-f]{32})\.[A-Za-z0-9_-]{43}$/.exec(ticket) ?? [];
  return user === undefined ? null : expandId(user);
}
