/** Calls to servers made by hand, as a turn makes them. */
import { connectMcp } from '#shared/adapters/mcp/session.ts';
import type { McpCall, McpOutcome, McpResume } from '#shared/core/tools/mcp.ts';
import { here, result, serveByHand } from './mcp-servers.ts';

/** Nobody gives the call up. */
export const never = new AbortController().signal;
/** A call, or what goes on with one that asked. */
export const callOf = (resume?: McpResume): McpCall => ({
  name: 'do',
  args: { a: 1 },
  timeoutMs: 5_000,
  signal: never,
  onProgress: () => {},
  ...(resume === undefined ? {} : { resume }),
});

type Answers = Parameters<typeof serveByHand>[0];

/** A server without sessions, made by hand. */
export const stateless = (answers: Answers) =>
  serveByHand({
    'server/discover': (rpc) =>
      result(rpc, {
        resultType: 'complete',
        supportedVersions: ['2026-07-28'],
        capabilities: { tools: {} },
        ttlMs: 0,
        cacheScope: 'private',
      }),
    ...answers,
  });

/** One call in a session of its own. */
export async function call(url: string, resume?: McpResume): Promise<McpOutcome> {
  const session = connectMcp({ url, token: null }, here);
  try {
    return await session.call(callOf(resume));
  } finally {
    await session.close();
  }
}

/** What a call asks for; throws where it asks for nothing. */
export function askedOf(outcome: McpOutcome) {
  if (!outcome.ok || outcome.type !== 'input_required') throw new Error(JSON.stringify(outcome));
  return outcome;
}

/** A question for a yes or no. */
export const form = (message: string) => ({
  method: 'elicitation/create',
  params: { message, requestedSchema: { type: 'object', properties: { ok: { type: 'boolean' } } } },
});
export const yes = { action: 'accept' as const, content: { ok: true } };
export const textResult = (text: string, more: object = {}) => ({
  content: [{ type: 'text', text }],
  ...more,
});
