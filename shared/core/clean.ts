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

/** The beginning of a text, as many units as may be; a character that is made of two is not cut through. */
export const cut = (text: string, most: number): string =>
  text.length <= most ? text : text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '');

/**
 * The same in JSON text that `JSON.stringify` wrote: it leaves whole pairs as they are, so that an escaped half is one that
 * stands alone. Looks at escapes one by one, because an escaped backslash may stand before a plain `ud800`.
 */
export const cleanJson = (json: string): string =>
  /\\u(?:0000|d[89a-f])/.test(json)
    ? json.replaceAll(/\\(?:u0000|ud[89a-f][0-9a-f]{2}|.)/gs, (escape) =>
        escape.length > 2 ? '\uFFFD' : escape,
      )
    : json;

/** Whether JSON text can hold one: only by an escape, because UTF-8 and JSON allow neither as it is. */
export const mayNeedCleaning = (json: string): boolean => /\\u(?:0000|d[89a-f])/i.test(json);
