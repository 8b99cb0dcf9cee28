/** A rehearsal looks and asks nobody for a yes; nothing that writes is done, whatever the settings say. */
import { beforeEach, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { RunTrace } from '#shared/protocol/run.ts';
import { newcomer, problemOf } from '#worker/test-browser.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';

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
