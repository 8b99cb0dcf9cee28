/** Recovery codes as they are made and looked up. Only their hashes leave this file for the user's object. */
import { createHash, randomBytes } from 'node:crypto';
import {
  formatRecoveryCode,
  normalizeRecoveryCode,
  RECOVERY_CODE_BYTES,
  RECOVERY_CODES,
} from '#shared/core/auth/recovery-codes.ts';

/**
 * SHA-256 of the code together with whose it is, so that one table of hashes does not serve against all users. A slow hash
 * is for what people choose; sixty random bits need none. Null when the text cannot be a code.
 */
export function hashRecoveryCode(userId: string, typed: string): string | null {
  const code = normalizeRecoveryCode(typed);
  return code === null ? null : createHash('sha256').update(`${userId} ${code}`).digest('hex');
}

/** New codes to be shown once, and what is kept of them. */
export function makeRecoveryCodes(userId: string): { codes: string[]; hashes: string[] } {
  const codes = Array.from({ length: RECOVERY_CODES }, () =>
    formatRecoveryCode(randomBytes(RECOVERY_CODE_BYTES)),
  );
  const hashes = codes.map((code) => hashRecoveryCode(userId, code)).filter((hash) => hash !== null);
  return { codes, hashes };
}
