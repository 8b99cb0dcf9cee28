/** Against proper servers of both eras, over HTTP on this machine. What no proper server does is in `faults.test.ts`. */
import { afterEach, expect, it, vi } from 'vitest';
import type { McpCall, McpOutcome, McpTarget } from '#shared/core/tools/mcp.ts';
import { type Era, here, serveMcp } from '#test/contracts/mcp-servers.ts';
import { connectMcp, type McpOptions } from './session.ts';

afterEach(() => {
  vi.useRealTimers();
});

const eras: Era[] = ['modern', 'legacy'];
const never = new AbortController().signal;

const callOf = (name: string, args: McpCall['args'] = {}, more: Partial<McpCall> = {}): McpCall => ({
  name,
  args,
  timeoutMs: 5_000,
  signal: never,
  onProgress: () => {},
  ...more,
});

/** A session that is closed at the end of the test. */
function open(target: McpTarget, options: Partial<McpOptions> = {}) {
  const session = connectMcp(target, { ...here, ...options });
  return {
    session,
    list: () => session.list(never),
    call: (...call: Parameters<typeof callOf>) => session.call(callOf(...call)),
    [Symbol.asyncDispose]: () => session.close(),
  };
}

const textOf = (outcome: McpOutcome): string =>
  outcome.ok && outcome.type === 'done'
    ? outcome.content.map((part) => (part.type === 'text' ? part.text : part.type)).join(' ')
    : JSON.stringify(outcome);

it.each(eras)('connects when it is first needed, lists and calls, and says goodbye (%s)', async (era) => {
  await using server = await serveMcp(era);
  await using here = open({ url: server.url, token: 'good-token' });
  expect(server.seen).toEqual([]);
  const [listing, echoed] = await Promise.all([here.list(), here.call('echo', { text: 'hello' })]);
  expect(textOf(echoed)).toBe('hello');
  if (!listing.ok) throw new Error(listing.code);
  expect(listing.server).toEqual({ name: `test ${era}`, version: '1.2.3' });
  expect(listing.protocolVersion).toBe(era === 'modern' ? '2026-07-28' : '2025-11-25');
  expect(listing.left).toEqual([]);
  expect(listing.tools.find(({ name }) => name === 'add')).toEqual({
    name: 'add',
    title: 'Add up',
    description: '',
    inputSchema: expect.objectContaining({ type: 'object', required: ['a', 'b'] }),
    outputSchema: expect.objectContaining({ type: 'object', required: ['sum'] }),
    annotations: { readOnlyHint: true, openWorldHint: false },
  });
  expect(await here.call('add', { a: 1, b: 2 })).toEqual({
    ok: true,
    type: 'done',
    isError: false,
    content: [{ type: 'text', text: '3' }],
    structured: { sum: 3 },
  });
  await here.session.close();
  const handshake = server.asked().filter((asked) => /initialize$|discover/.test(asked));
  expect(handshake).toEqual(
    era === 'modern' ? ['POST server/discover'] : ['POST server/discover', 'POST initialize'],
  );
  expect(server.asked().filter((asked) => asked === 'DELETE')).toHaveLength(era === 'legacy' ? 1 : 0);
  expect(server.sessions.size).toBe(0);
  expect(new Set(server.seen.map(({ headers }) => headers.get('authorization')))).toEqual(
    new Set(['Bearer good-token']),
  );
  // Nothing of the session is left at the server: no stream stays open.
  await Promise.all(server.seen.map(({ gone }) => gone));
});
