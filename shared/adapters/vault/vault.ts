/**
 * The vault: secrets at rest, sealed with AES-256-GCM for exactly one place. Who holds a sealed text stores it as it is
 * and opens it where the secret is used, no earlier. Where it is stored is for the caller; the keys are the settings'.
 */
import type { VaultKey } from '#shared/core/settings/keys.ts';
import { VaultError } from './error.ts';
import { formatSealed, IV_BYTES, keyNameOf, parseSealed, VERSION } from './sealed.ts';
import { makeUserKeys } from './user-keys.ts';

/** Where a secret stands. It opens there and nowhere else. */
export interface Place {
  table: string;
  row: string;
  userId: string;
  column: string;
}

export interface Vault {
  /** Seals with the newest key. The same text never looks the same twice. */
  seal(place: Place, plaintext: string): Promise<string>;
  /** Throws `VaultError` (`unknown_key`, `not_opened`, `malformed`). */
  open(place: Place, sealed: string): Promise<string>;
  /** Whether anything but the newest key sealed it. True also for what nobody sealed, so that it is noticed. */
  needsRotation(sealed: string): boolean;
  /** The same secret, sealed with the newest key. Throws `VaultError` as `open` does. */
  reseal(place: Place, sealed: string): Promise<string>;
}

/**
 * What is authenticated besides the secret: a ciphertext that was moved to another row, column, table or user does not
 * open. As a JSON array, because parts that are simply joined could be cut elsewhere and mean another place.
 */
const boundTo = (keyName: string, { table, row, userId, column }: Place) =>
  new TextEncoder().encode(JSON.stringify([VERSION, keyName, table, row, userId, column]));

/** @param ring the keys, newest first: the first seals, all of them open. At least one. */
export function makeVault(ring: ReadonlyArray<VaultKey>): Vault {
  const newest = ring[0]?.name;
  if (newest === undefined) throw new Error('A vault needs a key');
  const keys = makeUserKeys(ring);

  async function sealWith(keyName: string, place: Place, plaintext: string): Promise<string> {
    const key = await keys.get(keyName, place.userId);
    if (key === null) throw new VaultError('unknown_key');
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const additionalData = boundTo(keyName, place);
    const ciphertext = await crypto.subtle.encrypt(
      { name: 'AES-GCM', iv, additionalData },
      key,
      new TextEncoder().encode(plaintext),
    );
    return formatSealed({ keyName, iv, ciphertext: new Uint8Array(ciphertext) });
  }

  async function open(place: Place, sealed: string): Promise<string> {
    const { keyName, iv, ciphertext } = parseSealed(sealed);
    const key = await keys.get(keyName, place.userId);
    if (key === null) throw new VaultError('unknown_key');
    const additionalData = boundTo(keyName, place);
    try {
      const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, ciphertext);
      // A mark at the front belongs to the secret (a decoder drops it by default).
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(opened);
    } catch {
      throw new VaultError('not_opened');
    }
  }

  return {
    seal: (place, plaintext) => sealWith(newest, place, plaintext),
    open,
    needsRotation: (sealed) => keyNameOf(sealed) !== newest,
    reseal: async (place, sealed) => sealWith(newest, place, await open(place, sealed)),
  };
}
