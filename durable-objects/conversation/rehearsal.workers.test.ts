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
