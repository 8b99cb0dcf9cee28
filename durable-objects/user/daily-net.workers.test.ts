/** What is under the daily timer: a lost alarm costs no day, and days that were kept long enough go. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { eq, sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { conversation } from '#durable-objects/conversation/client.ts';
import { dailyRun } from '#durable-objects/daily-run/client.ts';
import { DailyRunDO } from '#durable-objects/daily-run/daily-run-do.ts';
import { clock } from '#durable-objects/lib/clock.ts';
import { connect } from '#shared/adapters/db/client.ts';
import { dailyRuns, taskHistory } from '#shared/adapters/db/daily-schema.ts';
import { userTimers } from '#shared/adapters/db/schema.ts';
import { usualSettings } from '#shared/core/daily/window.ts';
import { makeLogger } from '#shared/core/log/log.ts';
import type { DailyRunSummary } from '#shared/protocol/daily.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { newcomer } from '#worker/test-browser.ts';
import { sweep } from '#worker/sweep.ts';
import { user } from './client.ts';
import { UserDO } from './user-do.ts';

const SEVEN = Date.parse('2037-11-24T07:00:00Z');
const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const database = connect(env.DATABASE_URL);
const settings = { ...usualSettings, enabled: true, timezone: 'UTC', days: [0, 1, 2, 3, 4, 5, 6] };
const tools = { clock, log: makeLogger(() => {}, clock) };

beforeEach(async () => {
  await standIn.hurry();
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(SEVEN);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const runsOf = async (id: string): Promise<DailyRunSummary[]> =>
  (await user(env, id).dailyRuns({}))?.items ?? [];

const until = <Value>(look: () => Promise<Value | false>) =>
  vi.waitFor(async () => {
    const found = await look();
    if (found === false) throw new Error('not yet');
    return found;
  });

/** Somebody whose day begins at eight, in a world in which every alarm is lost. */
async function withLostAlarm() {
  for (const { prototype } of [UserDO, DailyRunDO])
    vi.spyOn(prototype, 'alarm').mockImplementation(async () => {});
  const ada = await newcomer();
  const object = user(env, ada.userId);
  await object.setDailySettings(settings);
  await until(async () => {
    const [row] = await database.select().from(userTimers).where(eq(userTimers.userId, ada.userId));
    return row?.dueAt?.getTime() === SEVEN + HOUR;
  });
  return { ada, object };
}

it('begins the day of a user whose alarm was lost, by the sweep', async () => {
  const { ada } = await withLostAlarm();
  vi.setSystemTime(SEVEN + HOUR + 30 * 60_000);
  await sweep(env, tools);
  expect(await runsOf(ada.userId)).toEqual([]);
  vi.setSystemTime(SEVEN + 2 * HOUR + 60_000);
  await sweep(env, tools);
  const [run] = await until(async () => {
    const found = await runsOf(ada.userId);
    return found.length > 0 && found;
  });
  expect(run).toMatchObject({ date: '2037-11-24', startsAt: '2037-11-24T08:00:00.000Z' });

  // Its own alarm is lost, too: its report comes by the next sweep.
  await until(async () => {
    const [row] = await database
      .select()
      .from(dailyRuns)
      .where(eq(dailyRuns.id, run?.id ?? ''));
    return row !== undefined;
  });
  vi.setSystemTime(SEVEN + 6 * HOUR);
  await sweep(env, tools);
  expect(await until(async () => (await runsOf(ada.userId))[0]?.phase === 'ended')).toBe(true);
});

it('begins the day when its person opens the app', async () => {
  const { ada, object } = await withLostAlarm();
  vi.setSystemTime(SEVEN + HOUR + 60_000);
  await object.me();
  expect(await until(async () => (await runsOf(ada.userId)).length === 1)).toBe(true);
});

it('keeps a day as long as its person wants, and then nothing of it', async () => {
  const ada = await newcomer();
  const object = user(env, ada.userId);
  const begin = async () => {
    const id = crypto.randomUUID();
    await object.startDailyRun(id, {});
    const done = await until(async () => {
      const got = await dailyRun(env, id).get(ada.userId);
      return got.ok && got.run.tasks.some(({ assignedTo }) => assignedTo !== null) && got.run;
    });
    await dailyRun(env, id).stop(ada.userId);
    await until(async () => {
      const rows = await database.select().from(taskHistory).where(eq(taskHistory.runId, id));
      return rows.length > 0;
    });
    return done;
  };
  const old = await begin();
  vi.setSystemTime(SEVEN + 30 * DAY);
  const later = await begin();

  // A thumb on the last day of its keeping changes that day, and leaves it there.
  vi.setSystemTime(SEVEN + 90 * DAY - HOUR);
  const [task] = old.tasks;
  await object.checkIn();
  expect(await runsOf(ada.userId)).toHaveLength(2);
  await dailyRun(env, old.id).updateTask(ada.userId, task?.id ?? '', { thumb: 'up' });

  vi.setSystemTime(SEVEN + 90 * DAY);
  await object.checkIn();
  expect((await runsOf(ada.userId)).map(({ id }) => id)).toEqual([later.id]);
  await until(async () => {
    const rows = await database.select().from(dailyRuns).where(eq(dailyRuns.userId, ada.userId));
    return rows.length === 1 && rows[0]?.id === later.id;
  });
  const left = await database.select().from(taskHistory).where(eq(taskHistory.userId, ada.userId));
  expect(new Set(left.map(({ runId }) => runId))).toEqual(new Set([later.id]));
  expect((await dailyRun(env, old.id).get(ada.userId)).ok).toBe(false);
  expect(await dailyRun(env, old.id).updateTask(ada.userId, task?.id ?? '', { thumb: 'down' })).toMatchObject(
    {
      ok: false,
      code: 'not_found',
    },
  );
  const agents = old.tasks.flatMap(({ assignedTo }) => assignedTo ?? []);
  expect(agents.length).toBeGreaterThan(0);
  for (const id of agents) expect((await conversation(env, id).get(ada.userId)).ok).toBe(false);
  expect((await conversation(env, old.leadId ?? '').get(ada.userId)).ok).toBe(true);

  // Kept for a shorter time from now on: the other goes at once, although no run begins by itself.
  await object.setDailySettings({ ...settings, enabled: false, keepDays: 7 });
  await object.checkIn();
  await until(async () => {
    const [row] = await database
      .execute<{ count: number }>(
        sql`select count(*)::int as count from daily_runs where user_id = ${ada.userId}::uuid`,
      )
      .then(({ rows }) => rows);
    return row?.count === 0;
  });
});

it('removes the other days although one cannot be removed now', async () => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  const ada = await newcomer();
  const object = user(env, ada.userId);
  const ids = [crypto.randomUUID(), crypto.randomUUID()];
  for (const [at, id] of ids.entries()) {
    vi.setSystemTime(SEVEN + at * HOUR);
    await object.startDailyRun(id, { dryRun: true });
  }
  const { agents } = DailyRunDO.prototype;
  const broken = dailyRun(env, ids[0] ?? '').id.toString();
  vi.spyOn(DailyRunDO.prototype, 'agents').mockImplementation(async function (this: DailyRunDO, owner) {
    if (this['ctx'].id.toString() === broken) throw new Error('this object is broken');
    return await agents.call(this, owner);
  });
  vi.setSystemTime(SEVEN + 91 * DAY);
  await object.checkIn();
  const left = () =>
    runInDurableObject(object, (_, { storage }) =>
      storage.sql.exec<{ id: string }>('SELECT id FROM daily_runs').toArray(),
    );
  await until(async () => (await left()).length === 1);
  expect(await left()).toEqual([{ id: ids[0] }]);
});
