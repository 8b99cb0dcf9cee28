/** Which words of two texts differ, so that a small change in a long description is seen. Pure. */

export interface Part {
  text: string;
  changed: boolean;
}

export interface Marked {
  before: Part[];
  after: Part[];
}

/** Cells of the table of common words; beyond it the middle counts as changed as a whole. */
const MOST_CELLS = 1_000_000;

/** Words and what stands between them. */
const tokensOf = (text: string): string[] => text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];

function add(parts: Part[], text: string, changed: boolean): void {
  const last = parts.at(-1);
  if (last?.changed === changed) last.text += text;
  else parts.push({ text, changed });
}

/** For each pair of starts how many tokens the rests have in common, in order; row by row. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint32Array {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const below = lengths[(i + 1) * width + j] ?? 0;
      const beside = lengths[i * width + j + 1] ?? 0;
      const both = lengths[(i + 1) * width + j + 1] ?? 0;
      lengths[i * width + j] = a[i] === b[j] ? both + 1 : Math.max(below, beside);
    }
  }
  return lengths;
}

/** Both texts in full, with what the other one does not have marked. */
export function wordsChanged(before: string, after: string): Marked {
  const a = tokensOf(before);
  const b = tokensOf(after);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const marked: Marked = { before: [], after: [] };
  const same = (tokens: readonly string[]) => {
    if (tokens.length === 0) return;
    add(marked.before, tokens.join(''), false);
    add(marked.after, tokens.join(''), false);
  };
  same(a.slice(0, start));
  middle(a.slice(start, a.length - end), b.slice(start, b.length - end), marked);
  same(a.slice(a.length - end));
  return marked;
}

function middle(a: readonly string[], b: readonly string[], marked: Marked): void {
  if (a.length * b.length > MOST_CELLS) {
    add(marked.before, a.join(''), true);
    add(marked.after, b.join(''), true);
    return;
  }
  const lengths = commonLengths(a, b);
  const width = b.length + 1;
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const left = a[i];
    const right = b[j];
    if (left !== undefined && left === right) {
      add(marked.before, left, false);
      add(marked.after, left, false);
      i += 1;
      j += 1;
    } else if (
      right === undefined ||
      (left !== undefined && (lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0))
    ) {
      add(marked.before, left ?? '', true);
      i += 1;
    } else {
      add(marked.after, right, true);
      j += 1;
    }
  }
}
