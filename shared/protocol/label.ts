/** Names that people give to what they make: shown in lists, receipts and mails, always in one line. */
import * as z from 'zod/mini';

/** What a page, a mail or a terminal may take for a new line, or for another direction of all that follows it. */
const breaks = /[\s\p{Cc}\p{Zl}\p{Zp}\u{202a}-\u{202e}\u{2066}-\u{2069}]+/gu;
/** A name of nothing else would be an empty place that nobody can point at. */
const seen = /[^\p{C}\p{Z}]/u;

export const Label = z.string().check(
  z.overwrite((text) => text.replaceAll(breaks, ' ')),
  z.trim(),
  z.minLength(1),
  z.maxLength(100),
  z.regex(seen, 'must have a character that can be seen'),
);
