/** For the tests beside it: the demo tools over HTTP on this machine, and the official client connected to them. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  type CallToolResult,
  Client,
  type ElicitResult,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import * as z from 'zod/mini';
import { nodeServer } from '#dev/stand-in/node-server.ts';
import { createTools } from './stand-in.ts';

const Effect = z.object({
  id: z.number(),
  at: z.string(),
  server: z.string(),
  tool: z.string(),
  args: z.record(z.string(), z.unknown()),
  key: z.nullable(z.string()),
  duplicateOf: z.optional(z.number()),
});
const Ledger = z.object({
  effects: z.array(Effect),
  calls: z.array(
    z.strictObject({
      server: z.string(),
      method: z.string(),
      tool: z.nullable(z.string()),
      hasBearer: z.boolean(),
      protocolVersion: z.nullable(z.string()),
    }),
  ),
});

export interface ConnectOptions {
  readonly token?: string;
  /** What the person says to a question in mid-call. */
  readonly answer?: () => ElicitResult;
  /** Called when the server says that its tools are others. */
  readonly changed?: () => void;
}

/** The text of a result. */
export const words = ({ content }: CallToolResult): string =>
  content.map((part) => (part.type === 'text' ? part.text : part.type)).join('\n');

/** The demo tools, gone at the end of the test with all their connections and clients. */
export async function serveTools(options: Parameters<typeof createTools>[0] = {}) {
  const server = nodeServer(createTools(options).fetch);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const clients: Client[] = [];
  let space = `${origin}/s/test`;

  return {
    origin,
    /** Another space than `test` from now on. */
    use(name: string) {
      space = `${origin}/s/${name}`;
    },
    get: (path: string) => fetch(`${space}${path}`),
    post: (path: string, body: unknown, type = 'application/json') =>
      fetch(`${space}${path}`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    control(...actions: ReadonlyArray<object>) {
      return this.post('/__control', actions);
    },
    async ledger() {
      return Ledger.parse(await (await fetch(`${space}/__ledger`)).json());
    },
    /** What happened, as `tool` with its arguments. */
    async effects() {
      return (await this.ledger()).effects.map(({ tool, args }) => [tool, args]);
    },
    async connect(name: string, { token, answer, changed }: ConnectOptions = {}) {
      const client = new Client(
        { name: 'test', version: '1' },
        {
          capabilities: answer === undefined ? {} : { elicitation: { form: {} } },
          versionNegotiation: { mode: 'auto' },
          ...(changed === undefined
            ? {}
            : { listChanged: { tools: { onChanged: changed, autoRefresh: false, debounceMs: 0 } } }),
        },
      );
      if (answer !== undefined) client.setRequestHandler('elicitation/create', answer);
      clients.push(client);
      const requestInit = { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } };
      await client.connect(
        new StreamableHTTPClientTransport(new URL(`${space}/${name}/mcp`), { requestInit }),
      );
      return client;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((client) => client.close()));
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
