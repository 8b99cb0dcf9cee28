/** Calls to servers made by hand: what no proper server does in the middle of one, or only now and then. */
import { afterEach, expect, it, vi } from 'vitest';
import type { McpCall, McpOutcome, McpResume } from '#shared/core/tools/mcp.ts';
import { events, here, result, type Rpc, serveByHand } from '#test/contracts/mcp-servers.ts';
import { watchTimers } from '#test/contracts/mcp-timers.ts';
import { connectMcp } from './session.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

const never = new AbortController().signal;
const callOf = (resume?: McpResume): McpCall => ({
  name: 'do',
  args: { a: 1 },
  timeoutMs: 5_000,
  signal: never,
  onProgress: () => {},
  ...(resume === undefined ? {} : { resume }),
});

type Answers = Parameters<typeof serveByHand>[0];

/** A server without sessions, made by hand. */
const stateless = (answers: Answers) =>
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

async function call(url: string, resume?: McpResume): Promise<McpOutcome> {
  const session = connectMcp({ url, token: null }, here);
  try {
    return await session.call(callOf(resume));
  } finally {
    await session.close();
  }
}

function askedOf(outcome: McpOutcome) {
  if (!outcome.ok || outcome.type !== 'input_required') throw new Error(JSON.stringify(outcome));
  return outcome;
}

const form = (message: string) => ({
  method: 'elicitation/create',
  params: { message, requestedSchema: { type: 'object', properties: { ok: { type: 'boolean' } } } },
});
const yes = { action: 'accept' as const, content: { ok: true } };
const textResult = (text: string, more: object = {}) => ({ content: [{ type: 'text', text }], ...more });

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

it('gives a server without sessions its questions and its state back, round after round', async () => {
  const params: unknown[] = [];
  await using server = await stateless({
    'tools/call': (rpc) => {
      params.push(rpc.params);
      const round = params.length;
      return round === 4
        ? result(rpc, { ...textResult('at last'), resultType: 'complete' })
        : result(rpc, {
            resultType: 'input_required',
            inputRequests: { [`their.${round}`]: form(`Sure, ${round}?`), __proto__x: form('And?') },
            ...(round === 2 ? {} : { requestState: `state ${round}` }),
          });
    },
  });
  let outcome = await call(server.url);
  for (let round = 1; round < 4; round += 1) {
    const { requests, state } = askedOf(outcome);
    expect(requests.map(({ key, message }) => [key, message])).toEqual([
      ['q1', `Sure, ${round}?`],
      ['q2', 'And?'],
    ]);
    outcome = await call(server.url, { state, answers: { q1: yes } });
  }
  expect(outcome).toMatchObject({ ok: true, type: 'done' });
  expect(params).toMatchObject([
    { arguments: { a: 1 } },
    { inputResponses: { 'their.1': yes, __proto__x: { action: 'cancel' } }, requestState: 'state 1' },
    { inputResponses: { 'their.2': yes } },
    { inputResponses: { 'their.3': yes }, requestState: 'state 3' },
  ]);
  expect(params[2]).not.toHaveProperty('requestState');
});

it('asks a person no more than five times for one call', async () => {
  let round = 0;
  await using modern = await stateless({
    'tools/call': (rpc) =>
      result(rpc, { resultType: 'input_required', inputRequests: { a: form(`Again, ${(round += 1)}?`) } }),
  });
  await using legacy = await serveByHand({
    'tools/call': (rpc) =>
      events(
        ...Array.from({ length: (round += 1) }, (_, i) => ({
          jsonrpc: '2.0',
          id: i,
          ...form(`Once more, ${i}?`),
        })),
        { jsonrpc: '2.0', id: rpc.id, result: textResult('cancelled') },
      ),
  });
  for (const { url } of [modern, legacy]) {
    round = 0;
    let outcome = await call(url);
    for (let i = 0; i < 5; i += 1) {
      const { requests, state } = askedOf(outcome);
      expect(requests).toHaveLength(1);
      outcome = await call(url, {
        state,
        answers: Object.fromEntries(requests.map(({ key }) => [key, yes])),
      });
    }
    expect(outcome).toEqual({
      ok: false,
      code: 'refused',
      message: '',
      mayHaveRun: true,
      retryAfterMs: null,
    });
  }
});

it('tries again, and not for ever, when a server only wants to be called again', async () => {
  let calls = 0;
  await using server = await stateless({
    'tools/call': (rpc) => {
      calls += 1;
      return calls === 3
        ? result(rpc, { ...textResult('now'), resultType: 'complete' })
        : result(rpc, { resultType: 'input_required', requestState: 'busy' });
    },
  });
  watchTimers(1_000);
  expect(await call(server.url)).toMatchObject({ ok: true, type: 'done' });
  expect(calls).toBe(3);
  calls = 3;
  expect(await call(server.url)).toMatchObject({
    code: expect.stringMatching(/refused|timeout/),
    mayHaveRun: true,
  });
});

it('refuses what it cannot ask a person', async () => {
  const script = {
    method: 'elicitation/create',
    params: { mode: 'url', message: 'Go', url: 'javascript:alert(1)' },
  };
  const requests: object[] = [
    { a: { method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } } },
    { a: { method: 'roots/list' } },
    { a: script },
    { a: form('Fine'), b: { method: 'elicitation/create', params: { message: 'No form' } } },
    Object.fromEntries(Array.from({ length: 9 }, (_, i) => [String(i), form(`${i}?`)])),
  ];
  for (const inputRequests of requests) {
    await using server = await stateless({
      'tools/call': (rpc) => result(rpc, { resultType: 'input_required', inputRequests }),
    });
    expect(await call(server.url)).toMatchObject({ code: 'unsupported', mayHaveRun: true });
  }
});

it('sends the person to a page that a server wants them to see, in every way it can say so', async () => {
  const page = {
    mode: 'url',
    message: 'Sign in there',
    url: 'https://example.com/sign-in',
    elicitationId: 'e1',
  };
  const request = {
    key: 'q1',
    mode: 'url',
    message: 'Sign in there',
    schema: null,
    url: 'https://example.com/sign-in',
  };
  const seen: unknown[] = [];
  const answered = (rpc: Rpc) => result(rpc, textResult('in'));
  await using refusing = await serveByHand({
    'tools/call': (rpc) => {
      seen.push('call');
      return seen.length > 1
        ? answered(rpc)
        : Response.json({
            jsonrpc: '2.0',
            id: rpc.id,
            error: { code: -32_042, message: 'First', data: { elicitations: [page] } },
          });
    },
  });
  const first = askedOf(await call(refusing.url));
  expect(first.requests).toEqual([request]);
  const resumed = await call(refusing.url, {
    state: first.state,
    answers: { q1: { action: 'accept', content: {} } },
  });
  expect(resumed).toMatchObject({ ok: true, type: 'done' });
  await using asking = await stateless({
    'tools/call': (rpc) => {
      seen.push(rpc.params?.['inputResponses']);
      return result(rpc, {
        resultType: 'input_required',
        inputRequests: { a: { method: 'elicitation/create', params: page } },
      });
    },
  });
  const second = askedOf(await call(asking.url));
  expect(second.requests).toEqual([request]);
  await call(asking.url, { state: second.state, answers: { q1: { action: 'accept', content: {} } } });
  expect(seen.at(-1)).toEqual({ a: { action: 'accept' } });
});

it('ends with the question also when the server takes the cancelled one for an error', async () => {
  await using server = await serveByHand({
    'tools/call': (rpc) =>
      events(
        { jsonrpc: '2.0', id: 'x', ...form('Sure?') },
        { jsonrpc: '2.0', id: rpc.id, error: { code: -32_603, message: 'Cancelled' } },
      ),
  });
  expect(askedOf(await call(server.url)).requests).toHaveLength(1);
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

it('answers by the words of a question where the server has changed its era meanwhile', async () => {
  await using before = await stateless({
    'tools/call': (rpc) =>
      result(rpc, { resultType: 'input_required', inputRequests: { a: form('Sure?') }, requestState: 'old' }),
  });
  const { state } = askedOf(await call(before.url));
  const told: unknown[] = [];
  await using after = await serveByHand({
    'tools/call': (rpc) => {
      told.push(rpc.params);
      const question = { jsonrpc: '2.0', id: 'x', ...form('Sure?') };
      return events(question, { jsonrpc: '2.0', id: rpc.id, result: textResult('done') });
    },
  });
  expect(await call(after.url, { state, answers: { q1: yes } })).toMatchObject({ type: 'done' });
  expect(told).toEqual([{ name: 'do', arguments: { a: 1 }, _meta: { progressToken: expect.any(Number) } }]);
});
