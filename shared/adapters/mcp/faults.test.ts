/** Against servers made by hand, which do what no proper server does: what a fault is called, and whether it may have run. */
import { afterEach, expect, it, vi } from 'vitest';
import type { McpCall, McpFault, McpOutcome } from '#shared/core/tools/mcp.ts';
import { events, here, refusal, result, type Rpc, serveByHand } from '#test/contracts/mcp-servers.ts';
import { watchTimers } from '#test/contracts/mcp-timers.ts';
import { connectMcp } from './session.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

const never = new AbortController().signal;
const token = 'secret-token';

const callOf = (more: Partial<McpCall> = {}): McpCall => ({
  name: 'do',
  args: {},
  timeoutMs: 5_000,
  signal: never,
  onProgress: () => {},
  ...more,
});

type Answers = Parameters<typeof serveByHand>[0];

/** What a call of `do` comes to, its tool listed before. */
async function outcomeOf(answers: Answers, more: Partial<McpCall> = {}): Promise<McpOutcome> {
  await using server = await serveByHand(answers);
  const session = connectMcp({ url: server.url, token }, here);
  try {
    const listing = await session.list(never);
    return listing.ok ? await session.call(callOf(more)) : listing;
  } finally {
    await session.close();
  }
}

const fault = (
  code: McpFault['code'],
  mayHaveRun: boolean,
  message = '',
  retryAfterMs: number | null = null,
) => ({
  ok: false,
  code,
  message,
  mayHaveRun,
  retryAfterMs,
});
/** As the answer to `tools/call`. */
const onCall = (answer: (rpc: Rpc) => Response) => outcomeOf({ 'tools/call': answer });
const plain = (status: number, body = 'a page with words', headers: Record<string, string> = {}) =>
  new Response(body, { status, headers });
/** A stream that breaks after its first bytes. */
const broken = (type: string) =>
  new Response(
    new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('data: {')),
      pull: (controller) => controller.error(new Error('cut')),
    }),
    { headers: { 'content-type': type } },
  );

it('tells what a status means, and nothing of the page that came with it', async () => {
  const table: Array<[Response, ReturnType<typeof fault>]> = [
    [plain(401, '{"error":"invalid_token"}'), fault('unauthorized', false, 'HTTP 401')],
    [plain(403), fault('unauthorized', false, 'HTTP 403')],
    [
      plain(403, '', { 'www-authenticate': 'Bearer error="insufficient_scope", scope="x"' }),
      fault('unauthorized', false, 'HTTP 403'),
    ],
    [plain(404), fault('bad_answer', false, 'HTTP 404')],
    [plain(405), fault('bad_answer', false, 'HTTP 405')],
    [plain(400), fault('refused', false, 'HTTP 400')],
    [plain(413), fault('refused', false, 'HTTP 413')],
    [plain(429, '', { 'retry-after': '7' }), fault('unavailable', false, 'HTTP 429', 7_000)],
    [
      plain(503, '', { 'retry-after': 'Thu, 01 Jan 1970 00:01:00 GMT' }),
      fault('unavailable', true, 'HTTP 503', 60_000),
    ],
    [plain(500), fault('unavailable', true, 'HTTP 500')],
  ];
  for (const [response, expected] of table) expect(await onCall(() => response)).toEqual(expected);
});

it('tells what an error of the server means, in its own words, without the token', async () => {
  const table: Array<[number, string, number, ReturnType<typeof fault>]> = [
    [-32_602, 'Unknown tool: do', 200, fault('refused', false, 'Unknown tool: do')],
    [-32_601, 'No', 200, fault('refused', false, 'No')],
    [-32_603, 'Broke in the middle', 200, fault('refused', true, 'Broke in the middle')],
    [-1, 'x'.repeat(600), 200, fault('refused', true, 'x'.repeat(500))],
    [
      -32_000,
      `Not for Bearer ${token}\u0000\nhere`,
      200,
      fault('refused', true, 'Not for Bearer [token] here'),
    ],
    [-32_602, 'Bad arguments', 400, fault('refused', false, 'Bad arguments')],
    [-32_603, 'Down', 500, fault('unavailable', true, 'Down')],
    [-32_021, 'Needs sampling', 200, fault('unsupported', false, 'Needs sampling')],
  ];
  for (const [code, message, status, expected] of table)
    expect(await onCall((rpc) => refusal(rpc, code, message, status))).toEqual(expected);
});

it('takes nothing for an answer that is none', async () => {
  const json = { 'content-type': 'application/json' };
  const stream = { 'content-type': 'text/event-stream' };
  const bad: Array<(rpc: Rpc) => Response> = [
    () => plain(200, '{"jsonrpc": "2.0", "id"', json),
    () => plain(200, '[1, 2]', json),
    () => plain(200, '<html>', { 'content-type': 'text/html' }),
    () => plain(200, '', stream),
    () => plain(200, 'data: {"half\n\n', stream),
    () => plain(202, ''),
    (rpc) => result({ ...rpc, id: 999 }, { content: [] }),
    () => events({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'x' } }),
    (rpc) => result(rpc, { content: 'words' }),
    (rpc) => result(rpc, { content: [{ type: 'text' }] }),
    (rpc) => result(rpc, { content: [], structuredContent: [1] }),
  ];
  for (const answer of bad) expect(await onCall(answer)).toEqual(fault('bad_answer', true));
});

it('says that a connection broke, and that nobody knows then', async () => {
  for (const type of ['application/json', 'text/event-stream'])
    expect(await onCall(() => broken(type))).toEqual(fault('unreachable', true));
  let cut = () => {};
  await using server = await serveByHand({
    'tools/call': () => {
      cut();
      return new Promise<never>(() => {});
    },
  });
  ({ cut } = server);
  const session = connectMcp({ url: server.url, token }, here);
  expect(await session.call(callOf())).toEqual(fault('unreachable', true));
  await session.close();
});

it('reads no more than it may of an answer', async () => {
  const words = (bytes: number) => ({ content: [{ type: 'text', text: 'x'.repeat(bytes) }] });
  for (const by of [
    result,
    (rpc: Rpc, value: object) => events({ jsonrpc: '2.0', id: rpc.id, result: value }),
  ]) {
    expect(await onCall((rpc) => by(rpc, words(7_000_000)))).toMatchObject({ ok: true });
    expect(await onCall((rpc) => by(rpc, words(9_000_000)))).toEqual(fault('too_large', true));
  }
});

it('knows that nothing ran when there was no session to call in', async () => {
  const failing: Array<[Answers, ReturnType<typeof fault>]> = [
    [{ 'server/discover': () => plain(401) }, fault('unauthorized', false, 'HTTP 401')],
    [{ 'server/discover': () => plain(502) }, fault('unavailable', false, 'HTTP 502')],
    [{ 'server/discover': () => plain(200, '<html>') }, fault('bad_answer', false)],
    [{ initialize: () => plain(404) }, fault('bad_answer', false, 'HTTP 404')],
    [{ initialize: (rpc) => refusal(rpc, -32_000, 'Not today') }, fault('refused', false, 'Not today')],
    [
      {
        initialize: (rpc) => result(rpc, { protocolVersion: '1999-01-01', capabilities: {}, serverInfo: {} }),
      },
      fault('bad_answer', false),
    ],
    [{ initialize: () => broken('text/event-stream') }, fault('unreachable', false)],
    [{ 'notifications/initialized': () => plain(503) }, fault('unavailable', false, 'HTTP 503')],
    [{ 'tools/list': () => plain(500) }, fault('unavailable', false, 'HTTP 500')],
    [{ 'tools/list': (rpc) => result(rpc, { tools: 'none' }) }, fault('bad_answer', false)],
    [
      { 'tools/list': (rpc) => result(rpc, { tools: [], big: 'x'.repeat(3_000_000) }) },
      fault('too_large', false),
    ],
  ];
  for (const [answers, expected] of failing) expect(await outcomeOf(answers)).toEqual(expected);
});

it('calls no address that may not be called, and takes the token to no other origin', async () => {
  const reach = async (url: string) => {
    const session = connectMcp({ url, token }, here);
    const outcomes = [await session.list(never), await session.call(callOf())];
    await session.close();
    return outcomes;
  };
  for (const url of ['https://10.0.0.1/mcp', 'http://example.com/mcp', 'file:///etc/passwd', 'nonsense'])
    expect(await reach(url)).toEqual([fault('address_refused', false), fault('address_refused', false)]);
  expect(await reach('http://127.0.0.1:1/mcp')).toEqual([
    fault('unreachable', false),
    fault('unreachable', false),
  ]);

  await using abroad = await serveByHand({});
  const to = (location: string, status: number) => () =>
    new Response(null, { status, headers: { location } });
  await using server = await serveByHand({ 'tools/call': to(abroad.url, 307) });
  const session = connectMcp({ url: server.url, token }, here);
  expect(await session.call(callOf())).toEqual(fault('address_refused', false));
  await session.close();
  expect(abroad.seen).toEqual([]);
  expect(await onCall(to('https://169.254.169.254/latest', 307))).toEqual(fault('address_refused', false));
});

it('waits no longer than it may, whatever hangs, and tries again with the next call', async () => {
  const hang = () => new Promise<never>(() => {});
  const hanging: Answers[] = [
    { 'server/discover': hang },
    { initialize: hang },
    { 'notifications/initialized': hang },
  ];
  for (const answers of hanging) {
    await using server = await serveByHand(answers);
    const session = connectMcp({ url: server.url, token }, { ...here, timeoutMs: 300 });
    expect(await session.list(never)).toEqual(fault('timeout', false));
    expect(await session.call(callOf())).toEqual(fault('timeout', false));
    for (const method of Object.keys(answers)) delete answers[method];
    expect(await session.call(callOf())).toMatchObject({ ok: true });
    await session.close();
  }
  await using server = await serveByHand({ 'tools/list': hang });
  const session = connectMcp({ url: server.url, token }, { ...here, timeoutMs: 300 });
  expect(await session.list(never)).toEqual(fault('timeout', false));
  await session.close();
});

it('says goodbye in a hurry when the server does not listen', async () => {
  const parting = Promise.withResolvers<void>();
  await using server = await serveByHand({
    initialize: (rpc) => {
      const begun = result(rpc, {
        protocolVersion: '2025-06-18',
        capabilities: { tools: {} },
        serverInfo: { name: 'x', version: '0' },
      });
      begun.headers.set('mcp-session-id', 'one');
      return begun;
    },
    DELETE: () => {
      parting.resolve();
      return new Promise<never>(() => {});
    },
  });
  const session = connectMcp({ url: server.url, token }, here);
  expect(await session.list(never)).toMatchObject({ ok: true, protocolVersion: '2025-06-18' });
  const timers = watchTimers(2_000);
  await Promise.all([session.close(), parting.promise]);
  expect(timers.left()).toBe(0);
  await server.seen.findLast(({ http }) => http === 'DELETE')?.gone;
});
