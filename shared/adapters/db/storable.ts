/**
 * What Postgres can hold of a text: no U+0000, no half of a surrogate pair. One such character in a message would
 * otherwise make its row fail for ever, and everything after it in the same queue.
 */

const cleanText = (text: string): string => text.toWellFormed().replaceAll('\u0000', '\uFFFD');

function clean(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [cleanText(key), clean(inner)]));
}

/** The same JSON value with every character that Postgres refuses replaced by U+FFFD. */
export const storable = <Value>(value: Value): Value => clean(value) as Value;
