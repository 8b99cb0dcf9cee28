/** One MCP server of a space over HTTP, in the era of its caller: with sessions, or each request by itself. */
import {
  createMcpHandler,
  isLegacyRequest,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { makeServer, type Served } from './server.ts';
import type { Space } from './space.ts';

/** A session more than these, and the oldest is forgotten: its client has to begin anew. */
const MAX_SESSIONS = 100;

interface Session {
  readonly transport: WebStandardStreamableHTTPServerTransport;
  readonly server: Server;
}

export class Endpoint {
  readonly served: Served;
  readonly #make: () => Server;
  readonly #modern: ReturnType<typeof createMcpHandler>;
  readonly #sessions = new Map<string, Session>();

  constructor(served: Served, space: Space) {
    this.served = served;
    this.#make = () => makeServer(served, space, () => this.changed());
    this.#modern = createMcpHandler(this.#make, { legacy: 'reject' });
  }

  async fetch(request: Request): Promise<Response> {
    const { era } = this.served;
    const isLegacy = era === 'legacy' || (era === 'both' && (await isLegacyRequest(request)));
    return isLegacy ? this.#inSession(request) : this.#modern.fetch(request);
  }

  /** Tells everybody who listens, in either era. */
  changed(): void {
    this.#modern.notify.toolsChanged();
    for (const { server } of this.#sessions.values())
      // Nobody may be listening, or any more.
      void server.sendToolListChanged().catch(() => undefined);
  }

  /** Ends every session: clients have to begin anew. */
  async end(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    await Promise.all(sessions.map(({ transport }) => transport.close()));
  }

  async #inSession(request: Request): Promise<Response> {
    const id = request.headers.get('mcp-session-id');
    const known = this.#sessions.get(id ?? '');
    if (known !== undefined) return known.transport.handleRequest(request);
    if (id !== null)
      return Response.json(
        { jsonrpc: '2.0', id: null, error: { code: -32_001, message: 'Session not found' } },
        { status: 404 },
      );
    // It begins with `initialize`; the transport refuses everything else.
    const server = this.#make();
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (session) => this.#keep(session, { transport, server }),
      onsessionclosed: (session) => void this.#sessions.delete(session),
    });
    await server.connect(transport);
    return transport.handleRequest(request);
  }

  #keep(id: string, session: Session): void {
    this.#sessions.set(id, session);
    const [oldest] = this.#sessions;
    if (this.#sessions.size <= MAX_SESSIONS || oldest === undefined) return;
    this.#sessions.delete(oldest[0]);
    void oldest[1].transport.close();
  }
}
