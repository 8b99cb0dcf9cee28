/** Reports to Slack and mail: each once, retried, and switched off where nobody takes them. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { Channel, Sent } from '#shared/protocol/channel.ts';
import { mailTo } from '#test/workers/mailbox.ts';
import { DemoTools } from '#test/workers/tools.ts';
import { newcomer, problemOf, type TestBrowser } from '#worker/test-browser.ts';
import { user } from './client.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime('2037-11-24T11:00:00Z');
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

it('sends nothing of what waited once a channel is off', async () => {
  const { ada, channel, posts, message } = await withSlack('busy');
  await user(env, ada.userId).deliverReport(message);
  await vi.waitFor(async () => {
    const [sent] = await logOf(ada, channel);
    if (sent?.reason !== 'Slack asked to wait.') throw new Error('not asked yet');
  });
  await ada.call('PATCH', `/api/channels/${channel.id}`, { body: { enabled: false } });
  vi.setSystemTime(Date.now() + 20_000);
  await user(env, ada.userId).checkIn();
  expect(await logOf(ada, channel)).toMatchObject([
    { status: 'failed', reason: 'The channel was switched off.' },
  ]);
  expect(await posts()).toEqual([]);
});

async function withMail() {
  const ada = await newcomer();
  const token = (await mailTo(ada.email)).token;
  const verified = await ada.call('POST', '/api/auth/verify', { body: { token } });
  if (!verified.ok) throw new Error(await verified.text());
  const made = await ada.call('POST', '/api/channels', { body: { kind: 'email' } });
  const { channel } = z.object({ channel: Channel }).parse(await made.json());
  const refuse = async (status: number, taken = false) => {
    const body = JSON.stringify({ action: 'fail', status, taken, to: ada.email });
    const headers = { 'content-type': 'application/json' };
    await fetch(`${inject('mail').url}/__control`, { method: 'POST', headers, body });
  };
  const deliver = (id: string) => user(env, ada.userId).deliverReport({ ...report, id });
  return { ada, channel, refuse, deliver };
}

it('mails a report, again after a failure, and knows one that had come through', async () => {
  const { ada, channel, refuse, deliver } = await withMail();
  await refuse(500, true);
  await deliver('one');
  await vi.waitFor(async () => {
    const [sent] = await logOf(ada, channel);
    if (sent?.reason !== 'The mail service did not take it yet.') throw new Error('not refused yet');
  });
  // Its words are others now than those that came through: the service says so, and the mail is sent.
  await runInDurableObject(user(env, ada.userId), (_instance, { storage }) => {
    storage.sql.exec(`UPDATE sent SET text = 'in other words'`);
  });
  vi.setSystemTime(Date.now() + 20_000);
  await ada.enter('refresh');
  await user(env, ada.userId).checkIn();
  expect(await until(ada, channel, 'sent')).toMatchObject({ attempts: 2 });
  expect((await mailTo(ada.email, 'Daily summary')).text).toContain('All done.');
});

it('leaves the address on when a mail is refused for its own sake', async () => {
  const { ada, channel, refuse, deliver } = await withMail();
  await refuse(422);
  await deliver('two');
  expect(await until(ada, channel, 'failed')).toMatchObject({
    reason: 'The mail service refused this mail (http_422).',
  });
  expect(await user(env, ada.userId).channels()).toMatchObject([{ enabled: true, problem: null }]);
  await deliver('three');
  await until(ada, channel, 'sent');
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
