/** The calendar over all conversations: what ran, was missed and comes, by the state of each, for its owner alone. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
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

it('keeps what a deleted schedule did, under its name', async () => {
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
  // It never ran, and whoever asks why finds it by its name.
  expect((await told()).map(([name]) => name)).toEqual(['Daily']);
});

it('takes at most 31 days, the right way round', async () => {
  const ada = await newcomer();
  const asked = async (query: string) => problemOf(await ada.call('GET', `/api/calendar${query}`));
  expect(await asked('?from=2037-11-01T00:00:00Z&to=2037-12-03T00:00:00Z')).toEqual([400, 'bad_request']);
  expect(await asked('?from=2037-11-02T00:00:00Z&to=2037-11-01T00:00:00Z')).toEqual([400, 'bad_request']);
  expect(await asked('?from=yesterday&to=2037-11-01T00:00:00Z')).toEqual([400, 'bad_request']);
});

/** Runs of a past that tests cannot wait for: so many, one a second, each with an id of its own. */
const addRuns = async (
  talk: Talk,
  type: 'schedule' | 'webhook',
  source: string,
  from: number,
  count: number,
) =>
  runInDurableObject(conversation(env, talk.id), (_object, { storage }) => {
    storage.sql.exec(
      `WITH RECURSIVE n(at) AS (SELECT ?1 UNION ALL SELECT at + 1000 FROM n WHERE at < ?1 + 1000 * (?2 - 1))
       INSERT INTO runs (id, started_at, rev, json) SELECT ?3 || at, at, 0, json_object(
         'id', ?4, 'conversationId', ?4, 'status', 'ended', 'outcome', 'completed', 'code', NULL,
         'startedAt', strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch'),
         'trigger', json_object('type', ?5, 'source', json_object('id', ?6, 'name', ?3))) FROM n`,
      from,
      count,
      `${type} ${source.slice(-1)}`,
      talk.id,
      type,
      source,
    );
  });

it('shows the runs of webhooks whatever else ran, and says where there were more than it looks at', async () => {
  const ada = await newcomer();
  const talk = await Talk.begin(ada);
  // So that it is one that works by itself.
  await make(talk, { cron: '0 8 1 1 *', name: 'Yearly', timezone: 'UTC' });
  const hook = (n: number) => `019a0000-0000-7000-8000-00000000000${n}`;
  await addRuns(talk, 'webhook', hook(1), NOON - 60 * MINUTE, 1);
  await addRuns(talk, 'schedule', hook(2), NOON - 50 * MINUTE, 2_100);
  const told = async () => {
    const { items } = await calendar(ada);
    return items.map(({ name, kind, items: own, cut }) => [
      name,
      kind,
      own.reduce((sum, { count }) => sum + count, 0),
      cut,
    ]);
  };
  expect(await told()).toEqual([['webhook 1', 'webhook', 1, false]]);
  await addRuns(talk, 'webhook', hook(3), NOON, 10_001);
  expect(await told()).toEqual([
    // Deleted, and no run of it tells its name.
    [null, 'webhook', 0, true],
    ['webhook 3', 'webhook', 10_000, true],
  ]);
});

it('keeps the newest receipts, says from when on, and shows the due times of a day', async () => {
  const ada = await newcomer();
  const talk = await Talk.begin(ada);
  const watcher = await talk.watch();
  await make(talk, { every: 60, name: 'Often' });
  const [schedule] = (await talk.get()).schedules;
  // Old ones are cleared away with a due time of such a minute.
  const due = Math.ceil(NOON / MINUTE / 61 + 0.1) * 61 * MINUTE;
  await runInDurableObject(conversation(env, talk.id), (_object, { storage }) => {
    storage.sql.exec(
      `WITH RECURSIVE n(at) AS (SELECT ?1 UNION ALL SELECT at + 300000 FROM n WHERE at < ?1 + 300000 * 4999)
       INSERT INTO receipts SELECT ?2, at, at, 1, 'skipped', 'was_busy', NULL, NULL FROM n`,
      NOON - 20 * 24 * 60 * MINUTE,
      schedule?.id ?? '',
    );
  });
  const receipts = async (query: string) => {
    const response = await talk.call('GET', `/schedules/${schedule?.id}/occurrences${query}`);
    return z.object({ ...Receipts.shape, keptFrom: z.optional(z.string()) }).parse(await response.json());
  };
  expect((await receipts('?limit=1')).keptFrom).toBeUndefined();
  vi.setSystemTime(due);
  await ada.enter('refresh');
  await runDurableObjectAlarm(conversation(env, talk.id));
  await watcher.ended();
  // What came due before it while nobody rang, and the due time itself: two new ones, and the two oldest are gone.
  const { items, keptFrom } = await receipts('?limit=1');
  expect(items).toMatchObject([{ status: 'ran' }]);
  expect(keptFrom).toBe(new Date(NOON - 20 * 24 * 60 * MINUTE + 10 * MINUTE).toISOString());
  const day = await receipts('?limit=200&from=2037-11-20T00:00:00Z&to=2037-11-21T00:00:00%2B00:00');
  expect(day.items).toHaveLength(200);
  const rest = await receipts(
    `?limit=200&from=2037-11-20T00:00:00Z&to=2037-11-21T00:00:00Z&cursor=${day.nextCursor}`,
  );
  expect([rest.items.length, rest.nextCursor]).toEqual([88, null]);
  expect(rest.items.at(-1)?.dueAt).toBe('2037-11-20T00:00:00.000Z');
  expect(
    await problemOf(await talk.call('GET', `/schedules/${schedule?.id}/occurrences?from=today`)),
  ).toEqual([400, 'bad_request']);
  const old = await calendar(ada, '?from=2037-11-01T00:00:00Z&to=2037-11-30T00:00:00Z');
  expect(old.items.map(({ name, cut }) => [name, cut])).toEqual([['Often', true]]);
});
