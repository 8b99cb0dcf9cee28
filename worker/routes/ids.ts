/** Ids that follow from an `Idempotency-Key`, so that a repeated creation finds what the first one made. */
import type { Context } from 'hono';
import type { AppEnv } from '../app-env.ts';

/**
 * A UUID of version 8 (RFC 9562 5.8: custom) from the SHA-256 of the user and the key: the same for the same two,
 * and of no use to another user.
 */
export async function idFromKey(userId: string, key: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${userId}\n${key}`));
  const bytes = new Uint8Array(digest).slice(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/**
 * The id of the act that a request names by its key; null when it names none, and is done as often as it is sent.
 * @param scope what the key counts for: the same key for something else is another act
 */
export async function actIdOf(c: Context<AppEnv>, userId: string, scope: string): Promise<string | null> {
  const key = c.req.header('idempotency-key');
  return key ? idFromKey(userId, `${scope}/${key}`) : null;
}
