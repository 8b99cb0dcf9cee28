/** What in a text can be found again: addresses, ids, numbers, names of files. A plain word stands anywhere and shows nothing. */
import { flat } from './text.ts';

/** In one line and in small letters, as texts are compared. */
export const plain = (text: string): string => flat(text).toLowerCase();

/** What a text hangs on, in small letters. */
export interface Anchors {
  /** Addresses of pages and people, and words with digits that are long enough to be an id. */
  strong: string[];
  /** What may as well stand there by chance: short ids, numbers of four and five digits, names of files, codes. */
  weak: string[];
}

// Lengths are bounded: in an answer of one long word each place of it would be tried to its end.
const address = /https?:\/\/[^\s"'<>]*[^\s"'<>.,;:!?)\]]|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/gu;
const fileName = /[\p{L}\p{N}_-]{1,100}(?:\.[a-z]\w{1,4})+(?![\p{L}\p{N}])/gu;
/** Dots and commas belong to it only inside a number. */
const word = /#?[\p{L}\p{N}](?:[\p{L}\p{N}_-]|[.,](?=\p{N}))*/gu;
const year = /^(?:19|20)\d\d$/;
/** Six letters or more, all of them large, as of a booking: an id without a digit. */
const code = /(?<![\p{L}\p{N}])\p{Lu}{6,}(?![\p{L}\p{N}])/gu;

/** Codes of a text, in small letters. Where all is written large they cannot be told from words. */
export const codesIn = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .filter((line) => /\p{Ll}/u.test(line))
    .flatMap((line) => line.match(code) ?? [])
    .map((each) => each.toLowerCase());

/** @param codes words, in small letters, that are known to be ids although they have no digit */
export function anchorsIn(text: string, codes: ReadonlySet<string>): Anchors {
  const anchors: Anchors = { strong: [], weak: [] };
  const take = (into: string[]) => (part: string) => {
    into.push(part);
    return ' ';
  };
  const rest = plain(text).replace(address, take(anchors.strong)).replace(fileName, take(anchors.weak));
  for (const found of rest.match(word) ?? []) {
    const part = found.replace(/[_-]+$/, '');
    const digits = part.match(/\p{N}/gu)?.length ?? 0;
    const isNumber = /^[\p{N}.,]+$/u.test(part);
    if (digits > 0 && !isNumber && part.length >= 6 && !part.startsWith('#')) anchors.strong.push(part);
    else if (isNumber && digits >= 6) anchors.strong.push(part);
    else if (isNumber ? digits >= 4 && !year.test(part) : digits > 0 || codes.has(part))
      anchors.weak.push(part);
  }
  return anchors;
}
