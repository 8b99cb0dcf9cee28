/**
 * JSON as it comes over the wire: nothing is trusted before it was looked at. Two ways to write it down again:
 * in the order it came (what the prompt cache sees) and with sorted keys (what a signature covers).
 */
export type JsonObject = { readonly [key: string]: unknown };

/** Tells a JSON object from arrays, null and scalars. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Tells an array, with its members still unknown (`Array.isArray` alone would call them `any`). */
export function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** The same object without the named keys; the order of the others stays. */
export function without(object: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

/** JSON text in which two objects that differ only in the order of their keys look the same. */
export function canonical(value: unknown): string {
  if (isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (isObject(value)) {
    const members = Object.keys(value)
      .toSorted()
      .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** Parses JSON text; `undefined` where it is not JSON (which no JSON text can mean). */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
