/** One MCP server as the SDK serves it: lists its tools in pages, as they are right now, and calls them. */
import {
  createRequestStateCodec,
  fromJsonSchema,
  isInputRequiredResult,
  type JsonSchemaType,
  ProtocolError,
  ProtocolErrorCode,
  Server,
} from '@modelcontextprotocol/server';
import * as z from 'zod/mini';
import type { Space } from './space.ts';
import { text, type Tool } from './tool.ts';

/** A server that is offered at `/s/<space>/<name>/mcp`. */
export interface Served {
  readonly name: string;
  /** For people; says that it is a demonstration or a test. */
  readonly title: string;
  readonly tools: ReadonlyArray<Tool>;
  /** `legacy`: speaks only the revisions with sessions; `modern`: only those without; `both`. */
  readonly era: 'legacy' | 'modern' | 'both';
  /** How many tools a page of the list has. */
  readonly page: number;
  /** What the bearer has to be; undefined where none is asked for. */
  readonly token?: string;
}

/** Questions may be answered weeks later. */
const STATE_SECONDS = 90 * 24 * 60 * 60;
const states = createRequestStateCodec<string>({
  key: crypto.getRandomValues(new Uint8Array(32)),
  ttlSeconds: STATE_SECONDS,
});

/** The validator is what judges it. */
const Schema = z.custom<JsonSchemaType>((value) => typeof value === 'object' && value !== null);

/** What is wrong with arguments by a schema; null when nothing is. Throws for a schema that is none. */
export async function faultOf(schema: unknown, value: unknown): Promise<string | null> {
  const judged = await fromJsonSchema(z.parse(Schema, schema))['~standard'].validate(value);
  return judged.issues === undefined ? null : judged.issues.map(({ message }) => message).join('; ');
}

/** A definition as it is right now: somebody may have changed it. */
function definitionOf(tool: Tool, space: Space, server: string) {
  const change = space.changes.get(`${server}/${tool.name}`);
  const { name, title, outputSchema, annotations } = tool;
  const description = [change?.description ?? tool.description, ...space.planted('description', name)];
  return {
    name,
    ...(title === undefined ? {} : { title }),
    description: description.join(' '),
    inputSchema: { ...(change?.schema ?? tool.inputSchema), type: 'object' as const },
    ...(outputSchema === undefined ? {} : { outputSchema: { ...outputSchema, type: 'object' as const } }),
    annotations: { ...(change?.annotations ?? annotations) },
  };
}

/** @param changed tells everybody who listens to this server that its tools are others now */
export function makeServer(served: Served, space: Space, changed: () => void): Server {
  const { name: server, title, tools } = served;
  const made = new Server(
    { name: `test-server-${server}`, title, version: '1.0.0' },
    {
      capabilities: { tools: { listChanged: true } },
      instructions: `${title}: a stand-in for development. Nothing it does reaches anybody.`,
      requestState: { verify: states.verify },
    },
  );
  made.setRequestHandler('tools/list', ({ params }) => {
    const from = params?.cursor === undefined ? 0 : Number(params.cursor);
    if (!Number.isInteger(from / served.page) || from < 0 || from >= tools.length)
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'No such cursor');
    const next = from + served.page;
    return {
      tools: tools.slice(from, next).map((tool) => definitionOf(tool, space, server)),
      ...(next < tools.length ? { nextCursor: String(next) } : {}),
    };
  });
  made.setRequestHandler('tools/call', async ({ params }, { mcpReq }) => {
    const tool = tools.find(({ name }) => name === params.name);
    if (tool === undefined)
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Tool ${params.name} not found`);
    const args = params.arguments ?? {};
    const fault = await faultOf(definitionOf(tool, space, server).inputSchema, args);
    if (fault !== null) return text(`Invalid arguments for tool ${tool.name}: ${fault}`, true);
    const { signal } = mcpReq;
    const token = params._meta?.progressToken;
    await space.holds.pass(tool.name, 'before', signal);
    signal.throwIfAborted();
    const result = await tool.run({
      space,
      server,
      args,
      answers: mcpReq.inputResponses,
      state: mcpReq.requestState(),
      mint: (state) => states.mint(state),
      signal,
      changed,
      async progress(progress, total, message) {
        if (token === undefined) return;
        await mcpReq.notify({
          method: 'notifications/progress',
          params: { progressToken: token, progress, total, message },
        });
      },
    });
    await space.holds.pass(tool.name, 'after', signal);
    const planted = space.planted('result', tool.name);
    if (planted.length === 0 || isInputRequiredResult(result)) return result;
    return { ...result, content: [...result.content, ...planted.flatMap((words) => text(words).content)] };
  });
  return made;
}
