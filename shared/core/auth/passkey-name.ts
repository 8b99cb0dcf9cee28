/** What a passkey is called until its owner calls it something else. */
import { deviceWords } from './device-words.ts';

const MAX = 100;

/** The browser it was made with, in words; with a number where that name is `taken`. Within what a name may have. */
export function passkeyName(userAgent: string | null, taken: ReadonlyArray<string>): string {
  const words = deviceWords(userAgent);
  const base = (words === 'Unknown device' ? 'Passkey' : words).slice(0, MAX - 4);
  const known = new Set(taken);
  if (!known.has(base)) return base;
  let number = 2;
  while (known.has(`${base} ${number}`)) number += 1;
  return `${base} ${number}`;
}
