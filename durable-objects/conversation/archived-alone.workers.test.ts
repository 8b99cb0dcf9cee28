/** Claude archives its own conversation: told where nobody saw it, once, whatever dies. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { Notification } from '#shared/protocol/notification.ts';
import { newcomer } from '#worker/test-browser.ts';
import { beginAtNoon, NOON } from '#test/workers/noon.ts';
import { scheduled } from '#test/workers/schedules.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';
import { conversation } from './client.ts';

const MINUTE = 60_000;

beginAtNoon();

const paused = async ({ browser }: Talk) => {
  const list = await (await browser.call('GET', '/api/notifications')).json();
  const { items } = z.object({ items: z.array(Notification) }).parse(list);
  return items.flatMap(({ kind, source, code, conversationId }) =>
    kind === 'paused' ? [{ source, code, conversationId }] : [],
  );
};

/** The next time that it hears these words Claude archives the conversation. */
const archives = (words: string) =>
  standIn.reply(words, [{ type: 'tool_use', name: 'archive_conversation', input: {} }]);

it('tells once that a run of its own archived the conversation, also after a death', async () => {
  const talk = await Talk.begin(await newcomer());
  const watcher = await talk.watch();
  const words = `put this away ${talk.id}`;
  await archives(words);
  await scheduled(talk, { cron: '*/5 * * * *', instruction: words, name: 'Watch' });
  vi.setSystemTime(NOON + 5 * MINUTE);
  const object = conversation(env, talk.id);
  await runDurableObjectAlarm(object);
  await watcher.ended();
  expect(await talk.get()).toMatchObject({ status: 'archived', schedules: [{ paused: 'archived' }] });
  const told = [{ source: null, code: 'archived', conversationId: talk.id }];
  await vi.waitFor(async () => expect(await paused(talk)).toEqual(told));
  // As if it had died after it told, and before it knew that this was heard.
  await runInDurableObject(object, (_object, { storage }) => {
    storage.sql.exec(`UPDATE marks SET value = 0 WHERE name = 'notified_seq'`);
    storage.sql.exec(
      `INSERT OR REPLACE INTO outbox (type, generation, attempts, due_at) VALUES ('notify', 1, 1, 0)`,
    );
  });
  await evictDurableObject(object);
  await talk.get();
  await vi.waitFor(() =>
    runInDurableObject(object, (_object, { storage }) =>
      expect(storage.sql.exec(`SELECT type FROM outbox WHERE type = 'notify'`).toArray()).toEqual([]),
    ),
  );
  expect(await paused(talk)).toEqual(told);
});

it('tells nobody of what they asked for in the conversation', async () => {
  const talk = await Talk.begin(await newcomer());
  const watcher = await talk.watch();
  await scheduled(talk, { cron: '0 8 * * *', name: 'Watch' });
  const words = `please archive this ${talk.id}`;
  await archives(words);
  await talk.say(words);
  await watcher.ended();
  expect(await talk.get()).toMatchObject({ status: 'archived' });
  await runInDurableObject(conversation(env, talk.id), (_object, { storage }) =>
    expect(storage.sql.exec(`SELECT type FROM outbox WHERE type = 'notify'`).toArray()).toEqual([]),
  );
  expect(await paused(talk)).toEqual([]);
});
