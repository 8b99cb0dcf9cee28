/**
 * The way to Neon: drizzle over its HTTP protocol. The only file that knows the driver. Each query is one fetch,
 * so it works in requests and alarms alike; `db.batch` is the transaction. A loopback host means the local front.
 */
import { neon, NeonDbError, neonConfig } from '@neondatabase/serverless';
import { drizzle } from 'drizzle-orm/neon-http';
import { isLoopback } from '#shared/core/settings/read.ts';
// oxlint-disable-next-line no-restricted-imports -- the driver reads the answer itself; the limit of time is below
import { wire } from '#shared/adapters/safe-fetch/wire.ts';
import { DatabaseFault, DatabaseUnavailable } from './faults.ts';

/** A query that takes longer has lost its reader: requests and alarms go on without it. */
const TIMEOUT_MS = 10_000;

const cloudEndpoint = neonConfig.fetchEndpoint;

neonConfig.fetchEndpoint = (host, port, options) => {
  if (isLoopback(host)) return `http://${host}:${port}/sql`;
  return typeof cloudEndpoint === 'string' ? cloudEndpoint : cloudEndpoint(host, port, options);
};
/** Reads to the end at once, so that a line that breaks in the middle counts as a failed call. */
async function fetchWhole(url: string, init: RequestInit): Promise<Response> {
  const response = await wire(url, init);
  return new Response(await response.arrayBuffer(), response);
}

neonConfig.fetchFunction = async (url: string, init: RequestInit) => {
  if (init.signal) return fetchWhole(url, init);
  // Not `AbortSignal.timeout`: a timer that is still running keeps an idle object in memory until it rings.
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), TIMEOUT_MS);
  try {
    return await fetchWhole(url, { ...init, signal: limit.signal });
  } finally {
    clearTimeout(timer);
  }
};

/** Connects to nothing yet: each query opens its own. `signal` bounds all queries of this handle. */
export function connect(url: string, signal?: AbortSignal) {
  return drizzle({ client: neon(url, signal ? { fetchOptions: { signal } } : {}) });
}

export type Database = ReturnType<typeof connect>;

/** SQLSTATE classes and codes that say "not now" rather than "not like this". */
const NOT_NOW = /^(?:08|28|3D|53|57P|58|F0|XX)|^(?:40001|40P01|55P03|57014)$/;

function faultOf(error: unknown): Error | null {
  // drizzle wraps what the driver threw, together with the statement and its values.
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    // A page of somebody in between, where the answer should have been.
    if (at instanceof SyntaxError) return new DatabaseUnavailable('bad_answer');
    if (!(at instanceof NeonDbError)) continue;
    const { code } = at;
    // No SQLSTATE: the answer did not come from Postgres but from the network or the proxy.
    if (!code) return new DatabaseUnavailable('unreachable');
    return NOT_NOW.test(code) ? new DatabaseUnavailable(code) : new DatabaseFault(code);
  }
  return null;
}

/** Waits for a query and turns what the driver throws into a typed fault without statement or values. */
export async function ask<Result>(query: PromiseLike<Result>): Promise<Result> {
  try {
    return await query;
  } catch (error) {
    throw faultOf(error) ?? error;
  }
}

/** Whether a statement was refused because something that must be unique is there already (SQLSTATE 23505). */
export const isUniqueViolation = (error: unknown): boolean =>
  error instanceof DatabaseFault && error.code === '23505';
