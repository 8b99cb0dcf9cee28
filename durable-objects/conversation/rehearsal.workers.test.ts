/** A rehearsal looks and asks nobody for a yes; nothing that writes is done, whatever the settings say. */
import { beforeEach, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { RunTrace } from '#shared/protocol/run.ts';
import { newcomer, problemOf } from '#worker/test-browser.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk, type Watcher } from '#test/workers/talk.ts';

beforeEach(() => standIn.hurry());

it('tells what a run would have done', async () => {
  const ada = await newcomer();
  const talk = await Talk.begin(ada);
  const watcher = await talk.watch();
  const word = crypto.randomUUID();
  await standIn.reply(word, [
    { type: 'tool_use', name: 'get_current_time', input: {} },
    { type: 'tool_use', name: 'remember', input: { text: 'Likes tea' } },
    { type: 'tool_use', name: 'write_file', input: { name: 'a.md', content: 'x' } },
    { type: 'tool_use', name: 'update_note', input: { text: 'Told' } },
  ]);
  const response = await talk.call('POST', '/rehearse', { instruction: `Do it ${word}`, name: 'News' });
  expect(response.status).toBe(202);
  const { runId } = z.object({ runId: z.string() }).parse(await response.json());
  await watcher.ended();
  const results = watcher.transcript.messages.flatMap(({ content }) =>
    content.flatMap((block) => (block.type === 'tool_result' ? [block] : [])),
  );
  // What is refused ends first.
  expect(results.map(({ outcome, text }) => [outcome, text.startsWith('Rehearsal: not done.')])).toEqual([
    ['denied', true],
    ['denied', true],
    ['denied', true],
    ['ok', false],
  ]);
  expect((await talk.get()).questions).toEqual([]);
  expect(await (await ada.call('GET', '/api/memory')).json()).toEqual({ items: [] });
  expect(await (await ada.call('GET', '/api/files')).json()).toMatchObject({ items: [] });
  expect(await (await talk.call('GET', '/note')).json()).toEqual({ note: null });
  const trace = RunTrace.parse(await (await talk.call('GET', `/runs/${runId}`)).json());
  expect(trace.run.trigger.source).toMatchObject({ name: 'News', rehearsal: true });

  // What comes after it is real again.
  await standIn.reply(`after ${word}`, [{ type: 'tool_use', name: 'update_note', input: { text: 'Told' } }]);
  await talk.say(`after ${word}`);
  await watcher.ended(2);
  expect(await (await talk.call('GET', '/note')).json()).toMatchObject({ note: { text: 'Told' } });
});

it('is refused while something runs, and with nothing to do', async () => {
  const talk = await Talk.begin(await newcomer());
  await standIn.hold(`busy ${talk.id}`);
  await talk.say(`busy ${talk.id}`);
  await standIn.held();
  const busy = await talk.call('POST', '/rehearse', { instruction: 'x' });
  expect(await problemOf(busy)).toEqual([409, 'turn_in_progress']);
  await standIn.release();
  expect((await talk.call('POST', '/rehearse', { instruction: '  ' })).status).toBe(400);
});

const writing = [
  ['remember', { text: 'Likes tea' }],
  ['update_note', { text: 'Told' }],
  ['write_file', { name: 'a.md', content: 'x' }],
  ['records_write', { sql: 'CREATE TABLE a (b)' }],
  ['create_schedule', { name: 'x', instruction: 'y', cron: '0 8 * * *' }],
  ['archive_conversation', {}],
].map(([name, input]) => ({ type: 'tool_use', name, input }));

/** How many calls of the page's transcript were left out as a rehearsal. */
const leftOut = (watcher: Watcher): number =>
  watcher.transcript.messages
    .flatMap(({ content }) => content.flatMap((block) => (block.type === 'tool_result' ? [block.text] : [])))
    .filter((text) => text.startsWith('Rehearsal: not done.')).length;

async function nothingDone(talk: Talk) {
  expect(await (await talk.browser.call('GET', '/api/memory')).json()).toEqual({ items: [] });
  expect(await (await talk.browser.call('GET', '/api/files')).json()).toMatchObject({ items: [] });
  expect(await (await talk.call('GET', '/note')).json()).toEqual({ note: null });
  expect(await talk.get()).toMatchObject({ status: 'active', schedules: [], questions: [] });
}

it('goes on as one when its question is answered after another began', async () => {
  const talk = await Talk.begin(await newcomer());
  const watcher = await talk.watch();
  const word = crypto.randomUUID();
  const question = {
    type: 'tool_use',
    name: 'ask_user',
    input: { questions: [{ question: 'Which?', kind: 'text' }] },
  };
  await standIn.reply(word, [question]);
  await talk.call('POST', '/rehearse', { instruction: `Do it ${word}` });
  await watcher.ended();
  await talk.call('POST', '/rehearse', { instruction: 'Just look around' });
  await watcher.ended(2);
  await standIn.reply(`answer ${word}`, writing);
  const { question: asked } = await talk.get();
  await talk.call('POST', `/questions/${asked?.id}/answer`, { text: `answer ${word}` });
  await watcher.ended(3);
  expect(leftOut(watcher)).toBe(writing.length);
  await nothingDone(talk);
});

it('is one again when its reply is written again', async () => {
  const talk = await Talk.begin(await newcomer());
  const watcher = await talk.watch();
  const word = crypto.randomUUID();
  await talk.call('POST', '/rehearse', { instruction: `Do it ${word}` });
  await watcher.ended();
  const reply = watcher.transcript.messages.at(-1)?.id;
  await standIn.reply(word, writing);
  expect((await talk.call('POST', `/messages/${reply}/regenerate`)).status).toBe(202);
  await watcher.ended(2);
  expect(leftOut(watcher)).toBe(writing.length);
  await nothingDone(talk);
  // Nobody is told of what was not done.
  const { items } = z
    .object({ items: z.array(z.unknown()) })
    .parse(await (await talk.browser.call('GET', '/api/notifications')).json());
  expect(items).toEqual([]);
});

it('says what it would need to run without asking, and grants exactly that', async () => {
  const ada = await newcomer();
  const talk = await Talk.begin(ada);
  const watcher = await talk.watch();
  const word = crypto.randomUUID();
  const post = (figure: number, host = 'shop.invalid') => ({
    type: 'tool_use' as const,
    name: 'http_request',
    input: { method: 'POST', url: `https://${host}/orders`, body: `Order ${figure} of tea` },
  });
  await standIn.reply(word, [
    post(1),
    post(1),
    { type: 'tool_use', name: 'update_note', input: { text: 'x' } },
  ]);
  const response = await talk.call('POST', '/rehearse', { instruction: `Do it ${word}`, name: 'Orders' });
  const { runId } = z.object({ runId: z.string() }).parse(await response.json());
  await watcher.ended();
  const trace = async () => RunTrace.parse(await (await talk.call('GET', `/runs/${runId}`)).json());
  const { rehearsal } = await trace();
  const [rule] = rehearsal?.rules ?? [];
  expect(rehearsal?.rules).toHaveLength(1);
  expect(rule).toMatchObject({ toolKey: 'http_request', tainted: false, bounds: { perDay: 2 } });
  expect(rehearsal?.calls.map(({ name, asks, ruleId }) => [name, asks, ruleId])).toEqual([
    ['http_request', 'writes', rule?.id],
    ['http_request', 'writes', rule?.id],
    ['update_note', null, null],
  ]);

  const allow = (ruleIds: unknown) => talk.call('POST', `/runs/${runId}/allow`, { ruleIds });
  expect(await problemOf(await allow([crypto.randomUUID()]))).toEqual([404, 'not_found']);
  expect(await problemOf(await allow([rule?.id, crypto.randomUUID()]))).toEqual([404, 'not_found']);
  expect(await (await ada.call('GET', '/api/rules')).json()).toEqual({ items: [] });
  for (let time = 0; time < 2; time += 1) expect((await allow([rule?.id])).status).toBe(204);
  const { items } = z
    .object({ items: z.array(z.object({ id: z.string() })) })
    .parse(await (await ada.call('GET', '/api/rules')).json());
  expect(items.map(({ id }) => id)).toEqual([rule?.id]);
  const audit = await (await ada.call('GET', '/api/audit')).text();
  expect(audit.match(/rule_granted/g)).toHaveLength(1);

  // The same runs by that rule; with another figure, or to anybody else, it asks.
  await standIn.reply(`real ${word}`, [post(1), post(37), post(1, 'other.invalid')]);
  await talk.say(`real ${word}`);
  await watcher.ended(2);
  const intents = watcher.events.flatMap((event) => (event.type === 'tool_intended' ? [event.intent] : []));
  expect(intents.map(({ allowedBy }) => allowedBy)).toEqual([{ type: 'rule', ruleId: rule?.id }]);
  expect((await talk.get()).questions).toMatchObject([
    { approval: { input: { body: 'Order 37 of tea' } } },
    { approval: { input: { url: 'https://other.invalid/orders' } } },
  ]);

  // Ended by its person, it does not come back from the same rehearsal.
  await ada.call('DELETE', `/api/rules/${rule?.id}`);
  expect(await problemOf(await allow([rule?.id]))).toEqual([410, 'gone']);
});
