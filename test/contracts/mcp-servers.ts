/**
 * MCP servers for the tests of the client: of both eras with the official server SDK, and one made by hand for what no
 * proper server does. On this machine, gone at the end of the test with all their connections.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  acceptedContent,
  createMcpHandler,
  fromJsonSchema,
  InMemoryServerEventBus,
  inputRequired,
  McpServer,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import * as z from 'zod/mini';
import { nodeServer } from '#dev/stand-in/node-server.ts';
import type { McpOptions } from '#shared/adapters/mcp/session.ts';

export type Era = 'modern' | 'legacy';

/** One HTTP request as a server saw it. */
export interface Seen {
  http: string;
  /** The JSON-RPC method; `answer` for an answer of the client. */
  rpc: string;
  headers: Headers;
  /** Settles when the client has hung up, or has been given everything. */
  gone: Promise<void>;
}

/** Options of `connectMcp` for servers on this machine. */
export const here: McpOptions = {
  settings: { publicOrigin: 'http://localhost:8787', allowLocalUrls: true },
  resolve: () => Promise.reject(new Error('No DNS here')),
  now: () => 0,
  timeoutMs: 5_000,
};

const object = (properties: Record<string, object>) =>
  fromJsonSchema<Record<string, never>>({
    type: 'object',
    properties,
    required: Object.keys(properties),
  });
const text = (words: string) => ({ content: [{ type: 'text' as const, text: words }] });
const string = { type: 'string' } as const;
const number = { type: 'number' } as const;
const nameForm = { type: 'object' as const, properties: { name: string }, required: ['name'] };

/** What a server's tools do to the world, and what a test does to the server. */
export interface World {
  ledger: string[];
  /** Called when `hang` has begun and when it was cancelled. */
  hung: (what: 'begun' | 'cancelled') => void;
  /** Called by `change_tools` after the tools are others. */
  changed: () => void;
}

function tools(server: McpServer, world: World): McpServer {
  server.registerTool(
    'echo',
    { description: 'Says it back', inputSchema: object({ text: string }) },
    (args) => text(String(args['text'])),
  );
  server.registerTool(
    'add',
    {
      title: 'Add up',
      inputSchema: object({ a: number, b: number }),
      outputSchema: object({ sum: number }),
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    (args) => {
      const sum = Number(args['a']) + Number(args['b']);
      return { ...text(String(sum)), structuredContent: { sum } };
    },
  );
  server.registerTool('write', { inputSchema: object({ text: string }) }, (args) => {
    world.ledger.push(String(args['text']));
    return text('written');
  });
  server.registerTool('steps', {}, async ({ mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    for (const progress of progressToken === undefined ? [] : [1, 2])
      await mcpReq.notify({
        method: 'notifications/progress',
        params: { progressToken, progress, total: 2, message: `step ${progress}` },
      });
    return text('both');
  });
  server.registerTool('hang', {}, ({ mcpReq }) => {
    world.hung('begun');
    return new Promise((resolve) => {
      mcpReq.signal.addEventListener('abort', () => {
        world.hung('cancelled');
        resolve(text('cancelled'));
      });
    });
  });
  server.registerTool('fails', {}, () => ({ ...text('no such city'), isError: true }));
  server.registerTool('everything', {}, () => ({
    content: [
      { type: 'image', data: 'aW1n', mimeType: 'image/png' },
      { type: 'audio', data: 'c25k', mimeType: 'audio/wav' },
      { type: 'resource_link', uri: 'file:///a', name: 'a' },
      { type: 'resource', resource: { uri: 'file:///b', mimeType: 'text/plain', text: 'b' } },
      { type: 'resource', resource: { uri: 'file:///c', blob: 'Yw==' } },
    ],
  }));
  server.registerTool('ask_name', { outputSchema: object({ name: string }) }, ({ mcpReq }) => {
    const given = acceptedContent<{ name: string }>(mcpReq.inputResponses, 'who');
    if (given !== undefined) {
      world.ledger.push(`hello ${given.name}`);
      return { ...text(`Hello ${given.name}`), structuredContent: { name: given.name } };
    }
    if (mcpReq.inputResponses?.['who'] !== undefined) return { ...text('Nobody'), isError: true };
    return inputRequired({
      inputRequests: {
        who: inputRequired.elicit({ message: 'What is your name?', requestedSchema: nameForm }),
      },
      requestState: 'of the server',
    });
  });
  server.registerTool('change_tools', {}, () => {
    server.registerTool(`new_${world.ledger.length}`, {}, () => text('new'));
    world.changed();
    return text('changed');
  });
  return server;
}

async function listening(fetch: (request: Request) => Promise<Response>) {
  const seen: Seen[] = [];
  const server = nodeServer(async (request) => {
    const body = await request.clone().text();
    const rpc = body === '' ? '' : (z.parse(Rpc, JSON.parse(body)).method ?? 'answer');
    const gone = new Promise<void>((resolve) => {
      request.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    seen.push({ http: request.method, rpc, headers: request.headers, gone });
    return fetch(request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    seen,
    /** What came, in order, as `POST tools/call`. */
    asked: () => seen.map(({ http, rpc }) => `${http} ${rpc}`.trim()),
    /** Breaks every connection off. */
    cut: () => server.closeAllConnections(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface ServeOptions {
  /** Answers without a stream, where the era has the choice. */
  json?: boolean;
}

/** A proper server. */
export async function serveMcp(era: Era, { json = false }: ServeOptions = {}) {
  const world: World = { ledger: [], hung: () => {}, changed: () => {} };
  const info = { name: `test ${era}`, version: '1.2.3' };
  const make = () => tools(new McpServer(info, { capabilities: { tools: { listChanged: true } } }), world);
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();
  const bus = new InMemoryServerEventBus();
  const modern = createMcpHandler(make, { legacy: 'reject', bus });
  async function legacy(request: Request): Promise<Response> {
    const known = sessions.get(request.headers.get('mcp-session-id') ?? '');
    if (known !== undefined) return known.handleRequest(request);
    if (request.headers.has('mcp-session-id')) return new Response(null, { status: 404 });
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      enableJsonResponse: json,
      onsessioninitialized: (id) => void sessions.set(id, transport),
      onsessionclosed: (id) => void sessions.delete(id),
    });
    await make().connect(transport);
    return transport.handleRequest(request);
  }
  const served = await listening(era === 'modern' ? (request) => modern.fetch(request) : legacy);
  return { ...served, world, sessions, modern };
}

const Rpc = z.object({
  id: z.optional(z.union([z.string(), z.number()])),
  method: z.optional(z.string()),
  params: z.optional(z.record(z.string(), z.unknown())),
  error: z.optional(z.unknown()),
});
export type Rpc = z.infer<typeof Rpc>;

/** The answer to a request, as JSON. */
export const result = ({ id }: Rpc, value: object): Response =>
  Response.json({ jsonrpc: '2.0', id, result: value });
/** The same as an error. */
export const refusal = ({ id }: Rpc, code: number, message: string, status = 200): Response =>
  Response.json({ jsonrpc: '2.0', id, error: { code, message } }, { status });
/** A stream of events that ends by itself. */
export const events = (...messages: unknown[]): Response =>
  new Response(messages.map((message) => `data: ${JSON.stringify(message)}\n\n`).join(''), {
    headers: { 'content-type': 'text/event-stream' },
  });

type Answer = (rpc: Rpc, request: Request) => Response | Promise<Response>;

/** A server made by hand: what `answers` does not say is as a plain server with sessions and one tool would have it. */
export function serveByHand(answers: Record<string, Answer>) {
  const proper: Record<string, Answer> = {
    initialize: (rpc) =>
      result(rpc, {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: 'by hand', version: '0' },
      }),
    'tools/list': (rpc) => result(rpc, { tools: [{ name: 'do', inputSchema: { type: 'object' } }] }),
    'tools/call': (rpc) => result(rpc, { content: [] }),
  };
  return listening(async (request) => {
    if (request.method !== 'POST')
      return answers[request.method]?.({}, request) ?? new Response(null, { status: 405 });
    const rpc = z.parse(Rpc, await request.json());
    const answer = answers[rpc.method ?? ''] ?? proper[rpc.method ?? ''];
    if (answer !== undefined) return answer(rpc, request);
    return rpc.id === undefined || rpc.method === undefined
      ? new Response(null, { status: 202 })
      : refusal(rpc, -32_601, 'Method not found', 400);
  });
}
