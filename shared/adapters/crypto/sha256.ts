import { createHash } from 'node:crypto';

/** In hexadecimal. Without waiting, as a decision needs it. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
