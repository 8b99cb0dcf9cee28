/**
 * Speaks Neon's two client protocols in front of a Postgres port, so that the Worker uses the same driver here and in
 * production: `POST /sql` (SQL over HTTP) and a WebSocket on `/v2` (Postgres' own protocol in frames).
 */
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { keepIdle } from '#dev/stand-in/node-server.ts';
import { NeonSql, type SqlAnswer } from './neon-sql.ts';

// Neon documents 64 MB for requests and for responses.
const LIMIT_BYTES = 64 * 1024 * 1024;

/** A listening front. */
export interface NeonFront {
  readonly port: number;
  /** Stops listening and cuts every connection, as if Neon were unreachable. */
  goDown(): Promise<void>;
  /** Listens again on the same port. */
  comeUp(): Promise<void>;
  /** `goDown` for good, with the connections to Postgres. */
  close(): Promise<void>;
}

/** Starts a front on 127.0.0.1. `port` 0 takes a free one. */
export async function startNeonFront(options: { postgresPort: number; port: number }): Promise<NeonFront> {
  const sql = new NeonSql(options.postgresPort);
  const server = http.createServer((request, response) => void respond(sql, request, response));
  keepIdle(server);
  const sockets = new WebSocketServer({ server, path: '/v2', perMessageDeflate: false });
  sockets.on('connection', (client) => bridge(client, options.postgresPort));

  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the front has no port');
    return address.port;
  };
  const goDown = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const client of sockets.clients) client.terminate();
    server.closeAllConnections();
    await closed;
  };
  const port = await listen(options.port);
  return {
    port,
    goDown,
    comeUp: async () => void (await listen(port)),
    async close() {
      if (server.listening) await goDown();
      await sql.close();
    },
  };
}

async function respond(
  sql: NeonSql,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  try {
    const { status, body } = await answer(sql, request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  } catch {
    response.destroy(); // the client went away while it was still sending
  }
}

async function answer(sql: NeonSql, request: http.IncomingMessage): Promise<SqlAnswer> {
  if (request.method !== 'POST' || request.url !== '/sql') {
    return {
      status: 404,
      body: { message: 'The stand-in for Neon answers POST /sql and WebSockets on /v2.' },
    };
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size <= LIMIT_BYTES) chunks.push(chunk);
  }
  if (size > LIMIT_BYTES) {
    return { status: 413, body: { message: `request is too large (max is ${LIMIT_BYTES} bytes)` } };
  }
  return sql.answer(request.headers, Buffer.concat(chunks).toString());
}

function bridge(client: WebSocket, postgresPort: number): void {
  const postgres = net.connect(postgresPort, '127.0.0.1').setNoDelay(true);
  client.on('message', (data) => {
    for (const part of [data].flat())
      postgres.write(part instanceof ArrayBuffer ? new Uint8Array(part) : part);
  });
  client.on('close', () => postgres.end());
  client.on('error', () => postgres.destroy());
  postgres.on('data', (data) => client.send(data));
  postgres.on('error', () => client.close(1011));
  postgres.on('close', () => client.close(1000));
}
