/**
 * Servers that never answer, in a conversation: a call costs its time and nothing else, whichever step of it the server
 * leaves hanging. The time passes when the test says so; nothing here waits for it.
 */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v4 as uuidv4 } from 'uuid';
import * as z from 'zod/mini';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { user } from '#durable-objects/user/client.ts';
import { Connection } from '#shared/protocol/connection.ts';
import { LongTimers } from '#test/workers/long-timers.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';
import { DemoTools } from '#test/workers/tools.ts';
import { newcomer, problemOf } from '#worker/test-browser.ts';
import { conversation } from './client.ts';

/** What connecting and listing may take, and one call; milliseconds. */
const connectMs = 15_000;
const callMs = 60_000;

let timers: LongTimers;
beforeAll(() => standIn.hurry());
beforeEach(() => {
  timers = new LongTimers();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const other = { modern: 'legacy', legacy: 'modern' } as const;
type Era = keyof typeof other;
const use = (name: string, input: Record<string, unknown> = {}) => ({ type: 'tool_use', name, input });

/** A person with a server of this era that will hang, and one of the other that will not. */
async function both(era: Era) {
  const ada = await newcomer();
  const tools = new DemoTools();
  for (const server of [era, other[era]]) await tools.allow(ada, await tools.connect(ada, server), 'auto');
  return { ada, tools };
}

/** How a server hangs, which of our times that costs, and what the model is told. */
const hanging = [
  {
    what: 'a call',
    mode: null,
    tool: 'hang',
    ms: callMs,
    running: 1,
    told: ['unknown', /^Outcome unknown: the server did not answer in time/],
  },
  {
    what: 'the list',
    mode: { mode: 'hang', method: 'tools/list' },
    tool: 'echo',
    ms: connectMs,
    running: 1,
    told: ['error', /^Not done: the server did not answer in time/],
  },
  {
    what: 'connecting',
    mode: { mode: 'hang' },
    tool: 'echo',
    ms: connectMs,
    // Of the list, and of the connecting that it needs.
    running: 2,
    told: ['error', /^Not done: the server did not answer in time/],
  },
] as const;

/** A turn with a call to each of the two servers, when the one that answers has answered and the other hangs. */
async function stuck(era: Era, { mode, tool, ms, running }: (typeof hanging)[number]) {
  const { ada, tools } = await both(era);
  if (mode !== null) await tools.control({ action: 'mode', server: era, ...mode });
  const words = `two servers ${uuidv4()}`;
  const input = tool === 'echo' ? { text: 'never said' } : {};
  await standIn.reply(words, [
    use(`${era}__${tool}`, input),
    use(`${other[era]}__echo`, { text: 'still here' }),
  ]);
  const talk = await Talk.begin(ada, words);
  const watcher = await talk.watch();
  await watcher.until(({ events }) => events.some(({ type }) => type === 'tool_ended'));
  await timers.until(ms, running);
  return { ada, talk, watcher, pass: () => passing(talk.id, ms) };
}

/** Lets a time pass in a conversation's object. */
const passing = (id: string, ms: number): Promise<void> =>
  runInDurableObject(conversation(env, id), () => timers.ring(ms));

const results = ({ events }: Awaited<ReturnType<Talk['watch']>>) =>
  events.flatMap((event) => (event.type === 'tool_ended' ? [[event.name, event.outcome, event.text]] : []));
const turns = ({ events }: Awaited<ReturnType<Talk['watch']>>) =>
  events.flatMap((event) => (event.type === 'turn_ended' ? [event.outcome] : []));

describe.each(['modern', 'legacy'] as const)('a server (%s) that leaves hanging', (era) => {
  it.each(hanging)('$what costs the turn its time, and nothing else', async (how) => {
    const { talk, watcher, pass } = await stuck(era, how);
    const answered = [`${other[era]}__echo`, 'ok', 'still here'];
    expect(results(watcher)).toEqual([answered]);
    expect((await talk.get()).working).toBe(true);
    await talk.say('said meanwhile');
    await pass();
    await watcher.ended(2);
    const [outcome, text] = how.told;
    expect(results(watcher)).toEqual([
      answered,
      [`${era}__${how.tool}`, outcome, expect.stringMatching(text)],
    ]);
    // Nothing of it is left to wait for, and what was said meanwhile is answered.
    expect([timers.running(connectMs), timers.running(callMs)]).toEqual([0, 0]);
    expect(turns(watcher)).toEqual(['completed', 'completed']);
    expect(watcher.texts().at(-1)).toMatch(/^assistant: ./);
  });

  it.each(hanging)('$what is stopped at once, and the next message answered', async (how) => {
    const { talk, watcher } = await stuck(era, how);
    expect((await talk.call('POST', '/stop')).status).toBe(202);
    await watcher.ended();
    expect(turns(watcher)).toEqual(['stopped']);
    expect(results(watcher).map(([name, outcome]) => [name, outcome])).toEqual([
      [`${other[era]}__echo`, 'ok'],
      [`${era}__${how.tool}`, 'unknown'],
    ]);
    await talk.say('and now?');
    await watcher.ended(2);
    expect(turns(watcher)).toEqual(['stopped', 'completed']);
    expect([timers.running(connectMs), timers.running(callMs)]).toEqual([0, 0]);
  });
});

it('a connection that is checked or made is told to be out of reach when its time is over', async () => {
  const { ada, tools } = await both('modern');
  const inDesk = () => runInDurableObject(user(env, ada.userId), () => timers.ring(connectMs));
  const read = async (path: string) =>
    z.object({ items: z.array(Connection) }).parse(await (await ada.call('GET', path)).json());
  const [modern] = (await read('/api/connections')).items;
  await tools.control({ action: 'mode', server: 'modern', mode: 'hang' });
  await tools.control({ action: 'mode', server: 'bearer', mode: 'hang' });

  const checking = ada.call('POST', `/api/connections/${modern?.id}/check`);
  await timers.until(connectMs, 2);
  await inDesk();
  expect((await checking).status).toBe(200);
  expect((await read('/api/connections')).items[0]).toMatchObject({ id: modern?.id, status: 'unreachable' });

  const making = ada.call('POST', '/api/connections', { body: { url: tools.url('bearer'), name: 'more' } });
  await timers.until(connectMs, 2);
  await inDesk();
  expect(await problemOf(await making)).toEqual([422, 'connection_failed']);
  expect((await read('/api/connections')).items.length).toBe(2);
});
