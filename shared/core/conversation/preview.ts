/** One line of the last thing said, for the list: the words without their Markdown. */
import { cut } from '../clean.ts';

/** Longest line, in UTF-16 units. */
const longest = 140;

const marks: ReadonlyArray<readonly [RegExp, string]> = [
  [/^ {0,3}(?:`{3,}|~{3,}).*$/gm, ' '],
  [/^[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*$/gm, ' '],
  [/^ {0,3}(?:#{1,6}|>|[-*+]|\d{1,9}[.)])[ \t]+/gm, ''],
  [/!?\[([^\]\n]*)\]\([^)\n]*\)/g, '$1'],
  [/(?<!\w)([*_~]{1,3})(?=\S)([^*_~\n]+)(?<=\S)\1(?!\w)/g, '$2'],
  [/`+([^`\n]*)`+/g, '$1'],
  [/[ \t]*\|[ \t]*/g, ' '],
];

/**
 * The beginning of a text as one plain line of at most 140 characters, cut with an ellipsis. Markdown is taken off as
 * far as a line in a list needs it; the text itself is drawn by the page.
 */
export function oneLine(text: string): string {
  // Only the beginning is looked at: a reply may have a hundred thousand characters.
  const plain = marks.reduce((rest, [mark, instead]) => rest.replace(mark, instead), text.slice(0, 1_000));
  const flat = plain.replaceAll(/\s+/g, ' ').trim();
  return flat.length <= longest ? flat : `${cut(flat, longest - 1)}…`;
}
