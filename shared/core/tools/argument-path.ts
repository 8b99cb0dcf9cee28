/** Dotted paths into the arguments of a call, and the argument among them that is ours. */

type Input = Readonly<Record<string, unknown>>;

/**
 * What stands at a path; undefined when there is nothing. Only what the call itself carries: an array has its indexes
 * and no `length`, an object nothing inherited.
 */
export function valueAt(input: Input, path: string): unknown {
  let at: unknown = input;
  for (const part of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.prototype.propertyIsEnumerable.call(at, part))
      return undefined;
    at = (at as Input)[part];
  }
  return at;
}

/**
 * The argument that carries our idempotency key: it has the id of the call, which no model knows. Null when there is
 * none. It is another one each time, so that no bound of a rule can speak of it.
 */
export const ownKeyIn = ({ input, callId }: { input: Input; callId: string }): string | null =>
  Object.keys(input).find((name) => /^idempotency_?key$/i.test(name) && input[name] === callId) ?? null;
