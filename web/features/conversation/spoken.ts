/** What of a growing reply a screen reader is told: whole sentences, without the marks of Markdown. */

/** Markdown as it would be read out: code blocks are named, not spelled. */
export const aloud = (markdown: string): string =>
  markdown
    .replace(/(```|~~~)[\s\S]*?(\1|$)/g, ' Code block. ')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^\s*(?:#{1,6}|>|[-*+]|\d+[.)])\s+/gm, '')
    .replace(/[*_`~|]+/g, '')
    .replace(/\s+/g, ' ')
    .trim();

/** Where the last finished sentence of `text` ends; code that is still open is not finished. */
export function endOfSentences(text: string): number {
  const fences = [...text.matchAll(/^\s*(?:```|~~~)/gm)];
  const open = fences.length % 2 === 1 ? (fences.at(-1)?.index ?? 0) : text.length;
  let end = 0;
  for (const match of text.slice(0, open).matchAll(/(?<!^\s*\d+)[.!?…:][)"'”’*_]*(?=\s)|\n\s*\n/gm)) {
    end = match.index + match[0].length;
  }
  return end;
}
