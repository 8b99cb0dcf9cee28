/**
 * What a server answers, made ready for the SDK, which refuses a whole answer for one part of it: items of a list that
 * are no tools are taken out and counted, kinds of content that nobody knows become a text that names them.
 */
import { isJSONRPCResultResponse, isSpecType, type JSONRPCMessage } from '@modelcontextprotocol/client';
import * as z from 'zod/mini';
import type { Track } from './track.ts';

/** How deep a value of a server may be nested. Deeper ones are made to break what walks through them. */
const maxDepth = 64;

export function isTooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) return true;
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return false;
}

const hint = z.optional(z.boolean());
const Schema = z.looseObject({ type: z.literal('object') });
/** Of a tool, what anybody here looks at. */
const Listed = z.object({
  name: z.string(),
  title: z.optional(z.string()),
  description: z.optional(z.string()),
  inputSchema: Schema,
  outputSchema: z.optional(z.looseObject({})),
  annotations: z.optional(
    z.object({
      title: z.optional(z.string()),
      readOnlyHint: hint,
      destructiveHint: hint,
      idempotentHint: hint,
      openWorldHint: hint,
    }),
  ),
});

/** @param sessions the server is of the era with sessions, whose output schemas are of objects */
function listed(item: unknown, sessions: boolean): object[] {
  if (isTooDeep(item)) return [];
  const { data } = Listed.safeParse(item);
  if (data === undefined || !isSpecType.Tool(data)) return [];
  const { outputSchema, ...rest } = data;
  return outputSchema === undefined || (sessions && !Schema.safeParse(outputSchema).success)
    ? [rest]
    : [{ ...rest, outputSchema }];
}

const known: ReadonlySet<unknown> = new Set(['text', 'image', 'audio', 'resource', 'resource_link']);
const Typed = z.object({ type: z.string() });

function content(block: unknown): unknown {
  const { data } = Typed.safeParse(block);
  if (data === undefined || known.has(data.type)) return block;
  return { type: 'text', text: `[content of a kind not known here: ${data.type.slice(0, 100)}]` };
}

/** @param method of the request that this may be the answer to */
export function mend(message: JSONRPCMessage, method: string, track: Track): JSONRPCMessage {
  if (!isJSONRPCResultResponse(message)) return message;
  const { result } = message;
  if (method === 'tools/list' && Array.isArray(result['tools'])) {
    const items: unknown[] = result['tools'];
    const tools = items.flatMap((item) => listed(item, !('resultType' in result)));
    track.badTools += items.length - tools.length;
    return { ...message, result: { ...result, tools } };
  }
  if (method === 'tools/call' && Array.isArray(result['content']))
    return { ...message, result: { ...result, content: result['content'].map(content) } };
  return message;
}
