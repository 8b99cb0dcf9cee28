/**
 * Reads the inside of a paragraph: emphasis by CommonMark's delimiter rule (spec 0.31, "process emphasis"),
 * code spans, links, autolinks, strikethrough, breaks, escapes and entities. Images become links: nothing is ever
 * loaded from elsewhere. Every scan is bounded, so that no text can hang the page.
 */
import type { Inline } from './ast.ts';
import { pairRuns, type Part, push, readRun } from './emphasis.ts';
import { safeHref } from './safe-href.ts';

/** A destination in angle brackets or bare (with one level of parentheses), and an optional title. */
const TARGET =
  /\(\s*(?:<([^<>\n]{0,1000})>|((?:[^\s()\\]|\\.|\([^\s()]{0,500}\)){0,1000}))(?:\s+"[^"]{0,500}")?\s*\)/y;
const ANGLE = /<((?:https?:\/\/|mailto:)[^\s<>]{1,1000}|[^\s<>@]{1,64}@[\w.-]{1,250})>/y;
const BARE = /(?:https?:\/\/|www\.)[^\s<]{1,1000}/y;
const ENTITY = /&(?:#(x?)([\da-f]{1,7})|(amp|lt|gt|quot|nbsp));/iy;
const ESCAPE = /\\([!-/:-@[-`{-~])/y;
const LINE_END = /\\?\n/y;
const TICKS = /`+/y;
const OPENING = /!?\[/y;
const RUN = /(\*+|_+|~+)/y;
const PLAIN = /[^\\`*_~[\]!<&\nhw]+/y;

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: '\u00a0' };

/** The character of an entity; one that does not exist is the replacement character. */
const decode = (_: string, hex: string, digits: string, name: string): string => {
  const code = Number.parseInt(digits, hex ? 16 : 10);
  return name
    ? (NAMED[name.toLowerCase()] ?? '')
    : String.fromCodePoint(code > 0 && code <= 0x10ffff ? code : 0xfffd);
};
const unescape = (text: string) =>
  text.replace(new RegExp(ESCAPE, 'g'), '$1').replace(new RegExp(ENTITY, 'gi'), decode);

/** A link cannot stand in a link: the inner one becomes its text. */
const unlink = (nodes: Inline[]): Inline[] =>
  nodes.flatMap((node): Inline[] => {
    if (typeof node === 'string' || !('children' in node)) return [node];
    const children = unlink(node.children);
    return node.type === 'link' ? children : [{ ...node, children }];
  });

const textOf = (nodes: Inline[]): string =>
  nodes
    .map((node) => {
      if (typeof node === 'string') return node;
      return 'children' in node ? textOf(node.children) : 'text' in node ? node.text : ' ';
    })
    .join('');

/** Reads one run of text into nodes. Pure; linear in the length of the text. */
export function parseInline(text: string): Inline[] {
  const parts: Part[] = [];
  const brackets: Array<{ image: boolean; at: number }> = [];
  /** Lengths of backtick runs that were found to have no partner further on. */
  const lonely = new Set<number>();
  let index = 0;
  /** Brackets below this position hold a link already, so they cannot become one. */
  let inLink = 0;
  /** What the last look found, with its groups. */
  let found: ReadonlyArray<string | undefined> = [];

  const see = (pattern: RegExp, from = index): string => {
    pattern.lastIndex = from;
    found = pattern.exec(text) ?? [];
    return found[0] ?? '';
  };
  const take = (part: Part, length: number) => {
    push(parts, part);
    index += length;
  };
  const link = (address: string, children: Inline[], source: string) => {
    const href = safeHref(address);
    take(href && children.length > 0 ? { type: 'link', href, children } : source, source.length);
  };

  const open = (source: string) => {
    // Parts of their own, so that a bracket that turns out to be text keeps its place.
    parts.push(source, '');
    brackets.push({ image: source !== '[', at: parts.length - 1 });
    index += source.length;
  };
  const close = () => {
    const bracket = brackets.pop();
    const dead = brackets.length < inLink && !bracket?.image;
    inLink = Math.min(inLink, brackets.length);
    const target = bracket && !dead ? see(TARGET, index + 1) : '';
    if (!bracket || !target) return take(']', 1);
    index += target.length + 1;
    const inside = unlink(pairRuns(parts.splice(bracket.at)));
    parts.pop();
    const href = safeHref(unescape(found[1] ?? found[2] ?? ''));
    const children = bracket.image ? [textOf(inside) || 'image'] : inside;
    if (href && children.length > 0) push(parts, { type: 'link', href, children });
    else for (const child of children) push(parts, child);
    if (!bracket.image) inLink = brackets.length;
  };
  const code = (fence: string) => {
    let from = index + fence.length;
    while (!lonely.has(fence.length)) {
      const end = text.indexOf(fence, from);
      const run = end < 0 ? '' : see(TICKS, end);
      if (!run) lonely.add(fence.length);
      else if (run === fence) {
        const inner = text.slice(index + fence.length, end).replace(/\n/g, ' ');
        const bare = /^ .*[^ ].* $/.test(inner) ? inner.slice(1, -1) : inner;
        return take({ type: 'code', text: bare }, end + fence.length - index);
      } else from = end + run.length;
    }
    take(fence, fence.length);
  };
  const lineEnd = (length: number) => {
    const last = parts.length - 1;
    const before = parts[last];
    const hard = length > 1 || (typeof before === 'string' && before.endsWith('  '));
    if (typeof before === 'string') parts[last] = before.replace(/ +$/, '');
    take(hard ? { type: 'break' } : '\n', length);
    while (text[index] === ' ') index += 1;
  };
  const other = (char: string) => {
    if (char === ']') return close();
    const angle = see(ANGLE);
    const [, address = ''] = found;
    if (angle)
      return link(/^(?:https?|mailto):/i.test(address) ? address : `mailto:${address}`, [address], angle);
    const entity = see(ENTITY);
    if (entity) return take(decode(entity, found[1] ?? '', found[2] ?? '', found[3] ?? ''), entity.length);
    const url = /[\w/@.-]/.test(text[index - 1] ?? '') ? '' : see(BARE);
    if (url) bare(url);
    else take(char, 1);
  };
  const bare = (source: string) => {
    let url = source.replace(/[?!.,:;*_~'"\]]+$/, '');
    while (url.endsWith(')') && url.split(')').length > url.split('(').length) url = url.slice(0, -1);
    link(url.startsWith('www.') ? `https://${url}` : url, [url], url);
  };

  while (index < text.length) {
    const char = text[index] ?? '';
    const now = see(PLAIN) || see(ESCAPE) || see(LINE_END) || see(TICKS) || see(OPENING) || see(RUN);
    const [, one = ''] = found;
    if (!now) other(char);
    else if (char === '\\' && one) take(one, 2);
    else if (now.endsWith('\n')) lineEnd(now.length);
    else if (char === '`') code(now);
    else if (now.endsWith('[')) open(now);
    else take(one ? readRun(text, index) : now, now.length);
  }
  return pairRuns(parts);
}
