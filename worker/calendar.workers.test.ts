/** The calendar over all conversations: what ran, was missed and comes, by the state of each, for its owner alone. */
import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { conversation } from '#durable-objects/conversation/client.ts';
import * as z from 'zod/mini';
import { Calendar } from '#shared/protocol/calendar.ts';
import { Occurrence } from '#shared/protocol/schedule.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';
import { newcomer, problemOf, type TestBrowser } from './test-browser.ts';

const NOON = Date.parse('2037-11-24T12:00:00Z');
const MINUTE = 60_000;
const WEEK = '?from=2037-11-23T00:00:00Z&to=2037-11-30T00:00:00Z';

beforeEach(async () => {
  await standIn.hurry();
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(NOON);
});
afterEach(() => vi.useRealTimers());

const Receipts = z.object({ items: z.array(Occurrence), nextCursor: z.nullable(z.string()) });

const calendar = async (ada: TestBrowser, query = WEEK) =>
  Calendar.parse(await (await ada.call('GET', `/api/calendar${query}`)).json());

async function make(talk: Talk, body: Record<string, unknown>) {
  const made = await talk.call('POST', '/schedules', { instruction: 'Say hello to the world', ...body });
  expect(made.status).toBe(201);
}

it('shows what ran, what was missed and what comes, of every conversation, and of nobody else', async () => {
  const ada = await newcomer();
  const [often, daily] = [await Talk.begin(ada), await Talk.begin(ada)];
  await Talk.begin(ada, 'Hello');
  await make(often, { every: 300, count: 400, name: 'Often', timezone: 'UTC' });
  await make(daily, { cron: '0 8 * * *', name: 'Daily', timezone: 'UTC' });
  const watcher = await often.watch();
  vi.setSystemTime(NOON + 5 * MINUTE);
  await runDurableObjectAlarm(conversation(env, often.id));
  await watcher.ended();
  // The app was down for an hour.
  vi.setSystemTime(NOON + 65 * MINUTE);
  await runDurableObjectAlarm(conversation(env, often.id));
  await watcher.ended(2);
  await ada.enter('refresh');
  const { items, notAsked } = await calendar(ada);
  expect(notAsked).toBe(0);
  expect(items.map(({ name, conversationId }) => [name, conversationId]).toSorted()).toEqual([
    ['Daily', daily.id],
    ['Often', often.id],
  ]);
  const told = (name: string) =>
    items
      .find((each) => each.name === name)
      ?.items.map(({ at, count, status, reason }) => [at.slice(5, 16), count, status, reason]);
  expect(told('Often')?.slice(0, 4)).toEqual([
    ['11-24T12:05', 1, 'ran', 'on_time'],
    ['11-24T12:10', 11, 'missed', 'was_down'],
    ['11-24T13:05', 1, 'ran', 'on_time'],
    ['11-24T13:10', 130, 'due', null],
  ]);
  // Two were run of four hundred.
  expect(
    items
      .find(({ name }) => name === 'Often')
      ?.items.reduce((sum, each) => sum + (each.status === 'due' ? each.count : 0), 0),
  ).toBe(398);
  expect(told('Daily')).toEqual(
    ['25', '26', '27', '28', '29'].map((day) => [`11-${day}T08:00`, 1, 'due', null]),
  );
  expect(items.find(({ name }) => name === 'Often')?.items[0]?.run).toMatchObject({ outcome: 'completed' });
  const bob = await newcomer();
  expect((await calendar(bob)).items).toEqual([]);
});

it('keeps what a deleted schedule did, by the name that its run tells', async () => {
  const ada = await newcomer();
  const talk = await Talk.begin(ada);
  const watcher = await talk.watch();
  await make(talk, { cron: '*/5 * * * *', name: 'Gone', timezone: 'UTC' });
  vi.setSystemTime(NOON + 5 * MINUTE);
  await runDurableObjectAlarm(conversation(env, talk.id));
  await watcher.ended();
  const [schedule] = (await talk.get()).schedules;
  await talk.call('DELETE', `/schedules/${schedule?.id}`);
  const { items } = await calendar(ada);
  expect(items).toMatchObject([{ name: 'Gone', words: null, items: [{ status: 'ran' }] }]);
});

it('tells what a pause costs while it goes on, as its receipts do afterwards', async () => {
  const ada = await newcomer();
  const talk = await Talk.begin(ada);
  await make(talk, { cron: '0 8 * * *', name: 'Daily', timezone: 'UTC' });
  const [schedule] = (await talk.get()).schedules;
  await talk.call('PATCH', `/schedules/${schedule?.id}`, { paused: true });
  const receipts = async (query = '') =>
    Receipts.parse(await (await talk.call('GET', `/schedules/${schedule?.id}/occurrences${query}`)).json());
  expect((await receipts()).items).toEqual([]);
  // Nothing rings while it is paused, for three weeks.
  vi.setSystemTime(NOON + 21 * 24 * 60 * MINUTE);
  await ada.enter('sign-in');
  expect((await talk.get()).nextRunAt).toBeNull();
  const window = '?from=2037-12-14T00:00:00Z&to=2037-12-21T00:00:00Z';
  const told = async () => (await calendar(ada, window)).items.map(({ name, items }) => [name, items]);
  const meanwhile = await told();
  expect(meanwhile).toMatchObject([['Daily', [{ count: 21, status: 'skipped', reason: 'was_paused' }]]]);
  const { items, nextCursor } = await receipts('?limit=1');
  expect(items).toMatchObject([{ dueAt: '2037-11-25T08:00:00.000Z', count: 21, reason: 'was_paused' }]);
  expect(nextCursor).toBeNull();
  await talk.call('PATCH', `/schedules/${schedule?.id}`, { paused: false });
  expect((await receipts()).items).toEqual(items);
  const [[, after] = []] = await told();
  expect(after?.slice(0, 1)).toEqual(meanwhile[0]?.[1]);
  // A second pause goes on where the first one ended: one row, before and after.
  await talk.call('PATCH', `/schedules/${schedule?.id}`, { paused: true });
  vi.setSystemTime(NOON + 23 * 24 * 60 * MINUTE);
  await ada.enter('sign-in');
  const second = (await receipts()).items;
  expect(second).toMatchObject([{ dueAt: '2037-11-25T08:00:00.000Z', count: 23 }]);
  await talk.call('DELETE', `/schedules/${schedule?.id}`);
  expect((await receipts()).items).toEqual(second);
});

it('takes at most 31 days, the right way round', async () => {
  const ada = await newcomer();
  const asked = async (query: string) => problemOf(await ada.call('GET', `/api/calendar${query}`));
  expect(await asked('?from=2037-11-01T00:00:00Z&to=2037-12-03T00:00:00Z')).toEqual([400, 'bad_request']);
  expect(await asked('?from=2037-11-02T00:00:00Z&to=2037-11-01T00:00:00Z')).toEqual([400, 'bad_request']);
  expect(await asked('?from=yesterday&to=2037-11-01T00:00:00Z')).toEqual([400, 'bad_request']);
});
