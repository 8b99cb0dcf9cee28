/** Reports to Slack and mail: each once, retried, and switched off where nobody takes them. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { Channel, Sent } from '#shared/protocol/channel.ts';
import { DemoTools } from '#test/workers/tools.ts';
import { newcomer, problemOf, type TestBrowser } from '#worker/test-browser.ts';
import { user } from './client.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime('2026-11-24T11:00:00Z');
});
afterEach(() => vi.useRealTimers());

const report = { id: '', title: 'Daily summary', text: 'All done.', path: '/today/x' };

async function withSlack(token: string) {
  const ada = await newcomer();
  const tools = new DemoTools();
  const url = `${tools.base}/slack/services/T0/B0/${token}`;
  const made = await ada.call('POST', '/api/channels', { body: { kind: 'slack', url } });
  if (made.status !== 201) throw new Error(await made.text());
  const { channel } = z.object({ channel: Channel }).parse(await made.json());
  const posts = async () => (await tools.effects()).filter(({ server }) => server === 'slack');
  return { ada, tools, channel, posts, message: { ...report, id: crypto.randomUUID() } };
}

const logOf = async (ada: TestBrowser, { id }: Channel) =>
  z
    .object({ items: z.array(Sent) })
    .parse(await (await ada.call('GET', `/api/channels/${id}/deliveries`)).json()).items;

const until = (ada: TestBrowser, channel: Channel, status: string) =>
  vi.waitFor(async () => {
    const [sent] = await logOf(ada, channel);
    if (sent?.status !== status) throw new Error(JSON.stringify(sent));
    return sent;
  });

it('posts a report once, however often it is delivered', async () => {
  const { ada, channel, posts, message } = await withSlack('x1');
  await Promise.all(Array.from({ length: 50 }, () => user(env, ada.userId).deliverReport(message)));
  await until(ada, channel, 'sent');
  expect(await logOf(ada, channel)).toHaveLength(1);
  expect(await posts()).toMatchObject([
    { args: { token: 'x1', text: expect.stringContaining('All done.') } },
  ]);
  expect(JSON.stringify(await (await ada.call('GET', '/api/channels')).json())).not.toContain('services');
});

it('waits as long as Slack asks, and then posts', async () => {
  const { ada, channel, posts, message } = await withSlack('busy');
  await user(env, ada.userId).deliverReport(message);
  expect(await until(ada, channel, 'waiting')).toMatchObject({ attempts: 1 });
  await vi.waitFor(async () => {
    const [sent] = await logOf(ada, channel);
    if (sent?.reason !== 'Slack asked to wait.') throw new Error('not asked yet');
  });
  vi.setSystemTime(Date.now() + 20_000);
  await user(env, ada.userId).checkIn();
  expect(await until(ada, channel, 'sent')).toMatchObject({ attempts: 2 });
  expect(await posts()).toHaveLength(1);
});

it('switches a dead address off, says so, and on again by hand', async () => {
  const { ada, channel, message } = await withSlack('gone');
  await user(env, ada.userId).deliverReport(message);
  await until(ada, channel, 'failed');
  const [off] = await user(env, ada.userId).channels();
  expect(off).toMatchObject({ enabled: false, problem: 'The webhook was removed in Slack.' });
  expect(await user(env, ada.userId).me()).toMatchObject({ alerts: 1 });
  const on = await ada.call('PATCH', `/api/channels/${channel.id}`, { body: { enabled: true } });
  expect(await on.json()).toMatchObject({ channel: { enabled: true, problem: null } });
});

it('never posts a second time by itself what may have arrived', async () => {
  const { ada, tools, channel, posts, message } = await withSlack('x2');
  await tools.control({ action: 'hold', tool: 'slack', when: 'after' });
  await user(env, ada.userId).deliverReport(message);
  await tools.control({ action: 'await', held: 1 });
  await runInDurableObject(user(env, ada.userId), (_instance, state) => state.abort('died')).catch(() => {});
  await tools.control({ action: 'release' });
  vi.setSystemTime(Date.now() + 120_000);
  await user(env, ada.userId).checkIn();
  const [sent] = await logOf(ada, channel);
  expect(sent).toMatchObject({ status: 'unknown' });
  expect(await posts()).toHaveLength(1);
  const again = await ada.call('POST', `/api/channels/${channel.id}/deliveries/${sent?.id}/resend`);
  expect(again.status).toBe(202);
  await until(ada, channel, 'sent');
  expect(await posts()).toHaveLength(2);
});

it('tests a channel, refuses other addresses, and mails only to a confirmed one', async () => {
  const { ada, channel, posts } = await withSlack('x3');
  expect((await ada.call('POST', `/api/channels/${channel.id}/test`)).status).toBe(202);
  await until(ada, channel, 'sent');
  expect(await posts()).toHaveLength(1);
  const bad = { kind: 'slack', url: 'https://example.com/services/T/B/x' };
  expect(await problemOf(await ada.call('POST', '/api/channels', { body: bad }))).toEqual([
    400,
    'bad_request',
  ]);
  expect(await problemOf(await ada.call('POST', '/api/channels', { body: { kind: 'email' } }))).toEqual([
    400,
    'bad_request',
  ]);
});
