/**
 * The keys that sign our tokens, derived from AUTH_SECRET (HKDF, RFC 5869). Each use has a label and so keys of its own: a
 * token of one kind is never valid as another, whatever else stands in it.
 */
import { hkdfSync } from 'node:crypto';
import { Buffer } from 'node:buffer';
import type { Settings } from '#shared/core/settings.ts';

export interface NamedKey {
  /** Stands in the header of a token and says which secret its key comes from; tells nothing of it. */
  kid: string;
  /** 32 bytes. */
  bytes: Uint8Array;
}

const derive = (secret: string, label: string, length: number): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, '', `agentic-tasks ${label}`, length));

/** The name of a secret, whatever its keys are used for: 8 bytes in base64url. */
const keyId = (secret: string): string => Buffer.from(derive(secret, 'kid', 8)).toString('base64url');

const known = new WeakMap<Settings, Map<string, NamedKey[]>>();

/** The keys for one use, newest first: the first signs, all of them verify. Derived once for each settings object. */
export function keysFor(settings: Settings, label: string): NamedKey[] {
  const rings = known.get(settings) ?? new Map<string, NamedKey[]>();
  known.set(settings, rings);
  const ring =
    rings.get(label) ??
    settings.authSecrets.map((secret) => ({ kid: keyId(secret), bytes: derive(secret, label, 32) }));
  rings.set(label, ring);
  return ring;
}
