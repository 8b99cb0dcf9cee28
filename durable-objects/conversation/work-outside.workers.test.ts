/** Work of its own and the world around it: the database that is away, and a deletion in the middle of a run. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { connect } from '#shared/adapters/db/client.ts';
import { conversations, messages, runs, schedules } from '#shared/adapters/db/schema.ts';
import { signAs } from '#shared/adapters/webhooks/verify.ts';
import { Webhook } from '#shared/protocol/webhook.ts';
import { newcomer, problemOf, TestBrowser } from '#worker/test-browser.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';
import { DemoTools } from '#test/workers/tools.ts';
import { conversation } from './client.ts';
import { Turns } from './turns.ts';

const NOON = Date.parse('2037-11-24T12:00:00Z');
const MINUTE = 60_000;
const database = connect(env.DATABASE_URL);

beforeEach(async () => {
  await standIn.hurry();
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(NOON);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const projected = async (id: string) => ({
  runs: await database.select().from(runs).where(eq(runs.conversationId, id)),
  schedules: await database.select().from(schedules).where(eq(schedules.conversationId, id)),
  messages: await database.select().from(messages).where(eq(messages.conversationId, id)),
});

/** The database cannot be reached from here on; what asks for it is refused as by a closed port. */
function stopDatabase() {
  const real = globalThis.fetch;
  const { host } = new URL(env.DATABASE_URL.replace(/^postgres(?:ql)?:/, 'http:'));
  return vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    return new URL(url).host === host
      ? Promise.reject(new TypeError('connection refused'))
      : real(input, init);
  });
}

it('runs while the database is away for ten minutes, and loses nothing of the projection', async () => {
  const talk = await Talk.begin(await newcomer());
  const watcher = await talk.watch();
  const made = await talk.call('POST', '/schedules', {
    every: 60,
    instruction: 'Say hello',
    name: 'Each minute',
  });
  expect(made.status).toBe(201);
  const hook = await talk.call('POST', '/webhooks', { name: 'In', scheme: 'github', instruction: 'Say it' });
  const { secret, url } = z
    .object({ webhook: Webhook, url: z.string(), secret: z.string() })
    .parse(await hook.json());
  const away = stopDatabase();
  for (let minute = 1; minute <= 10; minute += 1) {
    vi.setSystemTime(NOON + minute * MINUTE);
    await runDurableObjectAlarm(conversation(env, talk.id));
    await watcher.ended(minute);
  }
  const body = new TextEncoder().encode('{"n":1}');
  const headers = await signAs('github', { id: 'one', body, secret }, Date.now());
  const send = () =>
    new TestBrowser().call('POST', new URL(url).pathname, {
      raw: body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  const answers = await Promise.all(Array.from({ length: 100 }, send));
  expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
  await watcher.ended(11);
  expect(away.mock.calls.length).toBeGreaterThan(0);
  away.mockRestore();
  vi.setSystemTime(NOON + 30 * MINUTE);
  await runDurableObjectAlarm(conversation(env, talk.id));
  await expect.poll(async () => (await projected(talk.id)).runs.length).toBeGreaterThanOrEqual(11);
  const after = await projected(talk.id);
  expect(after.runs.filter(({ trigger }) => trigger === 'schedule').length).toBeGreaterThanOrEqual(10);
  expect(after.runs.filter(({ trigger }) => trigger === 'webhook')).toHaveLength(1);
  expect(after.schedules).toMatchObject([{ name: 'Each minute', status: 'live' }]);
  expect(after.messages.length).toBeGreaterThanOrEqual(22);
});

/** What of a deleted conversation is left in its object. */
const leftIn = (id: string) =>
  runInDurableObject(conversation(env, id), async (_object, { storage }) => ({
    alarm: await storage.getAlarm(),
    tables: storage.sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'",
      )
      .toArray(),
  }));

const conversationRows = (id: string) =>
  database.select().from(conversations).where(eq(conversations.id, id));

const stored = async (ownerId: string) =>
  (await env.FILES.list({ prefix: `${ownerId}/` })).objects.map(({ key }) => key.split('/')[1]);

it('leaves nothing when it is deleted in the middle of a run, and calls nobody any more', async () => {
  const ada = await newcomer();
  const talk = await Talk.begin(ada);
  const watcher = await talk.watch();
  const File = z.object({ file: z.object({ id: z.string() }) });
  const Files = z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) });
  const files = async () => Files.parse(await (await ada.call('GET', '/api/files')).json()).items;
  const sent = await ada.call('POST', '/api/files', {
    raw: new TextEncoder().encode('mine'),
    headers: { 'content-type': 'text/plain', 'x-file-name': 'mine.txt' },
  });
  const { file: upload } = File.parse(await sent.json());
  const write = (name: string) => ({
    type: 'tool_use',
    name: 'write_file',
    input: { name, content: 'made' },
  });
  const two = `Write two ${talk.id}`;
  await standIn.reply(two, [write('goes.md'), write('stays.md')]);
  await talk.say(two);
  await watcher.ended();
  const kept = (await files()).find(({ name }) => name === 'stays.md')?.id ?? '';
  const other = await Talk.begin(ada);
  // A message that is not taken keeps nothing: the other file goes with its conversation.
  const goes = (await files()).find(({ name }) => name === 'goes.md')?.id ?? '';
  const { messageId } = await other.say('Before');
  const again = { id: messageId, text: 'Another', files: [goes] };
  expect(await problemOf(await other.call('POST', '/messages', again))).toEqual([409, 'id_conflict']);
  expect((await other.call('POST', '/messages', { text: 'Look', files: [kept] })).status).toBe(202);
  expect(await files()).toHaveLength(3);
  // Both are at rest and have their titles before calls are counted: the other one may go on asking the model.
  for (const one of [talk, other])
    await expect.poll(async () => one.get()).toMatchObject({ working: false, title: expect.any(String) });
  vi.setSystemTime(NOON); // what polls moves the clock that is set

  const greet = `Greet the last one ${talk.id}`;
  await talk.call('POST', '/schedules', { every: 60, instruction: greet, name: 'Each minute' });
  await talk.call('POST', '/webhooks', { name: 'In', scheme: 'github', instruction: 'Say it' });
  await standIn.reply(greet, [
    { type: 'tool_use', name: 'http_request', input: { method: 'GET', url: 'https://tool.example/' } },
    write('late.md'),
  ]);
  await standIn.hold(greet, 1);
  vi.setSystemTime(NOON + MINUTE);
  const rung = runDurableObjectAlarm(conversation(env, talk.id));
  await standIn.held();
  const called = vi.spyOn(globalThis, 'fetch');
  const gone = await talk.browser.call('DELETE', `/api/conversations/${talk.id}`);
  expect(gone.status).toBe(204);
  // Although the model still holds back its reply.
  await expect.poll(() => leftIn(talk.id)).toEqual({ alarm: null, tables: [] });
  // Whatever the model or a tool would be asked: only the database hears of the end.
  const asked = () =>
    called.mock.calls
      .map(([input]) => (input instanceof Request ? input.url : String(input)))
      .filter((url) => url.includes('/v1/') || url.includes('tool.example'));
  expect(asked()).toEqual([]);
  expect(await projected(talk.id)).toEqual({ runs: [], schedules: [], messages: [] });
  const [row] = await conversationRows(talk.id);
  expect(row).toMatchObject({ title: null });
  expect(row?.deletedAt).not.toBeNull();
  // What it made is gone; what was uploaded, and what was sent on into another conversation, is not.
  expect((await files()).map(({ id }) => id).toSorted()).toEqual([upload.id, kept].toSorted());
  expect((await stored(ada.userId)).toSorted()).toEqual([upload.id, kept].toSorted());
  // The ring that had stayed open over the turn has ended with it.
  expect(await rung).toBe(true);
  await standIn.release();
  vi.setSystemTime(NOON + 5 * MINUTE);
  await runDurableObjectAlarm(conversation(env, talk.id));
  expect(asked()).toEqual([]);
  expect((await files()).map(({ id }) => id).toSorted()).toEqual([upload.id, kept].toSorted());
  expect(await problemOf(await talk.call('GET', ''))).toEqual([404, 'not_found']);
});

/** Counts turns from now on: how many began, and how many of them are under way. */
function countTurns() {
  const turns = { begun: 0, running: 0 };
  const { start } = Turns.prototype;
  vi.spyOn(Turns.prototype, 'start').mockImplementation(async function (this: Turns, ...given) {
    turns.begun += 1;
    turns.running += 1;
    await start.apply(this, given).finally(() => {
      turns.running -= 1;
    });
  });
  return turns;
}

it('leaves nothing when it is deleted while a tool is called, and calls nobody after it', async () => {
  const ada = await newcomer();
  const tools = new DemoTools();
  await tools.allow(ada, await tools.connect(ada, 'modern'), 'auto');
  const talk = await Talk.begin(ada);
  const task = `Send it ${talk.id}`;
  const send = (to: string) => ({
    type: 'tool_use',
    name: 'modern__send_message',
    input: { to, text: 'b' },
  });
  await standIn.reply(task, [send('bob'), send('carol')]);
  await talk.call('POST', '/schedules', { every: 60, instruction: task, name: 'Each minute' });
  await tools.control({ action: 'hold', tool: 'send_message', when: 'before' });
  const turns = countTurns();
  vi.setSystemTime(NOON + MINUTE);
  const rung = runDurableObjectAlarm(conversation(env, talk.id));
  await tools.control({ action: 'await', held: 1 });
  const called = vi.spyOn(globalThis, 'fetch');
  expect((await talk.browser.call('DELETE', `/api/conversations/${talk.id}`)).status).toBe(204);
  await expect.poll(() => leftIn(talk.id)).toEqual({ alarm: null, tables: [] });
  // The call that was under way may still be done over there. Nothing follows from its answer.
  await tools.control({ action: 'release' });
  expect(await rung).toBe(true);
  vi.setSystemTime(NOON + 5 * MINUTE);
  await runDurableObjectAlarm(conversation(env, talk.id));
  // When no turn goes on, all has been asked that could follow.
  await expect.poll(() => turns).toEqual({ begun: 1, running: 0 });
  const databaseHost = new URL(env.DATABASE_URL.replace(/^postgres(?:ql)?:/, 'http:')).host;
  const asked = called.mock.calls
    .map(([input]) => new URL(input instanceof Request ? input.url : String(input)))
    .filter(({ host, pathname }) => host !== databaseHost && !pathname.endsWith('/__control'));
  expect(asked.map(String)).toEqual([]);
  expect((await tools.effects()).length).toBeLessThanOrEqual(1);
  expect(await leftIn(talk.id)).toEqual({ alarm: null, tables: [] });
  expect(await projected(talk.id)).toEqual({ runs: [], schedules: [], messages: [] });
});
