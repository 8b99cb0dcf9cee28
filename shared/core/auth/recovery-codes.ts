/**
 * Recovery codes: what stands in for a lost passkey. Sixty random bits each, in letters and digits that cannot be taken
 * for one another (Crockford's base 32), so that they can be written on paper. Only hashes of them are kept.
 */

/** How many are given out at once. */
export const RECOVERY_CODES = 10;
/** Random bytes that one code is made of. */
export const RECOVERY_CODE_BYTES = 12;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const GROUP = 4;
const FORMAT = new RegExp(`^[${ALPHABET}]{${RECOVERY_CODE_BYTES}}$`);

/** The code as its owner sees it: `abcd-efgh-jkmn`. Five bits of each byte are used, so every code is as likely. */
export function formatRecoveryCode(random: Uint8Array): string {
  const letters = Array.from(random, (byte) => ALPHABET.charAt(byte % ALPHABET.length)).join('');
  return letters.replaceAll(new RegExp(`.{${GROUP}}(?=.)`, 'g'), '$&-');
}

/**
 * A code as somebody typed it, in the one form that is hashed: without case, blanks and dashes, and with the letters that
 * look like digits read as those. Null when it cannot be a code.
 */
export function normalizeRecoveryCode(typed: string): string | null {
  const letters = typed
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s\p{Pd}]+/gu, '')
    .replaceAll(/[il]/g, '1')
    .replaceAll('o', '0');
  return FORMAT.test(letters) ? letters : null;
}
