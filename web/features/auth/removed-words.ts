/** What a deletion removed, as lines of a list. The server counts by its own names; new ones read well enough. */

const words: Readonly<Record<string, string>> = {
  apiKeys: 'API keys',
  sessions: 'Devices signed out',
};

/** `newThing` and `new_thing` are both "New thing". */
function readable(name: string): string {
  const text = name
    .replace(/_/g, ' ')
    .replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** Names and counts in words, the largest first; what there was none of is left out. */
export const removedWords = (removed: Readonly<Record<string, number>>): Array<[string, string]> =>
  Object.entries(removed)
    .filter(([, count]) => count > 0)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => [words[name] ?? readable(name), count.toLocaleString()]);
