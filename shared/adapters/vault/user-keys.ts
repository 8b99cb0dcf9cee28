/**
 * The keys that seal: one for each user and key of the ring, derived by HKDF-SHA-256 (RFC 5869), so that what leaks of
 * one user's key opens nobody else's secrets. None of them can be exported.
 */
import { base64url } from 'jose';
import type { VaultKey } from '#shared/core/settings/keys.ts';

/** Derived keys are kept for the users that an isolate serves at the moment; deriving one costs tens of microseconds. */
const KEPT = 256;

const bytes = (text: string) => new TextEncoder().encode(text);

// PERSISTED by what it derives: another salt or info, and nothing opens any more.
const SALT = bytes('agentic-tasks vault v1');
const infoOf = (userId: string) => bytes(JSON.stringify(['secrets of a user', userId]));

export interface UserKeys {
  /** The key of this user under the ring's key of this name; null when the ring has none of that name. */
  get(keyName: string, userId: string): Promise<CryptoKey | null>;
}

/** The 32 bytes of a key of the ring, which is written in either alphabet of base64, with or without padding. */
const rootOf = ({ key }: VaultKey): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(base64url.decode(key.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')));

export function makeUserKeys(ring: ReadonlyArray<VaultKey>): UserKeys {
  const roots = new Map(ring.map((key) => [key.name, rootOf(key)]));
  // Keys, not promises of keys: a promise belongs to the request that made it, and another must not wait for it.
  const kept = new Map<string, CryptoKey>();

  async function derive(root: Uint8Array<ArrayBuffer>, userId: string): Promise<CryptoKey> {
    const base = await crypto.subtle.importKey('raw', root, 'HKDF', false, ['deriveKey']);
    return crypto.subtle.deriveKey(
      { name: 'HKDF', hash: 'SHA-256', salt: SALT, info: infoOf(userId) },
      base,
      { name: 'AES-GCM', length: 256 },
      false,
      ['encrypt', 'decrypt'],
    );
  }

  return {
    async get(keyName, userId) {
      const root = roots.get(keyName);
      if (root === undefined) return null;
      const id = `${keyName}:${userId}`;
      const key = kept.get(id) ?? (await derive(root, userId));
      // The last one used is the last one dropped.
      kept.delete(id);
      kept.set(id, key);
      const [oldest] = kept.keys();
      if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
      return key;
    },
  };
}
