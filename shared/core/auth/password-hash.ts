/**
 * How a password hash is written down: algorithm and cost stand in it, so that the cost can be raised later and
 * old hashes still verify. PERSISTED in `accounts.password_hash`: `$scrypt$ln=14,r=8,p=5$<salt>$<hash>`, base64url.
 */

export interface PasswordHash {
  /** log2 of the memory cost N. */
  ln: number;
  r: number;
  p: number;
  salt: string;
  hash: string;
}

const FORMAT = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w-]{16,64})\$([\w-]{32,128})$/;
/** 64 MB: half of what an isolate has. A damaged row must not be able to ask for more. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Memory that one hash takes, in bytes (RFC 7914 section 2: 128 · N · r, and 128 · r · p for the blocks). */
export const memoryOf = ({ ln, r, p }: Pick<PasswordHash, 'ln' | 'r' | 'p'>): number =>
  128 * r * (2 ** ln + p);

export const formatPasswordHash = ({ ln, r, p, salt, hash }: PasswordHash): string =>
  `$scrypt$ln=${ln},r=${r},p=${p}$${salt}$${hash}`;

/** Null when the text is no hash of ours, or one that would cost too much to check. */
export function parsePasswordHash(text: string): PasswordHash | null {
  const match = FORMAT.exec(text);
  const [, ln, r, p, salt, hash] = match ?? [];
  if (salt === undefined || hash === undefined) return null;
  const parsed = { ln: Number(ln), r: Number(r), p: Number(p), salt, hash };
  const usable = parsed.ln > 0 && parsed.r > 0 && parsed.p > 0 && memoryOf(parsed) <= MAX_BYTES;
  return usable ? parsed : null;
}
