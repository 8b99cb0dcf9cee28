/**
 * How a sealed secret is written: `v1.<key name>.<iv>.<ciphertext>`, the last two in base64url, the ciphertext with its
 * 16-byte tag at the end. PERSISTED: the `v1` names this form, the derivation and the cipher in `vault.ts`.
 */
import { base64url } from 'jose';
import { VaultError } from './error.ts';

export const VERSION = 'v1';
/** AES-GCM's own length of an IV (NIST SP 800-38D 5.2.1.1): any other would be hashed first. */
export const IV_BYTES = 12;
const TAG_BYTES = 16;

export interface Sealed {
  keyName: string;
  iv: Uint8Array<ArrayBuffer>;
  ciphertext: Uint8Array<ArrayBuffer>;
}

export const formatSealed = ({ keyName, iv, ciphertext }: Sealed): string =>
  [VERSION, keyName, base64url.encode(iv), base64url.encode(ciphertext)].join('.');

/** The bytes of base64url without padding. One text for each value: what was changed must not read the same. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  try {
    const bytes = Uint8Array.from(base64url.decode(text));
    if (base64url.encode(bytes) === text) return bytes;
  } catch {
    // Not base64url at all.
  }
  throw new VaultError('malformed');
}

/** The name of the key that sealed it; null when nothing of ours did. Looks at the front only. */
export const keyNameOf = (sealed: string): string | null =>
  /^v1\.([a-z0-9]{1,12})\./.exec(sealed)?.[1] ?? null;

/** Throws `VaultError` with `malformed`. */
export function parseSealed(sealed: string): Sealed {
  const [, , ivText, ciphertextText, ...rest] = sealed.split('.');
  const keyName = keyNameOf(sealed);
  if (keyName === null || ivText === undefined || ciphertextText === undefined || rest.length > 0)
    throw new VaultError('malformed');
  const [iv, ciphertext] = [bytesOf(ivText), bytesOf(ciphertextText)];
  if (iv.length !== IV_BYTES || ciphertext.length < TAG_BYTES) throw new VaultError('malformed');
  return { keyName, iv, ciphertext };
}
