/** The carry-forward note: written by the agent or the person, told to the model once, and byte-stable after that. */
import { beforeEach, expect, it } from 'vitest';
import { env } from 'cloudflare:workers';
import * as z from 'zod/mini';
import { Note } from '#shared/protocol/note.ts';
import { newcomer } from '#worker/test-browser.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';

beforeEach(() => standIn.hurry());

const Reply = z.object({ note: z.nullable(Note) });
const Journal = z.object({
  entries: z.array(z.object({ request: z.unknown(), lastUserText: z.nullable(z.string()) })),
});

/** What the model was asked with, newest first, of requests that hold a word. */
async function requestsWith(word: string): Promise<string[]> {
  const response = await fetch(`${env.ANTHROPIC_BASE_URL}/__journal`);
  const { entries } = Journal.parse(await response.json());
  return entries
    .map(({ request }) => JSON.stringify(request))
    .filter((text) => text.includes(word))
    .toReversed();
}

it('is written by a tool without asking, read and changed by the person, and told to the model when they did', async () => {
  const word = crypto.randomUUID();
  const talk = await Talk.begin(await newcomer());
  const watcher = await talk.watch();
  await standIn.reply(word, [{ type: 'tool_use', name: 'update_note', input: { text: 'Told: ticket 7' } }]);
  await talk.say(`begin ${word}`);
  await watcher.ended();
  const read = Reply.parse(await (await talk.call('GET', '/note')).json());
  expect(read.note).toMatchObject({ text: 'Told: ticket 7', by: 'assistant' });
  expect(watcher.transcript.note).toMatchObject({ text: 'Told: ticket 7' });

  await talk.say(`again ${word}`);
  await watcher.ended(2);
  const [own = ''] = await requestsWith(`again ${word}`);
  // It wrote it itself: it is not told again.
  expect(own).not.toContain('[the carry-forward note');

  const set = await talk.call('PUT', '/note', { text: '  Told: tickets 7 and 8  ' });
  expect(Reply.parse(await set.json()).note).toMatchObject({ text: 'Told: tickets 7 and 8', by: 'user' });
  await talk.say(`third ${word}`);
  await watcher.ended(3);
  await talk.say(`fourth ${word}`);
  await watcher.ended(4);
  const [fourth = ''] = await requestsWith(`fourth ${word}`);
  const [third = ''] = await requestsWith(`third ${word}`);
  expect(third).toContain('Told: tickets 7 and 8');
  // Once, although the demo model repeats it in what it says.
  expect(fourth.split('"text":"[the carry-forward note').length - 1).toBe(1);

  await talk.call('PUT', '/note', { text: '' });
  expect(Reply.parse(await (await talk.call('GET', '/note')).json())).toEqual({ note: null });
  expect((await talk.call('PUT', '/note', { text: 'x'.repeat(8_001) })).status).toBe(400);
});
