/** What deliveries hold stays as long as a run needs it, whatever else arrives; and what is gone is told as gone. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { deliveryLines } from '#shared/core/webhooks/content.ts';
import { DeliveryDetail } from '#shared/protocol/webhook.ts';
import { problemOf } from '#worker/test-browser.ts';
import { accepted, deliveries, hooked, type Made, runs, send } from '#test/workers/hooked.ts';
import { beginAtNoon, NOON } from '#test/workers/noon.ts';
import { standIn } from '#test/workers/stand-in.ts';
import type { Talk } from '#test/workers/talk.ts';
import { conversation } from './client.ts';
import { migrations } from './migrations.ts';
import { keptBodies, pruneEvery } from './prune-deliveries.ts';
import { WebhookStore } from './webhook-store.ts';

const HOUR = 60 * 60_000;
beginAtNoon();

const bodyOf = (n: number) => JSON.stringify({ n, text: 'x'.repeat(100) });

/** Sends so many, from `first` on. What each sender was told. */
async function burst({ url }: Made, first: number, count: number) {
  const told: Array<{ deliveryId: string; runId: string | null }> = [];
  for (let done = 0; done < count; done += 50) {
    const some = Array.from({ length: Math.min(50, count - done) }, (_, n) => bodyOf(first + done + n));
    told.push(...(await Promise.all(some.map((body) => send(url, body).then(accepted)))));
  }
  return told;
}

/** A conversation in which a burst has come while it was at work on something else; its run comes next. */
async function burstWaits(count: number) {
  const words = `Say what came ${crypto.randomUUID()}`;
  const hook = await hooked({ scheme: 'url', instruction: words });
  await standIn.hold(words);
  await accepted(await send(hook.made.url, '{"n":-1}'));
  await standIn.held();
  const told = await burst(hook.made, 0, count);
  expect(new Set(told.map(({ runId }) => runId)).size).toBe(1);
  return { ...hook, words, told };
}

/** What a run can read: what it begins with, and then all that follows, as the tool gives it. */
const readable = (talk: Talk, batch: string) =>
  runInDurableObject(conversation(env, talk.id), (_object, { storage }) => {
    const store = new WebhookStore(storage.sql);
    const [first] = store.batch(batch, 1);
    const read: string[] = deliveryLines(first === undefined ? [] : [first]).text.match(/"n":\d+/g) ?? [];
    let last = first?.id;
    while (last !== undefined) {
      const { arrived } = store.after(last, 25_000);
      const { text, shown } = deliveryLines(arrived);
      read.push(...(text.match(/"n":\d+/g) ?? []));
      last = arrived[shown - 1]?.id;
    }
    return new Set(read);
  });

it('a run with a thousand that fails sees all of them when it is made again', async () => {
  const { talk, watcher, made, words, told } = await burstWaits(1_000);
  const batch = told[0]?.runId ?? '';
  await standIn.queue(words, 'unauthorized');
  await standIn.release();
  await watcher.ended(2);
  expect((await runs(talk))[0]).toMatchObject({ id: batch, outcome: 'failed' });
  await burst(made, 1_000, 100);
  expect((await readable(talk, batch)).size).toBe(1_000);
  await standIn.hold(words);
  vi.setSystemTime(NOON + HOUR);
  // It stays over the turn.
  const rung = runDurableObjectAlarm(conversation(env, talk.id));
  await standIn.held();
  await burst(made, 1_100, 100);
  expect((await readable(talk, batch)).size).toBe(1_000);
  const again = watcher.transcript.messages.findLast(({ origin }) => origin === 'webhook')?.content ?? [];
  const shown = again.flatMap((block) => (block.type === 'delivery' ? [block] : []));
  expect(shown.length).toBeGreaterThan(80);
  for (const [n, { text }] of shown.slice(0, 80).entries()) expect(text).toBe(bodyOf(n));
  await standIn.release();
  await watcher.ended(3);
  await rung;
});

it('a run keeps what it took in while it waits for a person; afterwards what is gone is told as gone', async () => {
  const { talk, watcher, made, words, told } = await burstWaits(250);
  const [first, batch] = [told[0]?.deliveryId ?? '', told[0]?.runId ?? ''];
  const ask = { questions: [{ question: 'Which?', kind: 'text' }] };
  await standIn.reply(words, [{ type: 'tool_use', name: 'ask_user', input: ask }]);
  await standIn.release();
  await watcher.until(({ events }) => events.some(({ type }) => type === 'question_asked'));
  await burst(made, 250, 300);
  expect((await readable(talk, batch)).size).toBe(250);
  const log = await deliveries(talk, made);
  expect(log.every(({ kept }) => kept)).toBe(true);
  const rowOf = async (id: string) => {
    const response = await talk.call('GET', `/webhooks/${made.webhook.id}/deliveries/${id}`);
    return z.object({ delivery: DeliveryDetail }).parse(await response.json()).delivery;
  };
  expect(await rowOf(first)).toMatchObject({ status: 'accepted', kept: true, body: expect.any(String) });

  const { question } = await talk.get();
  const answers = { [question?.fields[0]?.id ?? '']: 'This one' };
  const answered = await talk.call('POST', `/questions/${question?.id}/answer`, { answers });
  expect(answered.status).toBe(202);
  await watcher.until(({ events }) => events.filter(({ type }) => type === 'turn_ended').length >= 4);
  await burst(made, 550, keptBodies + pruneEvery);
  expect(await rowOf(first)).toMatchObject({ status: 'accepted', kept: false, body: null });
  const gone = `(what it held, ${bodyOf(0).length} bytes, is no longer kept)`;
  expect((await rowOf(first)).preview).toBe(gone);
  const replay = await talk.call('POST', `/webhooks/${made.webhook.id}/deliveries/${first}/replay`);
  expect(await problemOf(replay)).toEqual([410, 'not_kept']);
  await runInDurableObject(conversation(env, talk.id), (_object, { storage }) => {
    const { arrived, count } = new WebhookStore(storage.sql).after(first, 25_000);
    expect(count).toBe(249);
    expect(deliveryLines(arrived).text).toContain(gone);
  });
});

it('what a run took in before this was kept for its sake is so from now on', async () => {
  const { talk, told, watcher } = await burstWaits(3);
  await runInDurableObject(conversation(env, talk.id), (_object, { storage }) => {
    const statuses = () =>
      storage.sql
        .exec<{ status: string }>('SELECT status FROM deliveries ORDER BY received_at, id')
        .toArray()
        .map(({ status }) => status);
    // As the rows were: the first is in a run that goes on, one of the others in a run that is over.
    storage.sql.exec(
      "UPDATE deliveries SET status = 'accepted', batch = 'over' WHERE id = ?",
      told[0]?.deliveryId,
    );
    storage.sql.exec("UPDATE deliveries SET status = 'accepted' WHERE run_id IS NOT NULL OR batch = 'over'");
    storage.sql.exec('DROP INDEX deliveries_begun');
    storage.sql.exec(migrations.find(({ version }) => version === 7)?.sql ?? '');
    expect(statuses()).toEqual(['waiting', 'accepted', 'waiting', 'waiting']);
  });
  await standIn.release();
  await watcher.ended(2);
});
