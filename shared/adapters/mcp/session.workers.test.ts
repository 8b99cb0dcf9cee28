/** The MCP client where it runs: in workerd, over HTTP to the test servers of both eras, faults included. */
import { expect, it } from 'vitest';
import { DemoTools } from '#test/workers/tools.ts';
import { connectMcp } from './session.ts';

const never = new AbortController().signal;
const settings = { publicOrigin: 'https://app.example.org', allowLocalUrls: true };
const versions = { modern: '2026-07-28', legacy: '2025-11-25' } as const;

/** A session with one of the test servers, closed at the end of the test. */
function open(tools: DemoTools, server: string, token: string | null = null) {
  const session = connectMcp({ url: tools.url(server), token }, { settings, timeoutMs: 2_000 });
  return {
    session,
    list: () => session.list(never),
    call: (
      name: string,
      args: Record<string, unknown> = {},
      more: { timeoutMs?: number; signal?: AbortSignal } = {},
    ) => session.call({ name, args, timeoutMs: 5_000, signal: never, onProgress: () => {}, ...more }),
    [Symbol.asyncDispose]: () => session.close(),
  };
}

it.each(['modern', 'legacy'] as const)(
  'lists and calls, and tells faults for what they are (%s)',
  async (era) => {
    const tools = new DemoTools();
    await using demo = open(tools, era);
    const listing = await demo.list();
    expect(listing).toMatchObject({ ok: true, protocolVersion: versions[era], left: [] });
    expect(listing.ok && listing.tools.length).toBeGreaterThan(5); // more than a page
    // The output schema is checked without `eval`, which workerd does not have.
    expect(await demo.call('add', { a: 1, b: 2 })).toMatchObject({ isError: false, structured: { sum: 3 } });
    expect(await demo.call('bad_shape')).toMatchObject({ code: 'bad_answer', mayHaveRun: true });
    const steps: number[] = [];
    const slow = await demo.session.call({
      name: 'slow',
      args: { ms: 20 },
      timeoutMs: 5_000,
      signal: never,
      onProgress: ({ progress }) => steps.push(progress),
    });
    expect([slow.ok, steps]).toEqual([true, [1, 2, 3, 4]]);
    const image = await demo.call('image');
    expect(image).toMatchObject({ content: [{}, { type: 'image', mimeType: 'image/png' }] });
    const big = await demo.call('big');
    expect(big.ok && big.type === 'done' && JSON.stringify(big.content).length).toBeGreaterThan(5_000_000);
    expect(await demo.call('fails')).toMatchObject({ ok: true, isError: true });
    expect(await demo.call('crash')).toMatchObject({ code: 'unavailable', mayHaveRun: true });
    expect(await demo.call('bad_json')).toMatchObject({ code: 'bad_answer', mayHaveRun: true });
    // Longer than a call takes to be sent, also where the machine is busy.
    expect(await demo.call('hang', {}, { timeoutMs: 1_000 })).toMatchObject({
      code: 'timeout',
      mayHaveRun: true,
    });
    expect(await demo.call('hang', {}, { signal: AbortSignal.abort() })).toMatchObject({
      code: 'aborted',
      mayHaveRun: false,
    });
    // It was done, and the connection cut: nobody can know.
    expect(await demo.call('drop')).toMatchObject({ code: 'unreachable', mayHaveRun: true });
    expect((await tools.effects()).map(({ tool }) => tool)).toEqual(['drop']);
    // And the session is as good as new.
    expect(await demo.call('echo', { text: 'still here' })).toMatchObject({
      content: [{ text: 'still here' }],
    });
  },
);

it('stops where a server asks the person, and goes on with the answer in another session', async () => {
  const tools = new DemoTools();
  const ask = async () => {
    await using demo = open(tools, 'modern');
    return await demo.call('ask_name');
  };
  const asked = await ask();
  if (!asked.ok || asked.type !== 'input_required') throw new Error(JSON.stringify(asked));
  expect(asked.requests).toMatchObject([{ key: 'q1', mode: 'form', message: 'What is your name?' }]);
  const resume = {
    state: asked.state,
    answers: { q1: { action: 'accept' as const, content: { name: 'Ada' } } },
  };
  await using demo = open(tools, 'modern');
  const call = { name: 'ask_name', args: {}, timeoutMs: 5_000, signal: never, onProgress: () => {}, resume };
  expect(await demo.session.call(call)).toMatchObject({ type: 'done', isError: false });
  expect((await tools.effects()).map(({ tool }) => tool)).toEqual(['ask_name']);
});

it('takes the token to its server, and says what a closed or a silent one is', async () => {
  const tools = new DemoTools();
  await using good = open(tools, 'bearer', 'good-token');
  expect(await good.call('echo', { text: 'in' })).toMatchObject({ ok: true, isError: false });
  await using bad = open(tools, 'bearer', 'bad-token');
  expect(await bad.list()).toMatchObject({ code: 'unauthorized', mayHaveRun: false });
  await tools.control({ action: 'mode', server: 'modern', mode: 'hang' });
  await using silent = open(tools, 'modern');
  expect(await silent.call('echo', { text: 'x' }, { timeoutMs: 100 })).toMatchObject({
    code: 'timeout',
    mayHaveRun: false,
  });
  await tools.control({ action: 'mode', server: 'legacy', mode: 'down' });
  await using down = open(tools, 'legacy');
  expect(await down.list()).toMatchObject({ code: 'unavailable', mayHaveRun: false });
});

it('leaves the bad ones of a list out, and says so', async () => {
  await using demo = open(new DemoTools(), 'liar');
  const listing = await demo.list();
  expect(listing).toMatchObject({ ok: true, left: [{ reason: 'bad_tool', count: 2 }] });
});
