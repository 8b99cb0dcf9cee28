/**
 * Puts a row of the route table on the app: who may call, ids, query and body are settled here, so that a handler
 * starts with values that are what their types say, and answers with a value. `mount` is for signed-in users,
 * `mountPublic` for everybody (and the refresh cookie), `mountTicket` for addresses that browsers open as WebSockets.
 */
import type { Context } from 'hono';
import type { StatusCode } from 'hono/utils/http-status';
import type * as z from 'zod/mini';
import { Id } from '#shared/protocol/ids.ts';
import type { Route } from '#shared/protocol/route.ts';
import type { App, AppEnv } from '../app-env.ts';
import { authenticate, type Caller, type SessionCaller } from '../middleware/authenticate.ts';
import { MAX_BYTES, readJson } from '../middleware/body.ts';
import { burst } from '../middleware/bursts.ts';
import { isRefusal, problemResponse, refuse, type Refusal } from '../middleware/problems.ts';
import { validate } from '../middleware/validate.ts';
import type { Services } from '../services.ts';

type ParamName<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamName<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

/** The ids in a path by name: `/x/:conversationId` gives `{ conversationId }`. */
export type Params<Path extends string> = { readonly [Name in ParamName<Path>]: string };

/** What a handler gets, all of it checked. */
export interface Call<Path extends string, Body, Query> {
  c: Context<AppEnv>;
  params: Params<Path>;
  body: Body;
  query: Query;
  services: Services;
}

/** What a handler gives back: the reply, a refusal, or a whole response (streams, upgrades, cookies). */
export type Answer<Reply> = Reply | Refusal | Response;

type Awaitable<Value> = Value | Promise<Value>;
type ReplyOf<Reply extends z.ZodMiniType> =
  undefined extends z.infer<Reply> ? z.infer<Reply> | void : z.infer<Reply>;

export interface MountOptions {
  /** Largest body in bytes; 1 MiB unless given. */
  maxBytes?: number;
}

/** What people send about their accounts is short; anybody may send it, so little of it is read. */
const SMALL_BYTES = 32 * 1024;

const isId = (text: string): boolean => Id.safeParse(text).success;

function paramsOf<Path extends string>(c: Context<AppEnv>, path: Path): Params<Path> | null {
  const names = [...path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '');
  const pairs = names.map((name) => [name, c.req.param(name) ?? '']);
  if (!pairs.every(([, value]) => isId(value ?? ''))) return null;
  const params: Params<string> = Object.fromEntries(pairs);
  return params as Params<Path>;
}

async function inputOf(
  c: Context<AppEnv>,
  route: Route,
  maxBytes: number,
): Promise<{ ok: true; body: unknown; query: unknown } | { ok: false; refusal: Refusal }> {
  let query: unknown;
  if (route.query) {
    const given = Object.fromEntries(new URL(c.req.url).searchParams);
    if (route.access === 'ticket') delete given['ticket'];
    const checked = validate(route.query, given);
    if (!checked.ok) return { ok: false, refusal: refuse('bad_request', { errors: checked.errors }) };
    query = checked.value;
  }
  if (!route.body) return { ok: true, query, body: undefined };
  if (c.req.raw.body === null && route.body.safeParse(undefined).success)
    return { ok: true, query, body: undefined };
  const read = await readJson(c.req.raw, maxBytes);
  if (!read.ok) return read;
  const checked = validate(route.body, read.value);
  if (!checked.ok) return { ok: false, refusal: refuse('bad_request', { errors: checked.errors }) };
  return { ok: true, query, body: checked.value };
}

function respond(c: Context<AppEnv>, route: Route, answer: unknown): Response {
  if (answer instanceof Response) return answer;
  if (isRefusal(answer)) return problemResponse(answer, c.get('requestId'));
  // Through the context, because cookies that a handler set are waiting there.
  const status = route.status as StatusCode;
  if (answer === undefined) return c.newResponse(null, status);
  return c.newResponse(JSON.stringify(answer), status, { 'content-type': 'application/json' });
}

/** Settles everything but the caller, then asks `handle`. */
async function serve<Path extends string>(
  c: Context<AppEnv>,
  route: Route<Path>,
  options: MountOptions,
  handle: (call: Call<Path, unknown, unknown>) => Awaitable<unknown>,
): Promise<Response> {
  const params = paramsOf(c, route.path);
  if (!params) return respond(c, route, refuse('not_found'));
  const input = await inputOf(c, route, options.maxBytes ?? MAX_BYTES);
  if (!input.ok) return respond(c, route, input.refusal);
  const { body, query } = input;
  return respond(c, route, await handle({ c, params, body, query, services: c.get('services') }));
}

function expectAccess(route: Route, ...allowed: ReadonlyArray<Route['access']>): void {
  if (!allowed.includes(route.access))
    throw new Error(`${route.method} ${route.path} is for ${route.access}: mount it as such`);
}

/** Mounts a route of signed-in users; `user` is who calls. */
export function mount<
  Path extends string,
  Body extends z.ZodMiniType,
  Query extends z.ZodMiniType,
  Reply extends z.ZodMiniType,
>(
  app: App,
  route: Route<Path, Body, Query, Reply>,
  handler: (
    call: Call<Path, z.infer<Body>, z.infer<Query>> & { user: Caller },
  ) => Awaitable<Answer<ReplyOf<Reply>>>,
  options: MountOptions = {},
): void {
  expectAccess(route, 'user');
  app.on(route.method, route.path, async (c) => {
    const known = await enter(c, route);
    if (!known.ok) return respond(c, route, known.refusal);
    return serve(c, route, options, async (call) => {
      // A body can be kept waiting for long: who calls is asked once more when it is there.
      const still = c.req.raw.body === null ? known : await authenticate(c, route.needs);
      return still.ok ? handler({ ...checked(call), user: still.caller }) : still.refusal;
    });
  });
}

/** Mounts a route that takes no API key: `user` has a session. */
export function mountSession<
  Path extends string,
  Body extends z.ZodMiniType,
  Query extends z.ZodMiniType,
  Reply extends z.ZodMiniType,
>(
  app: App,
  route: Route<Path, Body, Query, Reply>,
  handler: (
    call: Call<Path, z.infer<Body>, z.infer<Query>> & { user: SessionCaller },
  ) => Awaitable<Answer<ReplyOf<Reply>>>,
  options: MountOptions = {},
): void {
  mount(
    app,
    route,
    (call) => {
      const { sessionId } = call.user;
      return sessionId === null
        ? refuse('session_only')
        : handler({ ...call, user: { ...call.user, sessionId } });
    },
    { maxBytes: SMALL_BYTES, ...options },
  );
}

/** Who calls, if they may and did not call too often. */
async function enter(c: Context<AppEnv>, route: Route) {
  const known = await authenticate(c, route.needs);
  const tooMany = known.ok ? await burst(c, known.caller.id) : await burst(c, null);
  return tooMany ? { ok: false as const, refusal: tooMany } : known;
}

/** Mounts a route that needs no access token. */
export function mountPublic<
  Path extends string,
  Body extends z.ZodMiniType,
  Query extends z.ZodMiniType,
  Reply extends z.ZodMiniType,
>(
  app: App,
  route: Route<Path, Body, Query, Reply>,
  handler: (call: Call<Path, z.infer<Body>, z.infer<Query>>) => Awaitable<Answer<ReplyOf<Reply>>>,
  options: MountOptions = {},
): void {
  expectAccess(route, 'public', 'cookie');
  app.on(route.method, route.path, async (c) => {
    const tooMany = await burst(c, null);
    if (tooMany) return respond(c, route, tooMany);
    return serve(c, route, { maxBytes: SMALL_BYTES, ...options }, (call) => handler(checked(call)));
  });
}

/**
 * Mounts a route that takes an access token or, because a browser cannot send one with a WebSocket, a one-time
 * ticket in the query. With a ticket `user` is null: whoever issued it has to redeem it.
 */
export function mountTicket<
  Path extends string,
  Body extends z.ZodMiniType,
  Query extends z.ZodMiniType,
  Reply extends z.ZodMiniType,
>(
  app: App,
  route: Route<Path, Body, Query, Reply>,
  handler: (
    call: Call<Path, z.infer<Body>, z.infer<Query>> &
      ({ user: Caller; ticket: null } | { user: null; ticket: string }),
  ) => Awaitable<Answer<ReplyOf<Reply>>>,
): void {
  expectAccess(route, 'ticket');
  app.on(route.method, route.path, async (c) => {
    const ticket = c.req.query('ticket');
    if (ticket !== undefined) {
      const tooMany = await burst(c, null);
      if (tooMany) return respond(c, route, tooMany);
      return serve(c, route, {}, (call) => handler({ ...checked(call), user: null, ticket }));
    }
    const known = await enter(c, route);
    if (!known.ok) return respond(c, route, known.refusal);
    return serve(c, route, {}, (call) => handler({ ...checked(call), user: known.caller, ticket: null }));
  });
}

/** The one step from "parsed by this route's schemas" to their types: `inputOf` has just done the parsing. */
const checked = <Path extends string, Body, Query>(
  call: Call<Path, unknown, unknown>,
): Call<Path, Body, Query> => call as Call<Path, Body, Query>;

/** A reply that is JSON text already. */
export const json = (text: string): Response =>
  new Response(text, { headers: { 'content-type': 'application/json' } });
