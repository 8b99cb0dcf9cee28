/** Calls to servers made by hand: what no proper server does in the middle of one, or only now and then. */
import { afterEach, expect, it, vi } from 'vitest';
import { call, callOf, never, stateless, textResult } from '#test/contracts/mcp-calls.ts';
import { events, here, result, type Rpc, serveByHand } from '#test/contracts/mcp-servers.ts';
import { watchTimers } from '#test/contracts/mcp-timers.ts';
import { connectMcp } from './session.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

it('names content of a kind that nobody knows', async () => {
  const content = [
    { type: 'hologram', beams: 3 },
    { type: 'text', text: 'and words' },
  ];
  await using legacy = await serveByHand({ 'tools/call': (rpc) => result(rpc, { content }) });
  await using modern = await stateless({
    'tools/call': (rpc) => result(rpc, { content, resultType: 'complete' }),
  });
  for (const { url } of [legacy, modern])
    expect(await call(url)).toMatchObject({
      content: [
        { type: 'text', text: '[content of a kind not known here: hologram]' },
        { type: 'text', text: 'and words' },
      ],
    });
});

it('holds a result against what the tool promised, but not one that failed', async () => {
  const outputSchema = { type: 'object', properties: { sum: { type: 'number' } }, required: ['sum'] };
  let answer: object = {};
  await using server = await serveByHand({
    'tools/list': (rpc) =>
      result(rpc, { tools: [{ name: 'do', inputSchema: { type: 'object' }, outputSchema }] }),
    'tools/call': (rpc) => result(rpc, answer),
  });
  const session = connectMcp({ url: server.url, token: null }, here);
  await session.list(never);
  const fault = { ok: false, code: 'bad_answer', mayHaveRun: true };
  let deep: unknown = 1;
  for (let i = 0; i < 100; i += 1) deep = [deep];
  const table: Array<[object, object]> = [
    [textResult('3', { structuredContent: { sum: 3 } }), { ok: true, structured: { sum: 3 } }],
    [textResult('3', { structuredContent: { sum: 'three' } }), fault],
    [textResult('3'), fault],
    [textResult('3', { structuredContent: { sum: 3, deep } }), fault],
    [textResult('no', { isError: true }), { ok: true, isError: true }],
  ];
  for (const [given, expected] of table) {
    answer = given;
    expect(await session.call(callOf())).toMatchObject(expected);
  }
  await session.close();
  // A promise that cannot be understood: the tool is not called.
  await using odd = await serveByHand({
    'tools/list': (rpc) =>
      result(rpc, {
        tools: [
          {
            name: 'do',
            inputSchema: { type: 'object' },
            outputSchema: { ...outputSchema, $schema: 'https://no.such/dialect' },
          },
        ],
      }),
  });
  const other = connectMcp({ url: odd.url, token: null }, here);
  await other.list(never);
  expect(await other.call(callOf())).toMatchObject({ code: 'bad_answer', mayHaveRun: false });
  await other.close();
  expect(odd.asked()).not.toContain('POST tools/call');
});

it('answers for itself when a server wants what this app does not do', async () => {
  const told: unknown[] = [];
  let asked: (() => void) | undefined;
  const both = new Promise<void>((resolve) => (asked = resolve));
  await using server = await serveByHand({
    'tools/call': async (rpc) => {
      const encoder = new TextEncoder();
      const send = (controller: ReadableStreamDefaultController<Uint8Array>, message: object) =>
        controller.enqueue(encoder.encode(`data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`));
      return new Response(
        new ReadableStream<Uint8Array>({
          async start(controller) {
            send(controller, {
              id: 1,
              method: 'sampling/createMessage',
              params: { messages: [], maxTokens: 1 },
            });
            send(controller, { id: 2, method: 'roots/list' });
            await both;
            send(controller, { id: rpc.id, result: textResult('done without') });
            controller.close();
          },
        }),
        { headers: { 'content-type': 'text/event-stream' } },
      );
    },
    '': (rpc) => {
      told.push(rpc.error);
      if (told.length === 2) asked?.();
      return new Response(null, { status: 202 });
    },
  });
  expect(await call(server.url)).toMatchObject({ ok: true, type: 'done' });
  expect(told).toMatchObject([{ code: -32_601 }, { code: -32_601 }]);
});

it('stops listening to a server that only asks', async () => {
  const pings = Array.from({ length: 101 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'ping' }));
  await using server = await serveByHand({
    'tools/call': (rpc) => events(...pings, { jsonrpc: '2.0', id: rpc.id, result: textResult('and') }),
  });
  expect(await call(server.url)).toMatchObject({ code: 'bad_answer', mayHaveRun: true });
});

it('takes a broken stream up again where the server keeps it, and gives it up where it does not', async () => {
  const primed = () =>
    new Response('id: 1\nretry: 1\ndata:\n\n', { headers: { 'content-type': 'text/event-stream' } });
  let id: Rpc['id'];
  const begin = (rpc: Rpc) => {
    id = rpc.id;
    return primed();
  };
  const seen: Array<string | null> = [];
  await using keeping = await serveByHand({
    'tools/call': begin,
    GET: (_, request) => {
      const last = request.headers.get('last-event-id');
      if (last === null) return new Response(null, { status: 405 });
      seen.push(last);
      return seen.length < 3 ? primed() : events({ jsonrpc: '2.0', id, result: textResult('later') });
    },
  });
  const timers = watchTimers(1_000);
  expect(await call(keeping.url)).toMatchObject({ content: [{ text: 'later' }] });
  expect(seen).toEqual(['1', '1', '1']);
  await using forgetting = await serveByHand({ 'tools/call': begin });
  expect(await call(forgetting.url)).toMatchObject({ code: 'bad_answer', mayHaveRun: true });
  expect(timers.left()).toBe(0);
});

it('does not listen for ever to a server that ends every stream', async () => {
  const timers = watchTimers(1_000);
  await using server = await serveByHand({ GET: () => events() });
  const session = connectMcp({ url: server.url, token: null }, here);
  await session.list(never);
  const listened = () => server.asked().filter((asked) => asked === 'GET').length;
  await vi.waitUntil(() => listened() === 4);
  for (let i = 0; i < 5; i += 1) await session.call(callOf());
  expect([listened(), timers.left()]).toEqual([4, 0]);
  await session.close();
});

it('cancels before it leaves: a call given up with its session is called off at the server', async () => {
  const begun = Promise.withResolvers<void>();
  await using server = await serveByHand({
    'tools/call': () => {
      begun.resolve();
      return new Promise<never>(() => {});
    },
  });
  const session = connectMcp({ url: server.url, token: null }, here);
  const caller = new AbortController();
  const calling = session.call({ ...callOf(), signal: caller.signal });
  await begun.promise;
  caller.abort();
  await session.close();
  expect(await calling).toMatchObject({ code: 'aborted', mayHaveRun: true });
  expect(server.asked().at(-1)).toBe('POST notifications/cancelled');
});
