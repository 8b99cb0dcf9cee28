/**
 * How an API key is written: `agt_<user and key id>_<secret>`. The ids lead to the user's object without the database;
 * the prefix lets scanners of leaked secrets know it.
 */
import { compactId, expandId } from './refresh-token.ts';

export interface ApiKeyParts {
  userId: string;
  keyId: string;
}

const FORMAT = /^agt_([0-9a-f]{32})([0-9a-f]{32})_[A-Za-z0-9_-]{43}$/;

/** `secret` is 32 random bytes in base64url. */
export const formatApiKey = ({ userId, keyId }: ApiKeyParts, secret: string): string =>
  `agt_${compactId(userId)}${compactId(keyId)}_${secret}`;

/** Whether the text wants to be an API key, of whatever form. */
export const looksLikeApiKey = (text: string): boolean => text.startsWith('agt_');

/** Null when the text cannot be an API key. */
export function parseApiKey(text: string): ApiKeyParts | null {
  const [, user, key] = FORMAT.exec(text) ?? [];
  return user === undefined || key === undefined ? null : { userId: expandId(user), keyId: expandId(key) };
}

/** What its owner sees of it later: enough to find it in a file, too little to use it. */
export const hintOf = (key: string): string => `${key.slice(0, 8)}…${key.slice(-4)}`;
