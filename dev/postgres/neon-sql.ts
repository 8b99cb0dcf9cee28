/** Runs what came over Neon's HTTP protocol on a real Postgres, with a pool for each database. */
import { Pool, type PoolClient, type QueryArrayConfig } from 'pg';
import {
  beginStatement,
  SqlHeaders,
  SqlRequest,
  toErrorReply,
  toReply,
  toText,
  type Query,
} from './neon-values.ts';
import * as z from 'zod/mini';

/** An HTTP answer before it is written. */
export interface SqlAnswer {
  readonly status: number;
  readonly body: object;
}

const asText = { getTypeParser: () => (value: string | Buffer) => value };

/** The statements of one front. */
export class NeonSql {
  readonly #port: number;
  readonly #pools = new Map<string, Pool>();

  constructor(postgresPort: number) {
    this.#port = postgresPort;
  }

  /** Answers a request: 200 with the results, 400 with Postgres' error. Never throws. */
  async answer(rawHeaders: unknown, body: string): Promise<SqlAnswer> {
    let client: PoolClient | undefined;
    try {
      const headers = z.parse(SqlHeaders, rawHeaders);
      const request = z.parse(SqlRequest, JSON.parse(body));
      client = await this.#pool(headers['neon-connection-string']).connect();
      const reply = await run(client, request, headers);
      client.release();
      return { status: 200, body: reply };
    } catch (error) {
      client?.release(true); // as Neon's proxy does: after an error the connection is not used again
      return { status: 400, body: toErrorReply(error) };
    }
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.map((pool) => pool.end()));
  }

  #pool(connectionString: string): Pool {
    const url = new URL(connectionString);
    const key = `${url.username}:${url.password}${url.pathname}`;
    const known = this.#pools.get(key);
    if (known) return known;
    const pool = new Pool({
      host: '127.0.0.1',
      port: this.#port,
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      database: decodeURIComponent(url.pathname.slice(1)),
      max: 10,
    });
    pool.on('error', () => {}); // an idle connection broke; the pool makes a new one
    this.#pools.set(key, pool);
    return pool;
  }
}

async function run(
  client: PoolClient,
  request: z.infer<typeof SqlRequest>,
  headers: SqlHeaders,
): Promise<object> {
  const arrayMode = headers['neon-array-mode'] === 'true';
  if (!('queries' in request)) return runOne(client, request, arrayMode);
  await client.query(beginStatement(headers));
  const results: object[] = [];
  for (const query of request.queries) results.push(await runOne(client, query, arrayMode));
  await client.query('COMMIT');
  return { results };
}

async function runOne(client: PoolClient, query: Query, arrayMode: boolean): Promise<object> {
  const statement: QueryArrayConfig & { queryMode: 'extended' } = {
    text: query.query,
    values: (query.params ?? []).map(toText),
    rowMode: 'array',
    types: asText,
    queryMode: 'extended', // also without parameters: several statements in one text are refused, as on Neon
  };
  const result = await client.query<(string | null)[]>(statement);
  return toReply(result, query.arrayMode ?? arrayMode);
}
