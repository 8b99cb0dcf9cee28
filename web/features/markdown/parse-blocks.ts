/**
 * Reads a Markdown text into blocks (CommonMark's structure with GitHub's tables and tasks, without HTML blocks and
 * reference definitions). Containers are read by cutting their prefix off each line and reading the rest again.
 */
import type { Align, Block, ListItem } from './ast.ts';

const FENCE = /^( {0,3})(`{3,}(?=[^`]*$)|~{3,})\s*([^\s`]*)/;
const HEADING = /^ {0,3}(#{1,6})(?=[ \t]|$)/;
const RULE = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const UNDERLINE = /^ {0,3}(=+|-+)[ \t]*$/;
const QUOTE = /^ {0,3}> ?/;
const MARKER = /^( {0,3})([-+*]|(\d{1,9})[.)])(?:([ \t]+)(.*)|)$/;
const DELIMITERS = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?$/;
const TASK = /^\[([ xX])\][ \t]+/;
/** Quotes and lists nested deeper than this are read as paragraphs: recursion must end. */
const DEEPEST = 12;

const blank = (line: string | undefined) => line === undefined || line.trim() === '';
const leadOf = (line: string) => line.slice(0, line.length - line.trimStart().length);
/** Columns of white space at the start; a tab counts four. Tabs stay in the text: code is copied as it was written. */
const indentOf = (line: string) => leadOf(line).replaceAll('\t', '    ').length;
/** The line without its first columns of white space, at most `columns`. */
function cut(line: string, columns: number): string {
  const lead = leadOf(line);
  const rest = line.slice(lead.length);
  if (!lead.slice(0, columns).includes('\t')) return lead.slice(columns) + rest;
  return lead.replaceAll('\t', '    ').slice(columns) + rest;
}

/** The cells of one row. A pipe in a code span or after a backslash does not separate. */
function cellsOf(line: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let tick = false;
  const inner = line.trim().replace(/^\|/, '');
  for (let index = 0; index < inner.length; index += 1) {
    const char = inner[index] ?? '';
    if (char === '\\' && inner[index + 1] === '|') {
      cell += '|';
      index += 1;
    } else if (char === '|' && !(tick && inner.includes('`', index))) {
      cells.push(cell.trim());
      cell = '';
    } else {
      if (char === '`') tick = !tick;
      cell += char;
    }
  }
  if (cell.trim() !== '') cells.push(cell.trim());
  return cells;
}

const alignOf = (cell: string): Align =>
  cell.startsWith(':') ? (cell.endsWith(':') ? 'center' : 'left') : cell.endsWith(':') ? 'right' : null;

/** True when the line ends a paragraph although no blank line stands between. */
function interrupts(line: string): boolean {
  if (HEADING.test(line) || FENCE.test(line) || QUOTE.test(line) || RULE.test(line)) return true;
  const marker = MARKER.exec(line);
  return marker !== null && !blank(marker[5]) && (marker[3] === undefined || marker[3] === '1');
}

/** A block and the number of lines it took. */
type Read = { block: Block; used: number };

function readFence(
  lines: string[],
  from: number,
  [, indent = '', fence = '', lang = '']: RegExpExecArray,
): Read {
  const end = new RegExp(`^ {0,3}\\${fence[0]}{${fence.length},}[ \\t]*$`);
  let index = from + 1;
  while (index < lines.length && !end.test(lines[index] ?? '')) index += 1;
  const text = lines.slice(from + 1, index).map((line) => cut(line, Math.min(indent.length, indentOf(line))));
  return { block: { type: 'code', lang, text: text.join('\n') }, used: index - from + 1 };
}

function readIndented(lines: string[], from: number): Read {
  let end = from;
  for (let index = from; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (!blank(line) && indentOf(line) >= 4) end = index + 1;
    else if (!blank(line)) break;
  }
  const text = lines.slice(from, end).map((line) => cut(line, 4));
  return { block: { type: 'code', lang: '', text: text.join('\n') }, used: end - from };
}

function readQuote(lines: string[], from: number, depth: number): Read {
  const inner: string[] = [];
  let index = from;
  for (; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const lazy = !blank(inner.at(-1)) && !blank(line) && !interrupts(line) && !FENCE.test(inner.at(-1) ?? '');
    if (QUOTE.test(line)) inner.push(line.replace(QUOTE, ''));
    else if (index > from && lazy) inner.push(line);
    else break;
  }
  return { block: { type: 'quote', blocks: readBlocks(inner, depth + 1) }, used: index - from };
}

function readTable(lines: string[], from: number): Read | null {
  const next = lines[from + 1] ?? '';
  if (!DELIMITERS.test(next.trim()) || !/[|:]/.test(next + (lines[from] ?? ''))) return null;
  const head = cellsOf(lines[from] ?? '');
  const align = cellsOf(next).map(alignOf);
  if (head.length !== align.length || (head.length === 1 && !(lines[from] ?? '').includes('|'))) return null;
  const rows: string[][] = [];
  let index = from + 2;
  for (; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (blank(line) || interrupts(line)) break;
    const cells = cellsOf(line);
    rows.push(head.map((_, column) => cells[column] ?? ''));
  }
  return { block: { type: 'table', align, head, rows }, used: index - from };
}

function readList(lines: string[], from: number, first: RegExpExecArray, depth: number): Read {
  const kind = (marker: RegExpExecArray) => marker[2]?.at(-1);
  const items: ListItem[] = [];
  let loose = false;
  let index = from;
  let marker: RegExpExecArray | null = first;
  while (marker && kind(marker) === kind(first)) {
    const gap = marker[4] ?? ' ';
    const wide = gap.length > 4 ? 1 : gap.includes('\t') ? 1 : gap.length;
    const offset = (marker[1] ?? '').length + (marker[2] ?? '').length + wide;
    const inner = [gap.length > 4 ? gap.slice(1) + (marker[5] ?? '') : (marker[5] ?? '')];
    let fenced = FENCE.test(inner[0] ?? '');
    index += 1;
    for (; index < lines.length; index += 1) {
      const line = lines[index] ?? '';
      if (blank(line)) {
        // An item that starts with an empty line ends at the next one.
        if (inner.length === 1 && blank(inner[0])) break;
        inner.push('');
      } else if (indentOf(line) >= offset) {
        inner.push(cut(line, offset));
        if (FENCE.test(inner.at(-1) ?? '')) fenced = !fenced;
      } else if (!fenced && !blank(inner.at(-1)) && !interrupts(line) && !MARKER.test(line)) {
        inner.push(line.trimStart());
      } else break;
    }
    const next = MARKER.exec(lines[index] ?? '');
    marker = next && !RULE.test(lines[index] ?? '') ? next : null;
    let gapAfter = false;
    while (inner.length > 1 && blank(inner.at(-1))) {
      inner.pop();
      gapAfter = true;
    }
    const task = TASK.exec(inner[0] ?? '');
    if (task) inner[0] = (inner[0] ?? '').slice(task[0].length);
    const blocks = readBlocks(inner, depth + 1);
    loose ||=
      (blocks.length > 1 && hasGap(inner)) || (gapAfter && marker !== null && kind(marker) === kind(first));
    items.push({ checked: task ? task[1] !== ' ' : null, blocks });
  }
  const start = first[3] === undefined ? null : Number(first[3]);
  return { block: { type: 'list', start, loose, items }, used: index - from };
}

/** Whether a blank line stands between two blocks of the item itself, not inside its nested list or code. */
const hasGap = (lines: string[]) =>
  lines.some((line, index) => blank(lines[index - 1]) && index > 0 && /^\S/.test(line) && !MARKER.test(line));

function readParagraph(lines: string[], from: number): Read {
  let index = from;
  for (; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (index > from) {
      const underline = UNDERLINE.exec(line);
      if (underline) {
        const text = textOf(lines, from, index);
        const level = underline[1]?.startsWith('=') ? 1 : 2;
        return { block: { type: 'heading', level, text }, used: index - from + 1 };
      }
      if (blank(line) || interrupts(line) || readTable(lines, index)) break;
    }
  }
  return { block: { type: 'paragraph', text: textOf(lines, from, index) }, used: index - from };
}

const textOf = (lines: string[], from: number, to: number) =>
  lines
    .slice(from, to)
    .map((line) => line.trimStart())
    .join('\n')
    .trimEnd();

function readBlock(lines: string[], from: number, depth: number): Read {
  const line = lines[from] ?? '';
  const fence = FENCE.exec(line);
  if (fence) return readFence(lines, from, fence);
  if (indentOf(line) >= 4) return readIndented(lines, from);
  const heading = HEADING.exec(line);
  if (heading) {
    const text = line
      .slice(heading[0].length)
      .trim()
      .replace(/(?:^|[ \t])#+$/, '')
      .trim();
    return { block: { type: 'heading', level: heading[1]?.length ?? 1, text }, used: 1 };
  }
  if (RULE.test(line)) return { block: { type: 'rule' }, used: 1 };
  if (depth < DEEPEST) {
    if (QUOTE.test(line)) return readQuote(lines, from, depth);
    const marker = MARKER.exec(line);
    if (marker) return readList(lines, from, marker, depth);
  }
  return readTable(lines, from) ?? readParagraph(lines, from);
}

/** Reads lines into blocks, telling for each on which line it starts. */
export function readBlocksAt(lines: string[], depth = 0): Array<{ block: Block; line: number }> {
  const found: Array<{ block: Block; line: number }> = [];
  for (let index = 0; index < lines.length;) {
    if (blank(lines[index])) index += 1;
    else {
      const { block, used } = readBlock(lines, index, depth);
      found.push({ block, line: index });
      index += used;
    }
  }
  return found;
}

const readBlocks = (lines: string[], depth: number) => readBlocksAt(lines, depth).map(({ block }) => block);

/** The lines of a text, whatever ends them. */
export const linesOf = (text: string) => text.split(/\r\n?|\n/);

/** Reads a whole Markdown text. Pure. */
export const parseBlocks = (text: string): Block[] => readBlocks(linesOf(text), 0);
