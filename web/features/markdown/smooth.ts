/**
 * The unfinished end of a growing text, as it can be shown: a construct that is half written is shown as what it will
 * most likely become, so that nothing flips from stars to bold or from pipes to a table under the reader's eyes.
 */

/** The text as it can be shown now: what is ambiguous at its very end waits, what is open is closed. */
export function smooth(text: string): string {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  const fences = lines.filter((line) => /^\s*(?:`{3,}|~{3,})/.test(line)).length;
  const held = () => (lines.length ? `${lines.join('\n')}\n` : '');
  // Inside a code block only the closing fence can still surprise.
  if (fences % 2 === 1) return /^\s*[`~]+\s*$/.test(last) ? held() : text;
  if (/^\s*\|/.test(last)) return holdTable(lines, text, held());
  if (last === '' && /^\s*\|/.test(lines.at(-1) ?? '')) return holdTable(lines, text, text);
  // A line of marks alone may become a list, a heading, a rule, a fence, or turn the line before into a heading.
  if (/^\s*(?:[-+*]\s+)?(?:[-+*_=#>~`|]+[^\S\n]*|\d{1,9}[.)]?)$/.test(last)) return held();
  if (/^\s*(?:`{3,}|~{3,})/.test(last)) return held();
  return held() + closeInline(last);
}

/**
 * A table is shown with its whole head, and row by row: cells that grow would move every column. `rows` is what to show
 * once it is one.
 */
function holdTable(lines: string[], text: string, rows: string): string {
  let from = lines.length;
  while (from > 0 && /^\s*\|/.test(lines[from - 1] ?? '')) from -= 1;
  if (lines.length - from < 2) return `${lines.slice(0, from).join('\n')}\n`;
  return /^[\s|:-]+$/.test(lines[from + 1] ?? '') ? rows : text;
}

/** Closes code, links and emphasis that the line has opened and not closed yet. */
function closeInline(line: string): string {
  let text = line;
  let bare = '';
  let tick = '';
  for (const [piece] of line.matchAll(/`+|[^`]+/g)) {
    if (piece.startsWith('`')) tick = tick === piece ? '' : tick || piece;
    else if (!tick) bare += piece;
  }
  if (tick) return text.endsWith(tick) ? text.slice(0, -tick.length) : text + tick;
  text = text
    .replace(/!?\[([^\][\n]*)\]\((?:[^()\s]|\([^()\s]*\))*$/, '$1')
    .replace(/(^|[^\\])!?\[([^\][]*)$/, '$1$2');
  const open: string[] = [];
  for (const [run, index] of [...bare.matchAll(/\\.|\*+|_+|~~/gs)].map((m) => [m[0], m.index] as const)) {
    if (run.startsWith('\\')) continue;
    const before = bare[index - 1] ?? ' ';
    const after = bare[index + run.length] ?? ' ';
    const at = open.lastIndexOf(run);
    if (at >= 0 && !/\s/.test(before)) open.splice(at);
    else if (!/\s/.test(after) && !(run.startsWith('_') && /\w/.test(before))) open.push(run);
    else if (index + run.length === bare.length && text.endsWith(run)) {
      // An opener with nothing after it, or half of a closer.
      text = text.slice(0, -run.length);
    }
  }
  return text.trimEnd() + open.toReversed().join('');
}
