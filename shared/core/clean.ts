/**
 * What no text of ours may hold: U+0000 and halves of surrogate pairs. Postgres refuses both, so does the Messages
 * API: one such character would make a message fail for ever, and everything behind it in the same queue.
 */

const cleanText = (text: string): string => text.toWellFormed().replaceAll('\u0000', '\uFFFD');

function cleanValue(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [cleanText(key), cleanValue(inner)]));
}

/** The same JSON value with every such character replaced by U+FFFD, in keys too. */
export const clean = <Value>(value: Value): Value => cleanValue(value) as Value;

/** Whether JSON text can hold one: only by an escape, because UTF-8 and JSON allow neither as it is. */
export const mayNeedCleaning = (json: string): boolean => /\\u(?:0000|d[89a-f])/i.test(json);
