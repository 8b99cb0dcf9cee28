/** Which entries match what was typed, best first. */

/** How well a label matches: 3 it starts so, 2 a word does, 1 it holds it, 0 not at all. */
function score(label: string, typed: string): number {
  const text = label.toLocaleLowerCase();
  if (text.startsWith(typed)) return 3;
  const at = text.indexOf(typed);
  if (at < 0) return 0;
  return /[\s\p{P}]/u.test(text[at - 1] ?? '') ? 2 : 1;
}

/** The matching entries, best first; equal ones in the order given. Nothing typed: all of them. */
export function rank<Entry extends { label: string }>(typed: string, entries: Entry[]): Entry[] {
  const wanted = typed.trim().toLocaleLowerCase();
  if (!wanted) return entries;
  return entries
    .map((entry) => ({ entry, score: score(entry.label, wanted) }))
    .filter((match) => match.score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ entry }) => entry);
}
