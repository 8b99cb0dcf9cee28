/** One MCP server of a space, over HTTP: lists its tools in pages, and calls them. Made anew for each request. */
import { createMcpHandler, inputRequired, isLegacyRequest, Server } from '@modelcontextprotocol/server';
import { isObject, parseJson } from '#dev/stand-in/json.ts';
import type { Space } from './space.ts';
import type { Doing, Tool } from './tool.ts';

const PAGE = 5;
const UNKNOWN_METHOD = -32_601;

interface Served {
  /** In the address, and in the ledger. */
  name: string;
  /** For people; says that it is a demonstration or a test. */
  title: string;
  tools: ReadonlyArray<Tool>;
  /** `legacy`: speaks only the revisions with sessions; `modern`: only those without; `both`. */
  era: 'legacy' | 'modern' | 'both';
}

/** A definition as it is right now: somebody may have changed it. */
function definitionOf(tool: Tool, space: Space, server: string) {
  const change = space.changes.get(`${server}/${tool.name}`) ?? {};
  const planted = space.planted.description.join(' ');
  const description = [change.description ?? tool.description, planted].filter(Boolean).join(' ');
  return {
    name: tool.name,
    ...(tool.title === undefined ? {} : { title: tool.title }),
    description,
    inputSchema: { ...(change.schema ?? tool.inputSchema), type: 'object' as const },
    ...(tool.outputSchema === undefined
      ? {}
      : { outputSchema: { ...tool.outputSchema, type: 'object' as const } }),
    annotations: { ...(change.annotations ?? tool.annotations) },
  };
}

function makeServer({ name, title, tools }: Served, space: Space, isLegacy: boolean): Server {
  const server = new Server(
    { name: `stand-in-${name}`, title, version: '1.0.0' },
    { capabilities: { tools: { listChanged: true } } },
  );
  server.setRequestHandler('tools/list', ({ params }) => {
    const from = Number(params?.cursor ?? 0);
    const page = tools.slice(from, from + PAGE).map((tool) => definitionOf(tool, space, name));
    const next = from + PAGE;
    return { tools: page, ...(next < tools.length ? { nextCursor: String(next) } : {}) };
  });
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const tool = tools.find((each) => each.name === params.name);
    if (tool === undefined)
      return { content: [{ type: 'text', text: `No tool ${params.name}.` }], isError: true };
    const { signal, notify, elicitInput, inputResponses, id } = { ...context.mcpReq };
    const token = params._meta?.progressToken;
    const doing: Doing = {
      space,
      server: name,
      args: params.arguments ?? {},
      signal,
      async progress(progress, total, message) {
        if (token === undefined) return;
        await notify({
          method: 'notifications/progress',
          params: { progressToken: token, progress, total, message },
        });
      },
      async ask(message, schema) {
        const requestedSchema = { type: 'object' as const, properties: {}, ...schema };
        if (isLegacy) {
          const answer = await elicitInput({ mode: 'form', message, requestedSchema });
          return answer.action === 'accept' ? (answer.content ?? {}) : null;
        }
        const answered = inputResponses?.['name'];
        if (isObject(answered)) return isObject(answered['content']) ? answered['content'] : null;
        const inputRequests = { name: inputRequired.elicit({ message, requestedSchema }) };
        return { asking: inputRequired({ inputRequests, requestState: `waits-${String(id)}` }) };
      },
    };
    const done = await tool.run(doing);
    // What a test server answers is not always what the protocol's types allow: that is what it is for.
    return ('asking' in done ? done.asking : done) as { content: [] };
  });
  return server;
}

/** Serves one request. The body was read already, because the ledger wants to see it. */
export async function answer(
  served: Served,
  space: Space,
  request: Request,
  body: string,
): Promise<Response> {
  const copy = new Request(request.url, {
    method: request.method,
    headers: request.headers,
    signal: request.signal,
    ...(request.method === 'POST' ? { body } : {}),
  });
  const message = parseJson(body);
  const isLegacy = served.era === 'legacy' || (await isLegacyRequest(copy.clone()));
  if (served.era === 'legacy' && isObject(message) && message['method'] === 'server/discover')
    return Response.json({
      jsonrpc: '2.0',
      id: message['id'] ?? null,
      error: { code: UNKNOWN_METHOD, message: 'Method not found' },
    });
  const handler = createMcpHandler(() => makeServer(served, space, isLegacy), {
    legacy: served.era === 'modern' ? 'reject' : 'stateless',
  });
  return handler.fetch(copy);
}

export type { Served };
