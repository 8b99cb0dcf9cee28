/** A webhook that is full, at its door: the sender is told to come again, and nothing that was taken is lost. */
import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it } from 'vitest';
import { hooksOf } from '#shared/core/conversation/state.ts';
import { maxWaitingBytes } from '#shared/core/webhooks/hook-state.ts';
import { Webhook } from '#shared/protocol/webhook.ts';
import { problemOf } from '#worker/test-browser.ts';
import { accepted, deliveries, hooked, pageOf, runs, signed } from '#test/workers/hooked.ts';
import { standIn } from '#test/workers/stand-in.ts';
import type { Talk } from '#test/workers/talk.ts';
import { conversation } from './client.ts';
import { ConversationStore } from './store.ts';

beforeEach(() => standIn.hurry());

/** As if so many bytes more waited in the batches that wait. Nothing of it is in memory before or after. */
async function fill({ id }: Talk, bytes: number): Promise<void> {
  await evictDurableObject(conversation(env, id));
  await runInDurableObject(conversation(env, id), (_object, { storage }) => {
    const store = new ConversationStore(storage.sql);
    const webhooks = hooksOf(store.state()).map((hook) => ({
      ...hook,
      waiting: hook.waiting.map((batch) => ({ ...batch, bytes: (batch.bytes ?? 0) + bytes })),
    }));
    store.write({ ...store.state(), webhooks }, []);
  });
  await evictDurableObject(conversation(env, id));
}

it('answers 429 with when to come again, keeps nothing of it, and takes it later', async () => {
  const { talk, watcher, made } = await hooked({ whileBusy: 'queue' });
  // A question is open: what arrives waits for its answer, also while the object is put away.
  const asks = `asks ${talk.id}`;
  const questions = [{ question: 'Which?', kind: 'text' }];
  await standIn.reply(asks, [{ type: 'tool_use', name: 'ask_user', input: { questions } }]);
  await talk.say(asks);
  await watcher.ended();
  const first = await accepted(await signed(made, '{"n":1}', 'msg-1'));
  await fill(talk, maxWaitingBytes - 10);
  const full = await signed(made, '{"n":2}', 'msg-2');
  expect(full.headers.get('retry-after')).toBe('60');
  expect(full.headers.get('content-type')).toContain('application/problem+json');
  expect(await problemOf(full)).toEqual([429, 'too_many_deliveries']);
  // What was taken is known, and is answered as it was.
  expect(await accepted(await signed(made, '{"n":1}', 'msg-1'))).toEqual(first);
  expect((await deliveries(talk, made)).map(({ id }) => id)).toEqual([first.deliveryId]);
  const [webhook] = await pageOf(talk, '/webhooks', Webhook);
  expect(webhook).toMatchObject({ deliveries: 1, waiting: 1, refused: 0 });
  // There is room again: the same delivery, sent once more, is a new one and not a repeat.
  await fill(talk, 10 - maxWaitingBytes);
  const second = await accepted(await signed(made, '{"n":2}', 'msg-2'));
  expect(second.deliveryId).not.toBe(first.deliveryId);
  await talk.call('PATCH', '', { status: 'archived' });
  await talk.call('PATCH', '', { status: 'active' });
  // On a line of its own: the object was put away meanwhile.
  await (await talk.watch()).ended(3);
  expect((await runs(talk)).map(({ id }) => id)).toEqual(expect.arrayContaining([first.runId, second.runId]));
});
