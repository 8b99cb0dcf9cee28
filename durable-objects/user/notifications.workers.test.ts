/** Notifications: each thing once, in the list and at every open page, read here or in its conversation. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { Notification } from '#shared/protocol/notification.ts';
import { UserFrame } from '#shared/protocol/user-events.ts';
import { newcomer, type TestBrowser } from '#worker/test-browser.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';
import { conversation } from '#durable-objects/conversation/client.ts';
import { user } from './client.ts';
import { pageSql, pruneSql } from './notification-store.ts';

const NOON = Date.parse('2037-11-24T12:00:00Z');
const MINUTE = 60_000;
const List = z.object({ items: z.array(Notification), unread: z.number() });

beforeEach(async () => {
  await standIn.hurry();
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(NOON);
});
afterEach(() => vi.useRealTimers());

/** What an open page hears, from now on. */
async function listen(ada: TestBrowser) {
  const heard: UserFrame[] = [];
  const { ticket } = z
    .object({ ticket: z.string() })
    .parse(await (await ada.call('POST', '/api/me/ticket')).json());
  const { webSocket } = await ada.call('GET', `/api/me/events?ticket=${ticket}`, {
    headers: { upgrade: 'websocket' },
  });
  webSocket?.accept();
  webSocket?.addEventListener('message', ({ data }) => heard.push(UserFrame.parse(JSON.parse(String(data)))));
  return heard;
}

const list = async (ada: TestBrowser) =>
  List.parse(await (await ada.call('GET', '/api/notifications')).json());

/** Waits until so many stand in the list: they come after the commit that they tell of. */
async function until(ada: TestBrowser, count: number) {
  await expect.poll(async () => (await list(ada)).items.length).toBeGreaterThanOrEqual(count);
  return list(ada);
}

async function begin() {
  const ada = await newcomer();
  const talk = await Talk.begin(ada);
  return { ada, talk, watcher: await talk.watch() };
}

it('tells of questions, results and failures of runs of its own, and not of what one sees oneself', async () => {
  const { ada, talk, watcher } = await begin();
  await talk.say('Hello');
  await watcher.ended();
  await talk.call('POST', '/schedules', { cron: '*/5 * * * *', instruction: 'Say hello', name: 'Greeting' });
  vi.setSystemTime(NOON + 5 * MINUTE);
  await runDurableObjectAlarm(conversation(env, talk.id));
  await watcher.ended(2);
  const { items, unread } = await until(ada, 1);
  expect(items).toMatchObject([
    { kind: 'result', source: 'Greeting', conversationId: talk.id, readAt: null, loud: true },
  ]);
  expect(items[0]?.text).not.toBe('');
  expect(unread).toBe(1);
  // Told again, as after a lost answer: nothing comes twice.
  const { id, conversationId, title, source, text, code } = items[0] ?? Notification.parse({});
  await user(env, ada.userId).notify([
    { id, conversationId, title, source, text, code, seq: 1, questionId: null, at: NOON, kind: 'result' },
  ]);
  expect((await list(ada)).items).toHaveLength(1);

  const words = `ask me ${talk.id}`;
  await standIn.reply(words, [
    { type: 'tool_use', name: 'ask_user', input: { questions: [{ question: 'Which one?', kind: 'text' }] } },
  ]);
  await talk.say(words);
  await watcher.ended(3);
  const asked = await until(ada, 2);
  expect(asked.items[0]).toMatchObject({ kind: 'question', readAt: null });
  const question = (await talk.get()).question;
  await talk.call('POST', `/questions/${question?.id}/answer`, { text: 'That one' });
  await watcher.ended(4);
  await expect.poll(async () => (await list(ada)).items[0]?.readAt).not.toBeNull();
});

it('is read one by one, all at once, or by looking at the conversation', async () => {
  const { ada, talk } = await begin();
  const notice = (seq: number) => ({
    id: `${talk.id}:${seq}`,
    seq,
    kind: 'result' as const,
    conversationId: talk.id,
    questionId: null,
    title: 'Of Ada',
    source: 'News',
    text: `number ${seq}`,
    code: null,
    at: NOON + seq,
  });
  await user(env, ada.userId).notify([notice(1), notice(2), notice(3), notice(4)]);
  expect((await list(ada)).items.map(({ text }) => text)).toEqual([
    'number 4',
    'number 3',
    'number 2',
    'number 1',
  ]);
  const read = await ada.call('POST', '/api/notifications/read', { body: { ids: [`${talk.id}:4`] } });
  expect(await read.json()).toEqual({ unread: 3 });
  await ada.call('POST', `/api/conversations/${talk.id}/read`, { body: { seq: 2 } });
  expect((await list(ada)).unread).toBe(1);
  await ada.call('POST', '/api/notifications/read', { body: { all: true } });
  expect((await list(ada)).unread).toBe(0);
  await ada.call('DELETE', `/api/conversations/${talk.id}`);
  expect((await list(ada)).items).toEqual([]);
});

it('keeps the hours and the kinds that were chosen', async () => {
  const { ada, talk } = await begin();
  const settings = { only: 'needs_me', quiet: { from: '22:00', until: '07:00' } };
  const set = await ada.call('PUT', '/api/notifications/settings', { body: settings });
  expect(await set.json()).toEqual({ settings });
  const bad = await ada.call('PUT', '/api/notifications/settings', {
    body: { only: 'all', quiet: { from: '25:00', until: '1' } },
  });
  expect(bad.status).toBe(400);
  const told = (seq: number, kind: 'result' | 'failure', at: string) => ({
    id: `${talk.id}:${seq}`,
    seq,
    kind,
    conversationId: talk.id,
    questionId: null,
    title: null,
    source: null,
    text: '',
    code: null,
    at: Date.parse(`2037-11-24T${at}Z`),
  });
  await user(env, ada.userId).notify([
    told(1, 'result', '12:00:00'),
    told(2, 'failure', '12:00:01'),
    told(3, 'failure', '23:00:00'),
  ]);
  expect((await list(ada)).items.map(({ kind, loud }) => `${kind} ${loud}`)).toEqual([
    'failure false',
    'failure true',
    'result false',
  ]);
});

it('reaches an open page with the commit that it tells of, and not when an alarm rings', async () => {
  const { ada, talk, watcher } = await begin();
  const heard = await listen(ada);
  const told = (kind: string) =>
    heard.find((frame) => 'notification' in frame && frame.notification.kind === kind) !== undefined;
  const words = `ask me ${talk.id}`;
  await standIn.reply(words, [
    { type: 'tool_use', name: 'ask_user', input: { questions: [{ question: 'Which one?', kind: 'text' }] } },
  ]);
  await talk.say(words);
  await watcher.ended();
  // The clock stands still and nobody rings: what was left for an alarm would never come.
  await expect.poll(() => told('question')).toBe(true);
  const { question } = await talk.get();
  await talk.call('POST', `/questions/${question?.id}/answer`, { text: 'That one' });
  await watcher.ended(2);
  await talk.call('POST', '/schedules', { immediate: true, instruction: 'Say hello', name: 'Greeting' });
  await watcher.ended(3);
  await expect.poll(() => told('result')).toBe(true);
});

it('skips nothing at the end of a page, also where several came in one commit', async () => {
  const { ada, talk } = await begin();
  const notices = Array.from({ length: 7 }, (_, seq) => ({
    id: `${talk.id}:${seq + 1}`,
    seq: seq + 1,
    kind: 'missed' as const,
    conversationId: talk.id,
    questionId: null,
    title: null,
    source: 'News',
    text: String(seq + 1),
    code: 'was_down',
    at: NOON,
  }));
  await user(env, ada.userId).notify(notices);
  const Page = z.object({ items: z.array(Notification), nextCursor: z.nullable(z.string()) });
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: z.infer<typeof Page> = Page.parse(
      await (await ada.call('GET', `/api/notifications?limit=2${query}`)).json(),
    );
    seen.push(...page.items.map(({ text }) => text));
    cursor = page.nextCursor;
  }
  expect(seen).toEqual(['7', '6', '5', '4', '3', '2', '1']);
  // What is read on one page is named to the others.
  const heard = await listen(ada);
  await ada.call('POST', '/api/notifications/read', { body: { ids: [`${talk.id}:3`] } });
  await ada.call('POST', '/api/notifications/read', { body: { all: true } });
  await expect.poll(() => heard.filter((frame) => 'notificationsRead' in frame).length).toBe(2);
  const [one, rest] = heard.flatMap((frame) =>
    'notificationsRead' in frame ? [frame.notificationsRead] : [],
  );
  expect(one).toEqual({ unread: 6, ids: [`${talk.id}:3`] });
  expect([rest?.unread, rest?.ids?.length]).toEqual([0, 6]);
});

it('tells by pages also what daily runs say, of which several share time and place', async () => {
  const { ada, talk } = await begin();
  const notices = Array.from({ length: 5 }, (_, at) => ({
    id: `${talk.id}:task-${at}:escalation`,
    // As the daily run writes it: no event stands for it.
    seq: Number.MAX_SAFE_INTEGER,
    kind: 'failure' as const,
    conversationId: talk.id,
    questionId: null,
    title: 'Daily run',
    source: 'Daily run',
    text: String(at),
    code: 'escalated',
    at: NOON,
  }));
  await user(env, ada.userId).notify(notices);
  const page = async (cursor: string) => {
    const answer = await ada.call('GET', `/api/notifications?limit=2&cursor=${encodeURIComponent(cursor)}`);
    expect(answer.status).toBe(200);
    const { items, nextCursor } = z
      .object({ items: z.array(Notification), nextCursor: z.nullable(z.string()) })
      .parse(await answer.json());
    return { texts: items.map(({ text }) => text), nextCursor };
  };
  // Cursors of older versions go on with their time.
  for (const old of [`${NOON}.${talk.id}`, `${NOON}.${talk.id}.${Number.MAX_SAFE_INTEGER}`]) {
    const first = await page(old);
    const second = await page(first.nextCursor ?? '');
    const third = await page(second.nextCursor ?? '');
    expect([...first.texts, ...second.texts, ...third.texts]).toEqual(['4', '3', '2', '1', '0']);
    expect(third.nextCursor).toBeNull();
  }
  expect((await ada.call('GET', '/api/notifications?cursor=what')).status).toBe(400);
});

it('finds a page and what is too old by the index, without sorting', async () => {
  const ada = await newcomer();
  const plans = await runInDurableObject(user(env, ada.userId), (_instance, { storage }) => {
    const planOf = (sql: string, ...bound: Array<string | number>) =>
      storage.sql
        .exec<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...bound)
        .toArray()
        .map(({ detail }) => detail);
    return [planOf(pageSql, NOON, 'id', 51), planOf(pruneSql, 500, 2_000)];
  });
  expect(plans[0]).toEqual(['SEARCH notifications USING INDEX notifications_newest (at<?)']);
  expect(plans[1]).toContain('SCAN notifications USING INDEX notifications_newest');
  expect(plans.flat().join('\n')).not.toContain('TEMP B-TREE');
});

it('lets go of results and of what was read, and of nothing unread that needs somebody; and says so', async () => {
  const { ada, talk } = await begin();
  const told = (seq: number, kind: Notification['kind']) => ({
    id: `${talk.id}:${seq}`,
    seq,
    kind,
    conversationId: talk.id,
    questionId: kind === 'question' ? talk.id : null,
    title: null,
    source: 'Watch',
    text: '',
    code: null,
    at: NOON + seq * 1_000,
  });
  const results = (from: number) => Array.from({ length: 300 }, (_, n) => told(from + n, 'result'));
  const needed = (['failure', 'question', 'paused', 'missed'] as const).map((kind, n) => told(1 + n, kind));
  await user(env, ada.userId).notify([...needed, told(5, 'failure')]);
  await ada.call('POST', '/api/notifications/read', { body: { ids: [`${talk.id}:5`] } });
  const all = async () => {
    const items: Notification[] = [];
    let until: string | undefined;
    for (let cursor: string | null = ''; cursor !== null;) {
      const answer = await ada.call('GET', `/api/notifications?limit=200${cursor && `&cursor=${cursor}`}`);
      const page = z
        .object({ ...List.shape, nextCursor: z.nullable(z.string()), clearedUntil: z.optional(z.string()) })
        .parse(await answer.json());
      items.push(...page.items);
      until = page.clearedUntil;
      cursor = page.nextCursor;
    }
    return { kinds: items.map(({ kind }) => kind), until };
  };
  await user(env, ada.userId).notify(results(100));
  expect((await all()).until).toBeUndefined();
  await user(env, ada.userId).notify(results(400));
  const { kinds, until } = await all();
  expect(kinds.slice(500)).toEqual(['missed', 'paused', 'question', 'failure']);
  expect(new Set(kinds.slice(0, 500))).toEqual(new Set(['result']));
  // Six hundred results: the first hundred of them are gone, and the failure that was read before those.
  expect(until).toBe(new Date(NOON + 199_000).toISOString());
});
