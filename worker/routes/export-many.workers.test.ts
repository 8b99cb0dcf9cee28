/** An export of more than one page of anything: conversations, and the log of one; also while it changes. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v4 as uuidv4 } from 'uuid';
import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { conversation } from '#durable-objects/conversation/client.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import { Index, opened } from '#test/workers/export-archive.ts';
import { bytesOf, exported, makeMany, sourceOf } from '#test/workers/exports.ts';
import { unzip } from '#test/workers/unzip.ts';
import { archive } from '../export/archive.ts';
import { zip } from '../export/zip.ts';
import { newcomer } from '../test-browser.ts';

it('has every one of more conversations than a page of the list holds, under safe names', async () => {
  const ada = await newcomer();
  const hostile = [
    '../../../etc/passwd',
    String.raw`..\..\x`,
    '/root',
    'a\0b',
    '\u202Egnp.exe',
    '',
    null,
    'CON',
  ];
  const titles = [...hostile, ...Array.from({ length: 222 }, (_, n) => (n % 3 === 0 ? 'Same' : `Talk ${n}`))];
  const ids = await makeMany(ada, titles);
  const put = ids.slice(100, 110);
  for (const id of put) await conversation(env, id).update(ada.userId, { title: null, status: 'archived' });
  // `unzip` refuses names that lead anywhere, and names that are there twice.
  const made = await exported(ada);
  const { items } = Index.parse(made.json('conversations.json'));
  expect(items.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  for (const { id, folder } of items) {
    expect(folder).toMatch(/^conversations\/[^/]+$/);
    expect(made.json(`${folder}/conversation.json`)).toMatchObject({ id });
  }
  expect(made.names).toHaveLength(13 + 3 * ids.length);
  for (const id of put)
    expect(made.json(`${made.folder(id)}/conversation.json`)).toMatchObject({ status: 'archived' });
});

it('misses no conversation that changes or begins while the list is read', async () => {
  const ada = await newcomer();
  const ids = await makeMany(
    ada,
    Array.from({ length: 205 }, (_, n) => `Talk ${n}`),
  );
  const { items } = (await userObject(env, ada.userId).listConversations({ limit: 200 })) ?? { items: [] };
  const listed = new Set(items.map(({ id }) => id));
  const onTheNextPage = ids.filter((id) => !listed.has(id));
  expect(onTheNextPage).toHaveLength(5);
  let fresh: string[] = [];
  for await (const { name, content } of archive(await sourceOf(ada))) {
    if (typeof content === 'string') continue;
    let [text, count] = ['', 0];
    for await (const part of content) {
      text += part;
      count += 1;
      if (name !== 'conversations.json' || count !== 100) continue;
      // They jump from the page that is still to be read to the front of the one that is being read.
      for (const id of onTheNextPage)
        await conversation(env, id).update(ada.userId, { title: 'Renamed', status: null });
      fresh = await makeMany(ada, ['New']);
    }
    if (name !== 'conversations.json') continue;
    const found = Index.parse(JSON.parse(text)).items.map(({ id }) => id);
    expect(found.toSorted()).toEqual([...ids, ...fresh].toSorted());
    break;
  }
});

/** Puts large events into the log of a conversation, behind those it has. */
const fill = (id: string, count: number, chars: number) =>
  runInDurableObject(conversation(env, id), (_instance, { storage }) => {
    const { last } = storage.sql.exec<{ last: number }>('SELECT max(seq) AS last FROM events').one();
    for (let n = 1; n <= count; n += 1) {
      const seq = (last ?? 0) + n;
      const text = `event ${n} ${'x'.repeat(chars)}`;
      const event = {
        seq,
        at: new Date().toISOString(),
        type: 'message_added',
        messageId: uuidv4(),
        origin: 'user',
        content: [{ type: 'text', text }],
        queued: false,
      };
      storage.sql.exec('INSERT INTO events (seq, json) VALUES (?, ?)', seq, JSON.stringify(event));
    }
  });

it('reads a log of many pages to its end, and names what is deleted while it is read', async () => {
  const ada = await newcomer();
  const [short, long, gone, halfway] = await makeMany(ada, ['Short', 'Long', 'Gone', 'Halfway']);
  for (const id of [long, halfway]) await fill(id ?? '', 12, 1_500_000);
  let files = 0;
  async function* meddled() {
    for await (const entry of archive(await sourceOf(ada))) {
      files += 1;
      const name = entry.name;
      yield entry;
      // The index was read: from here on one is deleted before its turn, and one in the middle of it.
      if (name === 'conversations.json') await conversation(env, gone ?? '').remove(ada.userId);
      if (name.endsWith('/conversation.json') && name.includes('halfway'))
        await conversation(env, halfway ?? '').remove(ada.userId);
    }
  }
  const made = opened(unzip(await bytesOf(new Response(zip(meddled())))));
  expect(made.names).toHaveLength(files);

  const Events = z.object({ events: z.array(z.looseObject({ seq: z.number() })), lastSeq: z.number() });
  const whole = Events.parse(made.json(`${made.folder(long ?? '')}/events.json`));
  expect(whole.events).toHaveLength(12);
  expect(whole.lastSeq).toBe(whole.events.at(-1)?.seq);
  const transcript = made.text(`${made.folder(long ?? '')}/transcript.md`);
  for (let n = 1; n <= 12; n += 1) expect(transcript).toContain(`> event ${n} x`);

  // A part of it, in a file that can still be read; and the archive says so.
  const part = Events.parse(made.json(`${made.folder(halfway ?? '')}/events.json`));
  expect(part.events.length).toBeGreaterThan(0);
  expect(part.events.length).toBeLessThan(12);
  expect(made.names.filter((name) => name.includes('-gone-'))).toEqual([]);
  expect(made.names).toContain(`${made.folder(short ?? '')}/transcript.md`);
  const readme = made.text('README.txt');
  expect(readme).toContain(`before they could be read:\n  ${made.folder(gone ?? '')}\n`);
  expect(readme).toContain(`is not all:\n  ${made.folder(halfway ?? '')}\n`);
});
