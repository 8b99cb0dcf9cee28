/**
 * Puts a fetch handler behind `node:http` without keeping anything back: request bodies come in as streams, response
 * chunks go out as they are made, and a client that hangs up aborts the request at once.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

type FetchHandler = (request: Request) => Promise<Response>;

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** A server that is not listening yet. Only requests addressed to this machine are answered (DNS rebinding). */
export function nodeServer(handler: FetchHandler): Server {
  const server = createServer((incoming, outgoing) => {
    // Deltas are tiny; waiting to fill a packet would make them come in lumps.
    outgoing.socket?.setNoDelay(true);
    serve(handler, incoming, outgoing).catch((error: unknown) => {
      console.error(error);
      outgoing.destroy();
    });
  });
  keepIdle(server);
  return server;
}

/**
 * Leaves connections open that are not used now: Node closes them after five seconds, and workerd, which takes an idle one for
 * its next request, now and then took one in that very moment. The request was then lost.
 */
export function keepIdle(server: Server): void {
  server.keepAliveTimeout = 0;
}

async function serve(
  handler: FetchHandler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const host = (incoming.headers.host ?? 'localhost').replace(/:\d+$/, '');
  if (!LOOPBACK.includes(host)) {
    outgoing.writeHead(421).end();
    return;
  }
  const gone = new AbortController();
  outgoing.on('close', () => gone.abort());
  const response = await handler(toRequest(incoming, gone.signal));
  if (gone.signal.aborted) return;
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null) {
    outgoing.end();
    return;
  }
  await send(response.body.getReader(), outgoing, gone.signal);
}

function toRequest(incoming: IncomingMessage, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const method = incoming.method ?? 'GET';
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers, signal });
  // Node wants `duplex` with a streamed body; the types of other runtimes do not know it.
  const init = { method, headers, signal, body: Readable.toWeb(incoming), duplex: 'half' as const };
  return new Request(url, init);
}

async function send(
  body: ReadableStreamDefaultReader<Uint8Array>,
  outgoing: ServerResponse,
  gone: AbortSignal,
): Promise<void> {
  const cancel = (): void => void body.cancel().catch(() => undefined);
  gone.addEventListener('abort', cancel, { once: true });
  outgoing.flushHeaders();
  try {
    for (;;) {
      const { done, value } = await body.read();
      if (done || gone.aborted) break;
      if (!outgoing.write(value)) await drained(outgoing, gone);
    }
    outgoing.end();
  } catch {
    // The handler broke the body off on purpose: the client must see a broken connection, not an end.
    outgoing.destroy();
  } finally {
    gone.removeEventListener('abort', cancel);
  }
}

async function drained(outgoing: ServerResponse, gone: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    outgoing.once('drain', resolve);
    gone.addEventListener('abort', () => resolve(), { once: true });
  });
}
