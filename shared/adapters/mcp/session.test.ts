/** Against proper servers of both eras, over HTTP on this machine. What no proper server does is in `faults.test.ts`. */
import { afterEach, expect, it, vi } from 'vitest';
import type { McpCall, McpOutcome, McpProgress, McpResume, McpTarget } from '#shared/core/tools/mcp.ts';
import { type Era, here, serveMcp } from '#test/contracts/mcp-servers.ts';
import { watchTimers } from '#test/contracts/mcp-timers.ts';
import { connectMcp, type McpOptions } from './session.ts';

afterEach(() => {
  vi.unstubAllGlobals();
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

it.each(eras)(
  'hands on everything that a result can hold, and a failure of the tool as a result (%s)',
  async (era) => {
    await using server = await serveMcp(era);
    await using here = open({ url: server.url, token: null });
    const everything = await here.call('everything');
    expect(everything).toEqual({
      ok: true,
      type: 'done',
      isError: false,
      content: [
        { type: 'image', data: 'aW1n', mimeType: 'image/png' },
        { type: 'audio', data: 'c25k', mimeType: 'audio/wav' },
        { type: 'link', uri: 'file:///a', name: 'a', description: null, mimeType: null },
        { type: 'resource', uri: 'file:///b', mimeType: 'text/plain', text: 'b' },
        { type: 'blob', uri: 'file:///c', mimeType: null, data: 'Yw==' },
      ],
      structured: undefined,
    });
    const failed = await here.call('fails');
    expect([textOf(failed), failed.ok && failed.type === 'done' && failed.isError]).toEqual([
      'no such city',
      true,
    ]);
    expect(server.seen.some(({ headers }) => headers.has('authorization'))).toBe(false);
  },
);

it.each(eras)('tells of progress while the call runs (%s)', async (era) => {
  await using server = await serveMcp(era);
  await using here = open({ url: server.url, token: null });
  const told: McpProgress[] = [];
  const outcome = await here.call('steps', {}, { onProgress: (progress) => told.push(progress) });
  expect(textOf(outcome)).toBe('both');
  expect(told).toEqual([
    { progress: 1, total: 2, message: 'step 1' },
    { progress: 2, total: 2, message: 'step 2' },
  ]);
});

it.each(eras)(
  'cancels a call at the server, by hand and by time, and goes on with the session (%s)',
  async (era) => {
    await using server = await serveMcp(era);
    await using here = open({ url: server.url, token: null });
    await here.list();
    for (const end of ['aborted', 'timeout'] as const) {
      const caller = new AbortController();
      const begun = Promise.withResolvers<void>();
      const cancelled = Promise.withResolvers<void>();
      server.world.hung = (what) => (what === 'begun' ? begun : cancelled).resolve();
      // Longer than a call takes to get there, also where the machine is busy.
      const timeoutMs = end === 'timeout' ? 1_000 : 20_000;
      const calling = here.call('hang', {}, { signal: caller.signal, timeoutMs });
      await begun.promise;
      if (end === 'aborted') caller.abort();
      const fault = { ok: false, code: end, message: '', mayHaveRun: true, retryAfterMs: null };
      expect(await calling).toEqual(fault);
      await cancelled.promise;
      // Its connection is closed as well, also where the era would leave it to the server.
      await server.seen.findLast(({ rpc }) => rpc === 'tools/call')?.gone;
      // Given up before it began: nothing can have happened.
      const late = await here.call('hang', {}, { signal: AbortSignal.abort() });
      expect(late).toEqual({ ...fault, code: 'aborted', mayHaveRun: false });
    }
    const tellings = server.asked().filter((asked) => asked === 'POST notifications/cancelled');
    expect(tellings).toHaveLength(era === 'legacy' ? 2 : 0);
    expect(textOf(await here.call('echo', { text: 'still here' }))).toBe('still here');
  },
);

it.each(eras)('stops where the server asks the person, and goes on with the answer (%s)', async (era) => {
  await using server = await serveMcp(era);
  const target = { url: server.url, token: null };
  const request = {
    key: 'q1',
    mode: 'form',
    message: 'What is your name?',
    schema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
    url: null,
  };
  async function ask(): Promise<string> {
    await using before = open(target);
    await before.list();
    const asked = await before.call('ask_name');
    if (!asked.ok || asked.type !== 'input_required') throw new Error(JSON.stringify(asked));
    expect(asked.requests).toEqual([request]);
    return asked.state;
  }
  // Hours later, in another session.
  async function answer(state: string, answers: McpResume['answers']) {
    await using after = open(target);
    await after.list();
    return await after.call('ask_name', {}, { resume: { state, answers } });
  }
  const accepted = await answer(await ask(), { q1: { action: 'accept', content: { name: 'Ada' } } });
  expect(accepted).toMatchObject({ type: 'done', isError: false, structured: { name: 'Ada' } });
  expect(server.world.ledger).toEqual(['hello Ada']);
  for (const answers of [{ q1: { action: 'decline' } }, {}] satisfies Array<McpResume['answers']>)
    expect(await answer(await ask(), answers)).toMatchObject({ type: 'done', isError: true });
  expect(server.world.ledger).toEqual(['hello Ada']);
  // A state that is none of ours does nothing.
  expect(await answer('{}', {})).toMatchObject({ ok: false, code: 'bad_answer', mayHaveRun: false });
});

it('knows which of several calls a server asks for', async () => {
  await using server = await serveMcp('legacy');
  await using here = open({ url: server.url, token: null });
  await here.list();
  const [first, asked, last] = await Promise.all([
    here.call('write', { text: 'a' }),
    here.call('ask_name'),
    here.call('write', { text: 'b' }),
  ]);
  expect([textOf(first), textOf(last)]).toEqual(['written', 'written']);
  expect(asked).toMatchObject({ ok: true, type: 'input_required' });
  expect(server.world.ledger.toSorted()).toEqual(['a', 'b']);
});

it.each(eras)('hears that the tools are others now (%s)', async (era) => {
  await using server = await serveMcp(era);
  await using here = open({ url: server.url, token: null });
  await here.list();
  expect(here.session.listChanged).toBe(false);
  // The ear is open: only then can anything be heard.
  const ear = era === 'modern' ? 'POST subscriptions/listen' : 'GET';
  await vi.waitUntil(() => server.asked().includes(ear));
  server.world.changed = () => server.modern.notify.toolsChanged();
  await here.call('change_tools');
  await vi.waitUntil(() => here.session.listChanged);
  await here.list();
  expect(here.session.listChanged).toBe(false);
});

it('begins again when the server forgets the session, and does nothing twice', async () => {
  await using server = await serveMcp('legacy');
  await using here = open({ url: server.url, token: null });
  await here.list();
  server.sessions.clear();
  const both = await Promise.all([here.call('write', { text: 'a' }), here.call('write', { text: 'b' })]);
  expect(both.map(textOf)).toEqual(['written', 'written']);
  expect(server.world.ledger.toSorted()).toEqual(['a', 'b']);
  expect(server.asked().filter((asked) => asked === 'POST initialize')).toHaveLength(2);
});

it('reads answers without a stream, too', async () => {
  await using server = await serveMcp('legacy', { json: true });
  await using here = open({ url: server.url, token: null });
  expect(await here.list()).toMatchObject({ ok: true });
  expect(textOf(await here.call('echo', { text: 'plain' }))).toBe('plain');
});

it.each(eras)('is over when it is closed: calls end, nothing begins, no timer is left (%s)', async (era) => {
  await using server = await serveMcp(era);
  const timers = watchTimers();
  await using here = open({ url: server.url, token: null });
  await here.list();
  const begun = Promise.withResolvers<void>();
  server.world.hung = () => begun.resolve();
  const calling = here.call('hang');
  await begun.promise;
  await here.session.close();
  expect(await calling).toMatchObject({ code: 'aborted', mayHaveRun: true });
  expect(await here.call('echo', { text: 'x' })).toMatchObject({ code: 'aborted', mayHaveRun: false });
  expect(await here.list()).toMatchObject({ code: 'aborted', mayHaveRun: false });
  await Promise.all(server.seen.map(({ gone }) => gone));
  expect(timers.begun()).toBeGreaterThan(0);
  expect(timers.left()).toBe(0);
});
