/** Emphasis by CommonMark's delimiter rule (spec 0.31, "process emphasis"), with GitHub's strikethrough. */
import type { Inline } from './ast.ts';

/** A run of stars, underscores or tildes that may open or close. */
interface Run {
  char: string;
  count: number;
  opens: boolean;
  closes: boolean;
}
export type Part = Inline | Run;

const isRun = (part: Part): part is Run => typeof part === 'object' && 'char' in part;

/** Deeper emphasis than this is somebody testing us; a tree of any depth would overflow the stack when drawn. */
const DEEPEST = 24;
const PUNCTUATION = /[\p{P}\p{S}]/u;
const SPACE = /\s/;

/** Appends, joining neighbouring texts so that the tree stays small. */
export function push<Kind extends Part>(parts: Array<Kind | string>, part: Kind | string): void {
  const last = parts.length - 1;
  const before = parts[last];
  if (typeof part === 'string' && typeof before === 'string') parts[last] = before + part;
  else if (part !== '') parts.push(part);
}

/** The run of one character that starts at `index`; a plain string when it can neither open nor close. */
export function readRun(text: string, index: number): Part {
  const char = text[index] ?? '';
  let end = index;
  while (text[end] === char) end += 1;
  const count = end - index;
  const before = text[index - 1] ?? ' ';
  const after = text[end] ?? ' ';
  const left =
    !SPACE.test(after) && (!PUNCTUATION.test(after) || SPACE.test(before) || PUNCTUATION.test(before));
  const right =
    !SPACE.test(before) && (!PUNCTUATION.test(before) || SPACE.test(after) || PUNCTUATION.test(after));
  const opens = left && (char !== '_' || !right || PUNCTUATION.test(before));
  const closes = right && (char !== '_' || !left || PUNCTUATION.test(after));
  const inert = (!opens && !closes) || (char === '~' && count > 2);
  return inert ? char.repeat(count) : { char, count, opens, closes };
}

/** What is left of the runs is text. */
function plain(parts: Part[]): Inline[] {
  const flat: Inline[] = [];
  for (const part of parts) push(flat, isRun(part) ? part.char.repeat(part.count) : part);
  return flat;
}

/** Pairs runs into emphasis; what stays unpaired is text. */
export function pairRuns(parts: Part[]): Inline[] {
  const out: Part[] = [];
  /** Below this index there is no opener for a closer of that kind: keeps the search linear. */
  const bottoms = new Map<string, number>();
  const depths = new WeakMap<object, number>();
  const depthOf = (node: Inline) => (typeof node === 'object' ? (depths.get(node) ?? 0) : 0);

  /** Where the opener for this closer stands in `out`, or -1. */
  const openerFor = (closer: Run, bottom: number) => {
    for (let index = out.length - 1; index >= bottom; index -= 1) {
      const opener = out[index];
      if (!opener || !isRun(opener) || opener.char !== closer.char || !opener.opens) continue;
      const both = opener.closes || closer.opens;
      if (both && (opener.count + closer.count) % 3 === 0 && closer.count % 3 !== 0) continue;
      if (closer.char !== '~' || opener.count === closer.count) return index;
    }
    return -1;
  };

  for (const part of parts) {
    if (!isRun(part)) {
      push(out, part);
      continue;
    }
    const closer = { ...part };
    while (closer.closes && closer.count > 0) {
      const kind = `${closer.char}${closer.opens}${closer.count % 3}`;
      const index = openerFor(closer, bottoms.get(kind) ?? 0);
      const opener = out[index];
      if (!opener || !isRun(opener)) {
        bottoms.set(kind, out.length);
        break;
      }
      for (const [key, bottom] of bottoms) bottoms.set(key, Math.min(bottom, index));
      const used = opener.count > 1 && closer.count > 1 ? 2 : 1;
      const children = plain(out.splice(index + 1));
      opener.count -= used;
      closer.count -= used;
      if (opener.count === 0) out.pop();
      const depth = children.reduce((deepest, child) => Math.max(deepest, depthOf(child)), 0) + 1;
      const type = closer.char === '~' ? 'del' : used > 1 ? 'strong' : 'em';
      const nodes: Inline[] = depth > DEEPEST ? children : [{ type, children }];
      for (const node of nodes) {
        push(out, node);
        if (typeof node === 'object') depths.set(node, depth);
      }
    }
    if (closer.count > 0) push(out, closer.opens ? closer : closer.char.repeat(closer.count));
  }
  return plain(out);
}
