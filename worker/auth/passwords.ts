/**
 * Hashing of passwords with scrypt at the cost OWASP asks for (N=2^14, r=8, p=5: 16 MB each). A few at once and a
 * short queue: more would take the memory of the isolate from everybody else.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Buffer } from 'node:buffer';
import {
  formatPasswordHash,
  memoryOf,
  type PasswordHash,
  parsePasswordHash,
} from '#shared/core/auth/password-hash.ts';

const COST = { ln: 14, r: 8, p: 5 };
const HASH_BYTES = 32;
const SALT_BYTES = 16;

/** How many are hashed at once in an isolate, and how many may wait for their turn. */
const LIMITS = { atOnce: 2, waiting: 20 };

export interface Passwords {
  /** The hash to store, or null when too many are being hashed: answer 429. */
  hash(password: string): Promise<string | null>;
  /**
   * Whether the password belongs to the stored hash; null when too many are being hashed. Without a stored hash it
   * takes as long and says no, so that the time does not tell whether there is an account.
   */
  verify(password: string, stored: string | null): Promise<boolean | null>;
}

function derive(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  // The same character can be typed in several forms (NIST SP 800-63B 5.1.1.2).
  const text = password.normalize('NFKC');
  const options = { N: 2 ** cost.ln, r: cost.r, p: cost.p, maxmem: 2 * memoryOf(cost) };
  return new Promise((resolve, reject) => {
    scrypt(text, salt, HASH_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

/** Lets some tasks run and some wait; answers null to any more. */
function makeGate(limits: typeof LIMITS) {
  let running = 0;
  const waiting: Array<() => void> = [];
  return async <Result>(task: () => Promise<Result>): Promise<Result | null> => {
    if (running >= limits.atOnce) {
      if (waiting.length >= limits.waiting) return null;
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await task();
    } finally {
      // The place is handed over rather than freed, so that nobody can slip in between.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

/** Makes the hasher of one isolate. */
export function makePasswords(limits = LIMITS): Passwords {
  const gate = makeGate(limits);
  return {
    hash: (password) =>
      gate(async () => {
        const salt = randomBytes(SALT_BYTES);
        const hash = await derive(password, salt, COST);
        return formatPasswordHash({
          ...COST,
          salt: salt.toString('base64url'),
          hash: hash.toString('base64url'),
        });
      }),
    verify: (password, stored) =>
      gate(async () => {
        const known: PasswordHash | null = stored === null ? null : parsePasswordHash(stored);
        const salt = known ? Buffer.from(known.salt, 'base64url') : Buffer.alloc(SALT_BYTES);
        const hash = await derive(password, salt, known ?? COST);
        if (!known) return false;
        const expected = Buffer.from(known.hash, 'base64url');
        return expected.length === hash.length && timingSafeEqual(expected, hash);
      }),
  };
}
