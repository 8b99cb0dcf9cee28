/** Calls in the middle of which a server made by hand asks the person: round after round, in every way it can say so. */
import { afterEach, expect, it, vi } from 'vitest';
import { askedOf, call, form, stateless, textResult, yes } from '#test/contracts/mcp-calls.ts';
import { events, result, type Rpc, serveByHand } from '#test/contracts/mcp-servers.ts';
import { watchTimers } from '#test/contracts/mcp-timers.ts';

afterEach(() => {
  vi.unstubAllGlobals();
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
