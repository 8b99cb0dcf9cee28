/** What a conversation is called while it has no title yet. */

/** Its title, else its first words, else that it is new. */
export const titleOf = ({ title, preview }: { title: string | null; preview: string }): string =>
  title ?? (preview ? firstWords(preview) : 'New conversation');

/** The first words of a text, at most `max` characters, cut between two words. */
export function firstWords(text: string, max = 48): string {
  const line = text.trim().replace(/\s+/g, ' ');
  if (line.length <= max) return line;
  const cut = line.slice(0, max + 1);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), max / 2)).trim()}…`;
}

/** One line of Markdown without the marks that would only be noise in it. */
export const plainly = (line: string): string =>
  line.replace(/(^|\s)(?:#{1,6}|>|-)\s|^\*\s|(?<!\w)\*+(?=\w)|(?<=\w[.,:!?]?)\*+(?!\w)|`/g, '$1').trim();
