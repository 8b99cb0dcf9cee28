/** The daily timer of a user's object: one run a day, whoever rings and however late, and nothing left of it afterwards. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { TEST_MS } from '#dev/test/patience.ts';
import { usualSettings } from '#shared/core/daily/window.ts';
import { DailyRun, DailyRunSummary, type DailyTask } from '#shared/protocol/daily.ts';
import { clock } from '#durable-objects/lib/clock.ts';
import { dailyRun } from '#durable-objects/daily-run/client.ts';
import { DailyRunDO } from '#durable-objects/daily-run/daily-run-do.ts';
import { dailyTask } from '#test/core/daily-task.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { newcomer, problemOf, type TestBrowser } from '#worker/test-browser.ts';
import { user } from './client.ts';
import { UserDO } from './user-do.ts';

const SEVEN = Date.parse('2037-11-24T07:00:00Z');
const HOUR = 60 * 60_000;
const Page = z.object({ items: z.array(DailyRunSummary) });

// A hundred days begin in one test, each with a lead that plans: on a busy machine the last one takes its time.
vi.setConfig({ testTimeout: 2 * TEST_MS });

beforeEach(async () => {
  await standIn.hurry();
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(SEVEN);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Holds what comes to it. By looking, since a promise of one object means nothing to another. */
function gate() {
  const at = { asked: false, shut: true };
  const hold = async () => {
    at.asked = true;
    while (at.shut) await scheduler.wait(5);
  };
  return { at, hold, came: () => vi.waitFor(() => expect(at.asked).toBe(true)) };
}

async function withDaily(more: Record<string, unknown> = {}): Promise<TestBrowser> {
  const ada = await newcomer();
  const body = { ...usualSettings, enabled: true, timezone: 'UTC', days: [0, 1, 2, 3, 4, 5, 6], ...more };
  const response = await ada.call('PUT', '/api/daily/settings', { body });
  if (!response.ok) throw new Error(await response.text());
  return ada;
}

const runs = async (ada: TestBrowser) => {
  await ada.enter('refresh');
  return Page.parse(await (await ada.call('GET', '/api/daily/runs')).json()).items;
};

/** Of a minute's six hundred requests, a wait of a minute may use no more than the test can spare. */
const SELDOM = { interval: 150 };

const whenThere = (ada: TestBrowser, count: number) =>
  vi.waitFor(async () => {
    const found = await runs(ada);
    if (found.length < count) throw new Error(`${found.length} runs`);
    return found;
  }, SELDOM);

it('begins at the hour of the person, once, although everybody rings', async () => {
  const ada = await withDaily();
  const object = user(env, ada.userId);
  vi.setSystemTime(SEVEN + HOUR);
  await Promise.all([runDurableObjectAlarm(object), object.checkIn(), object.checkIn()]);
  const [run, ...more] = await whenThere(ada, 1);
  expect(more).toEqual([]);
  expect(run).toMatchObject({
    date: '2037-11-24',
    trigger: 'scheduled',
    startsAt: '2037-11-24T08:00:00.000Z',
    endsAt: '2037-11-24T11:00:00.000Z',
  });
  expect(Date.parse(run?.startedAt ?? '') - Date.parse(run?.startsAt ?? '')).toBeLessThan(60_000);
});

it('is not used up by a run by hand or a dry one, and knows a repeat', async () => {
  const ada = await withDaily();
  const id = crypto.randomUUID();
  for (const body of [{ id }, { id }, { dryRun: true }])
    expect((await ada.call('POST', '/api/daily/runs', { body })).status).toBe(201);
  vi.setSystemTime(SEVEN + HOUR);
  await user(env, ada.userId).checkIn();
  const found = await whenThere(ada, 3);
  expect(found.map(({ trigger }) => trigger).toSorted()).toEqual(['dry', 'manual', 'scheduled']);
});

it('reports why nothing ran for each day that it was away', async () => {
  const ada = await withDaily();
  vi.setSystemTime(SEVEN + 54 * HOUR);
  await user(env, ada.userId).checkIn();
  const found = await whenThere(ada, 3);
  expect(found.map(({ date, phase }) => `${date} ${phase}`)).toEqual([
    '2037-11-26 ended',
    '2037-11-25 ended',
    '2037-11-24 ended',
  ]);
  // None of them made a conversation: what tells of them leads to their pages.
  const Notices = z.object({ items: z.array(z.object({ path: z.nullable(z.string()) })) });
  await vi.waitFor(async () => {
    const { items } = Notices.parse(await (await ada.call('GET', '/api/notifications')).json());
    expect(items.map(({ path }) => path).toSorted()).toEqual(
      found.map(({ id }) => `/today/${id}`).toSorted(),
    );
  });
});

it('allots what was due before settings or the zone change', async () => {
  const ada = await withDaily();
  // Away from five to eight until twenty past; the settings are saved before the alarm rings.
  vi.setSystemTime(SEVEN + HOUR + 20 * 60_000);
  await ada.enter('refresh');
  const body = { ...usualSettings, enabled: true, timezone: 'UTC', days: [0, 1, 2, 3, 4, 5, 6] };
  const put = await ada.call('PUT', '/api/daily/settings', { body: { ...body, start: '18:00' } });
  // Today has its run, so six this evening is no promise.
  expect(await put.json()).toMatchObject({ nextStartAt: '2037-11-25T18:00:00.000Z' });
  expect(await whenThere(ada, 1)).toMatchObject([
    { date: '2037-11-24', startsAt: '2037-11-24T08:00:00.000Z' },
  ]);

  const bob = await withDaily({ timezone: null });
  vi.setSystemTime(SEVEN + 26 * HOUR);
  await bob.enter('refresh');
  await bob.call('PATCH', '/api/me', { body: { timezone: 'America/New_York' } });
  expect((await whenThere(bob, 1)).map(({ date }) => date)).toEqual(['2037-11-25']);
  const got = await bob.call('GET', '/api/daily/settings');
  expect(await got.json()).toMatchObject({ nextStartAt: '2037-11-26T13:00:00.000Z' });
});

/** A task of a day that is over, as it is carried. */
const taskOf = (title: string): DailyTask =>
  dailyTask({ id: crypto.randomUUID(), title, category: 'own', status: 'in_progress' });

it('gives what was carried over to one run, and to none that only tries', async () => {
  const ada = await withDaily();
  const object = user(env, ada.userId);
  await object.carryDailyTask(taskOf('Call the bank'));
  const begin = async (body: object) => {
    const made = await ada.call('POST', '/api/daily/runs', { body });
    const { tasks } = z.object({ run: DailyRun }).parse(await made.json()).run;
    return tasks.filter(({ generatedBy }) => generatedBy === 'carried').map(({ title }) => title);
  };
  expect(await begin({ dryRun: true })).toEqual([]);
  expect(await begin({ timeScale: 60 })).toEqual([]);
  // A run by hand at the minute of the scheduled one: they are opened together.
  vi.setSystemTime(SEVEN + HOUR);
  await ada.enter('refresh');
  const [byHand] = await Promise.all([begin({}), object.checkIn(), object.checkIn()]);
  const [scheduled] = (await whenThere(ada, 4)).filter(({ trigger }) => trigger === 'scheduled');
  const got = await dailyRun(env, scheduled?.id ?? '').get(ada.userId);
  const own = got.ok ? got.run.tasks.filter(({ generatedBy }) => generatedBy === 'carried') : [];
  expect([...byHand, ...own.map(({ title }) => title)]).toEqual(['Call the bank']);
});

it('gives what was carried over to the day that can still do it', async () => {
  const ada = await withDaily();
  await user(env, ada.userId).carryDailyTask(taskOf('Call the bank'));
  vi.setSystemTime(SEVEN + 2 * 24 * HOUR + 1.5 * HOUR);
  await user(env, ada.userId).checkIn();
  const found = await whenThere(ada, 3);
  expect(found.map(({ date, totals }) => `${date} ${totals.generated}`)).toEqual([
    '2037-11-26 1',
    '2037-11-25 0',
    '2037-11-24 0',
  ]);
});

it('drops the copy of a task that was done after all, also where a run has it already', async () => {
  const ada = await withDaily();
  const object = user(env, ada.userId);
  const [before, first, second] = [crypto.randomUUID(), taskOf('Call the bank'), taskOf('Water the plants')];
  const made = await ada.call('POST', '/api/daily/runs', { body: { id: before } });
  const { run: old } = z.object({ run: DailyRun }).parse(await made.json());
  const done = (ids: string[]) => object.putDailyRun(DailyRunSummary.parse(old), null, ids);
  await object.carryDailyTask(first);
  await object.carryDailyTask({ ...second, tools: ['not_connected'] });
  await done([first.id]);
  vi.setSystemTime(SEVEN + HOUR);
  await object.checkIn();
  const scheduled = (await whenThere(ada, 2)).find(({ trigger }) => trigger === 'scheduled');
  const carried = async () => {
    const got = await dailyRun(env, scheduled?.id ?? '').get(ada.userId);
    const tasks = got.ok ? got.run.tasks.filter(({ generatedBy }) => generatedBy === 'carried') : [];
    return tasks.map(({ title, status }) => `${title}: ${status}`);
  };
  expect(await carried()).toEqual(['Water the plants: generated']);
  await done([first.id, second.id]);
  expect(await carried()).toEqual(['Water the plants: cancelled']);
});

it('keeps the copy of a task on its way to a run that has not begun, and cancels it there', async () => {
  const ada = await withDaily();
  vi.spyOn(console, 'log').mockImplementation(() => {});
  const object = user(env, ada.userId);
  const made = await ada.call('POST', '/api/daily/runs', { body: {} });
  const { run: old } = z.object({ run: DailyRun }).parse(await made.json());
  const task = taskOf('Call the bank');
  await object.carryDailyTask(task);
  const { open } = DailyRunDO.prototype;
  const { at, hold, came } = gate();
  vi.spyOn(DailyRunDO.prototype, 'open').mockImplementation(async function (this: DailyRunDO, given) {
    await hold();
    return await open.call(this, given);
  });
  vi.setSystemTime(SEVEN + HOUR);
  await object.checkIn();
  await came();
  // Inside of it: a refusal that crosses to another object is an error of its own to the runner.
  const done = () =>
    runInDurableObject(object, (own: UserDO) =>
      own.putDailyRun(DailyRunSummary.parse(old), null, [task.id]).then(
        () => 'done',
        (error: Error) => error.message,
      ),
    );
  expect(await done()).toContain('has not begun');
  at.shut = false;
  const scheduled = (await whenThere(ada, 2)).find(({ trigger }) => trigger === 'scheduled');
  await vi.waitFor(async () => expect(await done()).toBe('done'));
  const got = await dailyRun(env, scheduled?.id ?? '').get(ada.userId);
  expect(got.ok && got.run.tasks.map(({ title, status }) => [title, status])).toContainEqual([
    'Call the bank',
    'cancelled',
  ]);
});

it('begins a run by hand although another cannot be reached', async () => {
  const ada = await withDaily();
  vi.spyOn(console, 'log').mockImplementation(() => {});
  const { open } = DailyRunDO.prototype;
  vi.spyOn(DailyRunDO.prototype, 'open').mockImplementation(async function (this: DailyRunDO, given) {
    if (given.trigger === 'scheduled') throw new Error('this object is broken');
    return await open.call(this, given);
  });
  vi.setSystemTime(SEVEN + HOUR);
  await user(env, ada.userId).checkIn();
  await ada.enter('refresh');
  expect((await ada.call('POST', '/api/daily/runs', { body: {} })).status).toBe(201);
  vi.restoreAllMocks();
});

it('finds a run whose alarm was lost', async () => {
  const ada = await withDaily();
  vi.setSystemTime(SEVEN + HOUR);
  await user(env, ada.userId).checkIn();
  const [run] = await whenThere(ada, 1);
  await vi.waitFor(async () => {
    const { nextDueAt } = await dailyRun(env, run?.id ?? '').checkIn();
    if (nextDueAt !== SEVEN + 1.25 * HOUR) throw new Error(String(nextDueAt));
  });
  // The hard stop passes; only the user's object rings, a minute later.
  vi.setSystemTime(SEVEN + 4 * HOUR + 90_000);
  await user(env, ada.userId).checkIn();
  await vi.waitFor(async () => {
    const [late] = await runs(ada);
    if (late?.phase !== 'reported') throw new Error(late?.phase);
  });
  expect(await runs(ada)).toMatchObject([{ id: run?.id, phase: 'reported' }]);
});

it('refuses rules that never come, and follows the person to another zone', async () => {
  const ada = await withDaily({ timezone: null });
  const put = (more: object) =>
    ada.call('PUT', '/api/daily/settings', { body: { ...usualSettings, enabled: true, ...more } });
  expect(await problemOf(await put({ cron: '0 8 30 2 *' }))).toEqual([422, 'bad_schedule']);
  expect(await problemOf(await put({ timezone: 'Mars/Olympus' }))).toEqual([422, 'bad_schedule']);
  await ada.call('PATCH', '/api/me', { body: { timezone: 'America/New_York' } });
  const got = await ada.call('GET', '/api/daily/settings');
  expect(await got.json()).toMatchObject({ nextStartAt: '2037-11-24T13:00:00.000Z' });
});

it('leaves nothing of a run when the account ends', async () => {
  const ada = await withDaily();
  const made = await ada.call('POST', '/api/daily/runs', { body: {} });
  const { run } = z.object({ run: DailyRun }).parse(await made.json());
  await user(env, ada.userId).deleteAccount(null, crypto.randomUUID());
  await vi.waitFor(async () => {
    vi.setSystemTime(Date.now() + 10_000);
    await user(env, ada.userId).checkIn();
    expect((await dailyRun(env, run.id).get(ada.userId)).ok).toBe(false);
    expect(await user(env, ada.userId).profile()).toBeNull();
  });
  expect(await dailyRun(env, run.id).checkIn()).toEqual({ nextDueAt: null });
});

it('leaves nothing of a run that was being begun when the account ended', async () => {
  const ada = await withDaily();
  vi.spyOn(console, 'log').mockImplementation(() => {});
  const object = user(env, ada.userId);
  const { kit } = UserDO.prototype;
  const { at, hold, came } = gate();
  vi.spyOn(UserDO.prototype, 'kit').mockImplementation(async function (this: UserDO) {
    await hold();
    return await kit.call(this);
  });
  const id = crypto.randomUUID();
  const starts = object.startDailyRun(id, {});
  await came();
  await object.deleteAccount(null, crypto.randomUUID());
  const goOn = async () => {
    vi.setSystemTime(Date.now() + 10_000);
    await object.checkIn();
  };
  // Long enough for the deletion to come to the runs.
  for (let times = 0; times < 20; times += 1) {
    await goOn();
    await scheduler.wait(50);
  }
  at.shut = false;
  await starts.catch(() => {});
  // Nothing of the person's own object is left either: its deletion waited for this.
  const tables = () =>
    runInDurableObject(object, (_, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'daily_runs'").toArray(),
    );
  await vi.waitFor(async () => {
    await goOn();
    expect(await tables()).toEqual([]);
  });
  expect(await dailyRun(env, id).checkIn()).toEqual({ nextDueAt: null });
});

it('begins for a hundred people at the same minute, by their own alarms, and none starves', async () => {
  vi.useRealTimers();
  const people = Array.from({ length: 100 }, () => crypto.randomUUID());
  const settings = { ...usualSettings, enabled: true, timezone: 'UTC', days: [0, 1, 2, 3, 4, 5, 6] };
  try {
    const begun = Date.now();
    clock.offset = SEVEN - begun;
    for (const id of people) {
      const profile = { id, email: `${id}@example.com`, name: 'x', timezone: 'UTC', emailVerified: false };
      await user(env, id).create({ ...profile, createdAt: new Date(clock.now()).toISOString() });
    }
    // Time goes on as it does, from before the hour: what is late here is late. Who is set up after it begins tomorrow, so a
    // machine that takes longer to make them has longer for this.
    clock.offset = SEVEN + HOUR - 4_000 - 3 * (Date.now() - begun) - Date.now();
    for (const id of people) await user(env, id).setDailySettings(settings);
    expect(clock.now()).toBeLessThan(SEVEN + HOUR);
    const started = await vi.waitFor(
      async () => {
        const pages = await Promise.all(people.map((id) => user(env, id).dailyRuns({})));
        const all = pages.flatMap((page) => page?.items ?? []);
        if (all.length < people.length) throw new Error(String(all.length));
        return all;
      },
      { timeout: TEST_MS, interval: 500 },
    );
    const late = started.map(({ startedAt, startsAt }) => Date.parse(startedAt) - Date.parse(startsAt));
    const sorted = late.toSorted((a, b) => a - b);
    console.log(
      `100 windows: first ${sorted[0]}, p50 ${sorted[50]}, last ${sorted.at(-1)} ms after their minute`,
    );
    expect(new Set(started.map(({ id }) => id)).size).toBe(100);
    expect(
      started.every(({ trigger, startsAt }) => trigger === 'scheduled' && startsAt.endsWith('08:00:00.000Z')),
    ).toBe(true);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
  } finally {
    clock.offset = 0;
  }
});
