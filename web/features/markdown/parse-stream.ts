/**
 * Reads a text that is still growing. Blocks that can no longer change keep their identity, so that only the last one
 * is drawn again.
 */
import type { Block } from './ast.ts';
import { linesOf, readBlocksAt } from './parse-blocks.ts';

export interface Parsed {
  text: string;
  live: boolean;
  blocks: ReadonlyArray<Block>;
  /** How many blocks cannot change any more. */
  settled: number;
  /** Where the text after them starts: from there on it is read again. */
  tail: number;
}

const nothing: Parsed = { text: '', live: false, blocks: [], settled: 0, tail: 0 };

/** What becomes of the unfinished end of a text. `smooth.ts` is put here when the first text begins to grow. */
export const smoothing = { of: (text: string): string => text };

/**
 * Reads `text`, taking over from `before` what cannot have changed. A new block can only grow out of the last one
 * (a paragraph turns into a heading or a table, a list goes on), so everything before it stays.
 * With `live`, the unfinished end is smoothed; without, the text is read exactly.
 */
export function parseNext(before: Parsed | null, text: string, live: boolean): Parsed {
  const same = live && before && text.startsWith(before.text) ? before : nothing;
  const rest = text.slice(same.tail);
  const settled = same.blocks.slice(0, same.settled);
  const found = readBlocksAt(linesOf(live ? smoothing.of(rest) : rest));
  const last = found.at(-1);
  return {
    text,
    live,
    blocks: [...settled, ...found.map(({ block }) => block)],
    settled: settled.length + Math.max(0, found.length - 1),
    tail: same.tail + (last ? offsetOf(rest, last.line) : 0),
  };
}

/** The position at which line number `line` starts. */
function offsetOf(text: string, line: number): number {
  let offset = 0;
  for (const end of text.matchAll(/\r\n?|\n/g)) {
    if (line === 0) break;
    line -= 1;
    offset = end.index + end[0].length;
  }
  return offset;
}
