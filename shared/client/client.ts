/**
 * The API client over the one table of routes: types, addresses and the parsing of replies all come from it. At run
 * time it carries only the callers' half, and of that the part it is given (`calls.ts`, `account-calls.ts`). Knows
 * nothing of sessions (it is given tokens), of caching or of retries.
 */
import type * as z from 'zod/mini';
import { Problem } from '#shared/protocol/problem.ts';
import type { Call } from '#shared/protocol/call.ts';
import type { RouteName, routes } from '#shared/protocol/routes.ts';
import { ProblemError } from './problem-error.ts';

type Table = typeof routes;
type ParamNames<Path> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamNames<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;
type Part<Name extends RouteName, Key extends 'body' | 'query' | 'reply'> = NonNullable<Table[Name][Key]>;
type In<Schema> = Schema extends z.ZodMiniType<undefined> ? undefined : z.input<Schema & z.ZodMiniType>;
type Asked<Key extends string, Value> = Value extends undefined
  ? { [K in Key]?: never }
  : { [K in Key]: Value };
/** Numbers in a query are written out, so callers may give them as numbers. */
type Loose<Query> = {
  [K in keyof Query]: Query[K] extends string | undefined ? Query[K] | number : Query[K];
};

/** What a call to `Name` needs: path parameters, query and body, each only where the route has it. */
export type CallOptions<Name extends RouteName> = Asked<
  'params',
  [ParamNames<Table[Name]['path']>] extends [never]
    ? undefined
    : Record<ParamNames<Table[Name]['path']>, string>
> &
  Asked<'body', In<Part<Name, 'body'>>> & {
    query?: In<Part<Name, 'query'>> extends undefined ? never : Loose<In<Part<Name, 'query'>>>;
    signal?: AbortSignal;
    /** Names the act: the same request with the same key is done once, and answered as it was the first time. */
    key?: string;
  };
export type ReplyOf<Name extends RouteName> = z.output<Part<Name, 'reply'>>;

type Rest<Name extends RouteName> =
  Record<string, never> extends CallOptions<Name>
    ? [options?: CallOptions<Name>]
    : [options: CallOptions<Name>];

export interface ClientSettings {
  /** Where the app is, without a slash at the end; empty for the page's own origin. */
  baseUrl: string;
  fetch: typeof globalThis.fetch;
  /** The bearer token to use now, or null to go without. */
  getAccessToken: () => Promise<string | null> | string | null;
  /** A 401 came back for `used`: a fresh token to repeat the call with once, or null to give up. */
  onUnauthorized?: (used: string | null) => Promise<string | null>;
}

/** Rows of the route table by name. */
export type Calls = { readonly [Name in RouteName]?: Call };

export interface Client<Known extends RouteName> {
  /**
   * Calls one route and returns its parsed reply (undefined where it has none).
   * Throws `ProblemError` for every refusal and for a network failure (`offline`); an abort stays an `AbortError`.
   */
  call<Name extends Known>(name: Name, ...rest: Rest<Name>): Promise<ReplyOf<Name>>;
}

interface Loosely {
  params?: Record<string, string>;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  signal?: AbortSignal;
  key?: string;
}

/** The path and query of a route, everything escaped. Throws when a path parameter is missing. */
export function addressOf(call: Call, { params = {}, query = {} }: Loosely = {}): string {
  const path = call.path.replace(/:(\w+)/g, (_, key: string) => {
    const value = params[key];
    if (!value) throw new TypeError(`${call.path} needs ${key}`);
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value));
  return search.size ? `${path}?${search}` : path;
}

/** A 401 that is not about the token: repeated with another one, a wrong password would count as two. */
const PROOFS: ReadonlySet<string> = new Set(['bad_credentials', 'passkey_refused']);

async function refusal(response: Response): Promise<ProblemError> {
  const seconds = Number(response.headers.get('retry-after'));
  const retryAfter = seconds > 0 ? seconds : null;
  const problem = Problem.safeParse(await response.json().catch(() => null));
  if (problem.success) return new ProblemError(problem.data, { retryAfter });
  return badReply(response.status, retryAfter);
}

const badReply = (status: number, retryAfter: number | null, cause?: unknown) =>
  new ProblemError(
    { code: 'bad_reply', status, title: 'The answer could not be read.' },
    { retryAfter, cause },
  );

/** Makes a client for these calls. Every call is independent: nothing is kept between two of them. */
export function createClient<Table extends Calls>(
  calls: Table,
  { baseUrl, fetch, getAccessToken, onUnauthorized }: ClientSettings,
): Client<keyof Table & RouteName> {
  const ask = async (route: Call, address: string, { body, signal, key }: Loosely, token: string | null) => {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (token) headers['authorization'] = `Bearer ${token}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (key !== undefined) headers['idempotency-key'] = key;
    try {
      return await fetch(baseUrl + address, {
        method: route.method,
        headers,
        body: body === undefined ? null : JSON.stringify(body),
        signal: signal ?? null,
      });
    } catch (cause) {
      if (signal?.aborted) throw cause;
      throw new ProblemError({ code: 'offline', status: 0, title: 'The server did not answer.' }, { cause });
    }
  };

  return {
    async call(name, ...[options]) {
      const route: Call | undefined = calls[name];
      if (!route) throw new TypeError(`${name} is not a call of this client`);
      const given = (options ?? {}) as Loosely;
      const address = addressOf(route, given);
      const bearer = route.access === 'user' || route.access === 'ticket';
      const token = bearer ? await getAccessToken() : null;
      let response = await ask(route, address, given, token);
      if (response.status === 401 && bearer && onUnauthorized) {
        const refused = await refusal(response);
        const fresh = PROOFS.has(refused.code) ? null : await onUnauthorized(token);
        if (!fresh) throw refused;
        response = await ask(route, address, given, fresh);
      }
      if (!response.ok) throw await refusal(response);
      if (!route.reply) return undefined as never;
      const json: unknown = await response.json().catch((cause: unknown) => {
        if (given.signal?.aborted) throw cause;
        throw badReply(response.status, null, cause);
      });
      const reply = route.reply.safeParse(json);
      if (!reply.success) throw badReply(response.status, null, reply.error);
      return reply.data as never;
    },
  };
}
