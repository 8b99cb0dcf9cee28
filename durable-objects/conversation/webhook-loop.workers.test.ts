/** A webhook whose own runs set it off: its runs keep apart, end at the limit of an hour, and it says until when. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { maxRunsPerHour } from '#shared/core/webhooks/pace.ts';
import { Delivery, Webhook } from '#shared/protocol/webhook.ts';
import { newcomer, TestBrowser } from '#worker/test-browser.ts';
import { beginAtNoon, NOON } from '#test/workers/noon.ts';
import { Talk } from '#test/workers/talk.ts';
import { conversation } from './client.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Runs that are played. */
const most = 5;

beginAtNoon();

it('runs further and further apart, no more than thirty times in an hour, whatever each run sends to it', async () => {
  const talk = await Talk.begin(await newcomer());
  const response = await talk.call('POST', '/webhooks', {
    name: 'Echo',
    scheme: 'url',
    instruction: 'Say what came',
  });
  const { url, webhook } = z.object({ url: z.string(), webhook: Webhook }).parse(await response.json());
  // Most of the thirty have been already.
  const before = Array.from({ length: maxRunsPerHour - most }, () => NOON);
  await runInDurableObject(conversation(env, talk.id), (_instance, { storage }) => {
    const sql = "UPDATE state SET json = json_set(json, '$.webhooks[0].startedAt', json(?))";
    storage.sql.exec(sql, JSON.stringify(before));
  });
  await evictDurableObject(conversation(env, talk.id));
  const watcher = await talk.watch();
  const outside = new TestBrowser();
  const post = (n: number) =>
    outside.call('POST', new URL(url).pathname, {
      raw: JSON.stringify({ n }),
      headers: { 'content-type': 'application/json' },
    });
  const started = () => watcher.events.filter(({ type }) => type === 'turn_started').length;
  const shown = async () => {
    // Tokens do not last as long as the pauses.
    await talk.browser.enter('refresh');
    return z.object({ items: z.array(Webhook) }).parse(await (await talk.call('GET', '/webhooks')).json())
      .items[0];
  };
  const newest = async () =>
    z
      .object({ items: z.array(Delivery) })
      .parse(await (await talk.call('GET', `/webhooks/${webhook.id}/deliveries`)).json()).items;
  expect((await post(0)).status).toBe(202);
  // As a tool of each run would: something that looks only, and whose server calls the address.
  const heldUntil: number[] = [];
  for (let n = 1; n <= most; n += 1) {
    const { heldUntil: until } = (await shown()) ?? {};
    expect((await newest())[0]).toMatchObject({
      status: 'waiting',
      waits: { reason: 'runs_keep_apart', until },
    });
    heldUntil.push(Date.parse(until ?? ''));
    expect(started()).toBe(n - 1);
    vi.setSystemTime(heldUntil.at(-1) ?? 0);
    await runDurableObjectAlarm(conversation(env, talk.id));
    await watcher.until(() => started() >= n);
    expect((await post(n)).status).toBe(202);
    await watcher.ended(n);
  }
  const pauses = heldUntil.map((at, index) => at - (heldUntil[index - 1] ?? NOON));
  for (const pause of pauses) expect(pause).toBeGreaterThan(5 * MINUTE);
  const end = new Date(NOON + HOUR).toISOString();
  expect(await shown()).toMatchObject({ waiting: 1, runsUsed: maxRunsPerHour, heldUntil: end });
  await runDurableObjectAlarm(conversation(env, talk.id));
  expect(started()).toBe(most);
  expect((await newest()).map(({ status }) => status)).toEqual([
    'waiting',
    ...Array.from({ length: most }, () => 'accepted'),
  ]);
  vi.setSystemTime(NOON + HOUR);
  await runDurableObjectAlarm(conversation(env, talk.id));
  await watcher.ended(most + 1);
  expect(await shown()).toMatchObject({ waiting: 0, heldUntil: null });
});
