/** The addresses that a mail leads to, as they stand in its text and in its HTML. Pure. */

const WEB_ADDRESS = /https?:\/\/[^\s<>"']+/g;
const HREF = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')/gi;
const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/** Each http(s) address once, in the order they come: text first. */
export function linksOf({ text = '', html = '' }: { text?: string; html?: string }): string[] {
  const inText = splitAtLinks(text).flatMap(({ link }) => (link === undefined ? [] : [link]));
  const inHtml = [...html.matchAll(HREF)]
    .map(([, double, single]) => unescape(double ?? single ?? ''))
    .filter((href) => /^https?:\/\//.test(href));
  return [...new Set([...inText, ...inHtml])];
}

/** A text as pieces, each a link or the words between two of them. */
export function splitAtLinks(text: string): { words: string; link?: string }[] {
  const pieces: { words: string; link?: string }[] = [];
  let from = 0;
  for (const match of text.matchAll(WEB_ADDRESS)) {
    // The full stop that ends a sentence is not part of the address before it.
    const link = match[0].replace(/[.,;:!?)\]]+$/, '');
    pieces.push({ words: text.slice(from, match.index) }, { words: link, link });
    from = match.index + link.length;
  }
  pieces.push({ words: text.slice(from) });
  return pieces.filter(({ words }) => words !== '');
}

const unescape = (text: string): string =>
  text.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
