/**
 * Tokens of the stand-in: plausible in number, equal for equal text, and cut at the same places in which the stream is
 * cut, so that usage, `max_tokens` and deltas agree with each other. They are not the tokens of any real model.
 */

/** A word with the space before it, a number, a run of line ends or blanks, or one other character. */
const PIECE = / ?\p{L}[\p{L}\p{M}]*| ?\p{N}+|\n+|[^\S\n]+|[\s\S]/gu;
/** Longer words become several tokens; English prose comes to about 1.3 tokens a word. */
const LETTERS_PER_TOKEN = 6;
const DIGITS_PER_TOKEN = 3;
/** From here on (CJK and beyond) a letter is a token. */
const WIDE = 0x2e80;

/** The text as tokens; joined they are the text again. Never splits a surrogate pair. */
export function tokenize(text: string): readonly string[] {
  const tokens: string[] = [];
  for (const [piece] of text.matchAll(PIECE)) {
    const points = Array.from(piece);
    if (points.length === 1) {
      tokens.push(piece);
      continue;
    }
    const wide = points.some((point) => (point.codePointAt(0) ?? 0) >= WIDE);
    const size = wide ? 1 : /\p{N}/u.test(piece) ? DIGITS_PER_TOKEN : LETTERS_PER_TOKEN;
    for (let start = 0; start < points.length; start += size) {
      tokens.push(points.slice(start, start + size).join(''));
    }
  }
  return tokens;
}

/** How many tokens the text is. */
export function countTokens(text: string): number {
  return tokenize(text).length;
}
