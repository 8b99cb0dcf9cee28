/** A row of the route table: a call, and what only the server and the documents need to know of it. */
import * as z from 'zod/mini';
import type { Call } from './call.ts';
import type { Scope } from './security.ts';

/**
 * What a bearer must have: an API key with this scope (a session has all of them), a session (`session`: no key is
 * taken), or a session whose user proved to be there in the last minutes (`confirmed`).
 */
export type Needs = Scope | 'session' | 'confirmed';

export interface Route<
  Path extends string = string,
  Body extends z.ZodMiniType = z.ZodMiniType,
  Query extends z.ZodMiniType = z.ZodMiniType,
  Reply extends z.ZodMiniType = z.ZodMiniType,
> extends Call<Path, Reply> {
  summary: string;
  needs: Needs;
  /** Takes an `Idempotency-Key`: the same request with the same key is one act, answered as it was the first time. */
  keyed?: true;
  /** The type of what comes back, where it is not JSON. */
  produces?: string;
  body?: Body;
  query?: Query;
}

/** Makes a row. Unless said otherwise reading needs `read` and everything else `write`. */
export const route = <
  const Path extends string,
  Reply extends z.ZodMiniType,
  Body extends z.ZodMiniType = z.ZodMiniType<undefined>,
  Query extends z.ZodMiniType = z.ZodMiniType<undefined>,
>(
  call: Call<Path, Reply>,
  more: { summary: string; needs?: Needs; keyed?: true; produces?: string; body?: Body; query?: Query },
): Route<Path, Body, Query, Reply> => ({
  needs: call.method === 'GET' ? 'read' : 'write',
  ...call,
  ...more,
});

/** A whole number in a query string. */
export const Count = (max: number) =>
  z.pipe(
    z.string().check(z.regex(/^\d{1,15}$/, 'must be a whole number')),
    z.pipe(z.transform(Number), z.number().check(z.maximum(max))),
  );

/** Where a log goes on. */
export const After = z.strictObject({ after: z.optional(Count(Number.MAX_SAFE_INTEGER)) });

/** Where a list goes on, and how many rows a page has. */
export const Paging = z.strictObject({
  cursor: z.optional(z.string().check(z.maxLength(200))),
  limit: z.optional(Count(200)),
});
