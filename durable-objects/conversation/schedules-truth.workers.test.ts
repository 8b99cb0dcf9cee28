/** What is said of schedules and runs stays true in the object: moves, repeats, limits, archives, and what kills it. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { RunTrace } from '#shared/protocol/run.ts';
import type { Schedule } from '#shared/protocol/schedule.ts';
import { user } from '#durable-objects/user/client.ts';
import { newcomer, problemOf, type TestBrowser } from '#worker/test-browser.ts';
import { named } from '#test/workers/hooked.ts';
import { instruction, receiptsOf, runsOf, scheduled } from '#test/workers/schedules.ts';
import { beginAtNoon, NOON } from '#test/workers/noon.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';
import { conversation } from './client.ts';

const MINUTE = 60_000;
const Begun = z.object({ runId: z.string() });

beginAtNoon();

const runs = async (talk: Talk) =>
  (await runsOf(talk)).map(({ status, outcome, code }) => `${status} ${outcome} ${code}`);
const receipts = async (talk: Talk, schedule: Schedule) =>
  (await receiptsOf(talk, schedule)).map(({ status, reason }) => `${status} ${reason}`);

async function begin(browser?: TestBrowser) {
  const talk = await Talk.begin(browser ?? (await newcomer()));
  return { ada: talk.browser, talk, watcher: await talk.watch() };
}

const ask = (text: string) =>
  standIn.reply(text, [
    { type: 'tool_use', name: 'ask_user', input: { questions: [{ question: 'Which?', kind: 'text' }] } },
  ]);

it('refuses a pattern without words, and stays readable', async () => {
  const { talk } = await begin();
  for (const cron of ['0 0 1 * +MON', '0 0 * * MON#L'])
    expect(await problemOf(await talk.call('POST', '/schedules', { instruction, cron }))).toEqual([
      422,
      'bad_schedule',
    ]);
  expect((await talk.get()).schedules).toEqual([]);
});

it('refuses changes that would silently end a schedule', async () => {
  const { talk } = await begin();
  const { id } = await scheduled(talk, { cron: '0 * * * *', timezone: 'UTC' });
  for (const change of [
    { until: '2037-11-24T11:00:00Z' },
    { until: '2037-11-24T12:30:00Z' },
    { immediate: true },
  ]) {
    const response = await talk.call('PATCH', `/schedules/${id}`, change);
    expect([change, await problemOf(response)]).toEqual([change, [422, 'bad_schedule']]);
  }
  expect((await talk.get()).schedules).toMatchObject([{ status: 'live', until: null }]);
});

it('comes back from the archive by the zone that its owner is in now', async () => {
  const { ada, talk } = await begin();
  await scheduled(talk, { cron: '0 8 * * *' });
  await talk.call('PATCH', '', { status: 'archived' });
  await ada.call('PATCH', '/api/me', { body: { timezone: 'America/New_York' } });
  await talk.call('PATCH', '', { status: 'active' });
  expect((await talk.get()).nextRunAt).toBe('2037-11-24T13:00:00.000Z');
});

it('tells of a pause by the zone that held at each time, also in the archive', async () => {
  const { ada, talk } = await begin();
  const { talk: archived } = await begin(ada);
  const move = async (timezone: string) => {
    await ada.call('PATCH', '/api/me', { body: { timezone } });
    const owed = () =>
      runInDurableObject(user(env, ada.userId), (_instance, { storage }) =>
        storage.sql.exec(`SELECT type FROM outbox WHERE type = 'zones'`).toArray(),
      );
    await vi.waitFor(async () => expect(await owed()).toEqual([]));
  };
  await move('Europe/Zurich');
  const paused = await scheduled(talk, { cron: '0 8 * * *' });
  const away = await scheduled(archived, { cron: '0 8 * * *' });
  await talk.call('PATCH', `/schedules/${paused.id}`, { paused: true });
  await archived.call('PATCH', '', { status: 'archived' });
  // Two mornings there, at 07:00Z, then three here, at 13:00Z.
  vi.setSystemTime(NOON + 48 * 60 * MINUTE);
  await ada.enter('sign-in');
  await move('America/New_York');
  vi.setSystemTime(NOON + 99 * 60 * MINUTE);
  await ada.enter('sign-in');
  const told = [await receiptsOf(talk, paused), await receiptsOf(archived, away)];
  expect(told).toMatchObject([
    [{ dueAt: '2037-11-25T07:00:00.000Z', lastDueAt: '2037-11-28T13:00:00.000Z', count: 5 }],
    [{ dueAt: '2037-11-25T07:00:00.000Z', lastDueAt: '2037-11-28T13:00:00.000Z', count: 5 }],
  ]);
  await talk.call('PATCH', `/schedules/${paused.id}`, { paused: false });
  await archived.call('PATCH', '', { status: 'active' });
  expect([await receiptsOf(talk, paused), await receiptsOf(archived, away)]).toEqual(told);
});

it('gives the same answer to a run by hand that is asked for twice while it waits', async () => {
  const { talk, watcher } = await begin();
  const { id } = await scheduled(talk, { cron: '0 8 * * *', timezone: 'UTC' });
  const busy = `busy ${talk.id}`;
  await standIn.hold(busy);
  await talk.say(busy);
  await standIn.held();
  const run = async () => {
    const response = await named(talk, `/schedules/${id}/run`, 'once');
    return [response.status, await response.json()];
  };
  const first = await run();
  expect(first[0]).toBe(202);
  expect(await run()).toEqual(first);
  await standIn.release();
  await watcher.ended(2);
  expect(await run()).toEqual(first);
  expect(await runs(talk)).toHaveLength(2);
});

it('does once what bears the same name: a schedule that is made, its run by hand, a rehearsal', async () => {
  const { talk, watcher } = await begin();
  const twice = async (path: string, body?: object) => {
    const answers = [];
    for (const _time of [1, 2]) {
      const response = await named(talk, path, 'once', body);
      answers.push([response.status, await response.json()]);
    }
    expect(answers[1]).toEqual(answers[0]);
    return answers[0]?.[0];
  };
  const body = { instruction, cron: '0 8 * * *', timezone: 'UTC' };
  expect(await twice('/schedules', body)).toBe(201);
  const { schedules } = await talk.get();
  expect(schedules).toHaveLength(1);
  expect(await twice(`/schedules/${schedules[0]?.id}/run`)).toBe(202);
  await watcher.ended(1);
  expect(await twice('/rehearse', { instruction })).toBe(202);
  await watcher.ended(2);
  expect(await runs(talk)).toHaveLength(2);
});

it('runs by hand once what waited, and then shared a run with what came due', async () => {
  const { talk, watcher } = await begin();
  const due = await scheduled(talk, { cron: '5 12 * * *', timezone: 'UTC' });
  const byHand = await scheduled(talk, { cron: '0 8 * * *', timezone: 'UTC' });
  const busy = `busy ${talk.id}`;
  await standIn.hold(busy);
  await talk.say(busy);
  await standIn.held();
  vi.setSystemTime(NOON + 5 * MINUTE);
  const rung = runDurableObjectAlarm(conversation(env, talk.id));
  await vi.waitFor(async () => expect(await receipts(talk, due)).toEqual(['blocked was_busy']));
  const run = async () =>
    Begun.parse(await (await named(talk, `/schedules/${byHand.id}/run`, 'once')).json());
  const first = await run();
  await standIn.release();
  await rung;
  await watcher.ended(2);
  expect(await run()).toEqual(first);
  expect((await runsOf(talk)).map(({ id }) => id)).toContain(first.runId);
  expect([(await receipts(talk, byHand)).length, (await runs(talk)).length]).toEqual([1, 2]);
});

it('leads everybody who began one by hand to the run that did it', async () => {
  const { talk, watcher } = await begin();
  const [one, two] = [
    await scheduled(talk, { cron: '0 8 * * *', timezone: 'UTC' }),
    await scheduled(talk, { cron: '0 9 * * *', timezone: 'UTC' }),
  ];
  const busy = `busy ${talk.id}`;
  await standIn.hold(busy);
  await talk.say(busy);
  await standIn.held();
  const run = async ({ id }: Schedule, key: string) =>
    Begun.parse(await (await named(talk, `/schedules/${id}/run`, key)).json()).runId;
  const trace = async (runId: string) => talk.call('GET', `/runs/${runId}`);
  const asked = [await run(one, 'a'), await run(one, 'b'), await run(two, 'c')];
  expect([asked[1] === asked[0], asked[2] === asked[0]]).toEqual([true, false]);
  expect((await trace(asked[2] ?? '')).status).toBe(404);
  await standIn.release();
  await watcher.ended(2);
  const [ran] = await runsOf(talk);
  for (const runId of asked) expect(RunTrace.parse(await (await trace(runId)).json()).run.id).toBe(ran?.id);
  // Asked for again in the same words.
  expect([await run(one, 'a'), await run(one, 'b'), await run(two, 'c')]).toEqual(Array(3).fill(ran?.id));
  expect(await runs(talk)).toHaveLength(2);
});

it('shows no run as waiting whose question is gone with the archive', async () => {
  const { talk, watcher } = await begin();
  const words = `asks and is put away ${talk.id}`;
  await ask(words);
  await scheduled(talk, { immediate: true, instruction: words });
  await watcher.ended();
  expect(await runs(talk)).toEqual(['waiting waiting null']);
  await talk.call('PATCH', '', { status: 'archived' });
  expect(await runs(talk)).toEqual(['ended stopped archived']);
  await talk.call('PATCH', '', { status: 'active' });
  expect(await talk.get()).toMatchObject({ status: 'active', schedules: [{ status: 'ended' }] });
  const [run] = await runsOf(talk);
  const trace = RunTrace.parse(await (await talk.call('GET', `/runs/${run?.id}`)).json());
  expect(trace.events.at(-1)).toMatchObject({ type: 'run_ended', outcome: 'stopped' });
});

it('shows a run as expired whose question nobody answered', async () => {
  const { ada, talk, watcher } = await begin();
  const words = `asks in vain ${talk.id}`;
  await ask(words);
  await scheduled(talk, { immediate: true, instruction: words });
  await watcher.ended();
  const { question } = await talk.get();
  vi.setSystemTime(Date.parse(question?.expiresAt ?? '') + 1_000);
  await runDurableObjectAlarm(conversation(env, talk.id));
  await watcher.ended(2);
  await ada.enter('refresh');
  expect(await runs(talk)).toEqual(['ended expired question_expired']);
});

it('keeps the schedules of all conversations of a user within one limit', async () => {
  const { ada, talk, watcher } = await begin();
  const { talk: other } = await begin(ada);
  await scheduled(other, { cron: '0 8 * * *' });
  const over = await scheduled(talk, { immediate: true });
  await watcher.ended();
  // As if there were many conversations: what they report is what counts.
  await runInDurableObject(user(env, ada.userId), (_instance, { storage }) => {
    const counted = storage.sql.exec('SELECT schedules FROM conversations WHERE id = ?', other.id).one();
    expect(counted).toEqual({ schedules: 1 });
    storage.sql.exec('UPDATE conversations SET schedules = 198 WHERE id = ?', other.id);
  });
  const id = crypto.randomUUID().replace(/^(.{14})./, '$17');
  await scheduled(talk, { cron: '0 8 * * *' });
  await scheduled(talk, { id, cron: '0 8 * * *' });
  const full = await talk.call('POST', '/schedules', { instruction, cron: '0 8 * * *' });
  expect(await problemOf(full)).toEqual([409, 'schedule_limit']);
  // One that has ended counts again as soon as it comes due again.
  const revived = async () =>
    problemOf(await talk.call('PATCH', `/schedules/${over.id}`, { at: '2037-11-25T08:00' }));
  expect(await revived()).toEqual([409, 'schedule_limit']);
  // The same one again is no other.
  await scheduled(talk, { id, cron: '0 8 * * *' });
  await talk.call('DELETE', `/schedules/${id}`);
  await scheduled(talk, { cron: '0 8 * * *' });
});

it('takes the bounds of a schedule away in words', async () => {
  const { talk, watcher } = await begin();
  const schedule = await scheduled(talk, { cron: '0 8 * * *', count: 3, until: '2037-12-24T12:00:00Z' });
  const words = `for ever ${talk.id}`;
  const input = { id: schedule.id, count: null, until: null, name: null };
  await standIn.reply(words, [{ type: 'tool_use', name: 'update_schedule', input }]);
  await talk.say(words);
  await watcher.ended();
  const { question } = await talk.get();
  const changed = question?.approval?.change;
  expect(changed?.before).toMatchObject({ name: schedule.name, words: schedule.words, count: 3 });
  expect(changed?.after).toMatchObject({ name: schedule.name, count: null, until: null });
  expect(changed?.fires).toHaveLength(5);
  await talk.call('POST', `/questions/${question?.id}/answer`, { decision: 'approve' });
  await watcher.ended(2);
  expect((await talk.get()).schedules).toMatchObject([{ count: null, until: null, name: schedule.name }]);
});

it('tells a trace by pages', async () => {
  const { talk, watcher } = await begin();
  await talk.say('Hello');
  await watcher.ended();
  const [run] = await runsOf(talk);
  const all = RunTrace.parse(await (await talk.call('GET', `/runs/${run?.id}`)).json());
  const after = all.events[1]?.seq;
  const rest = RunTrace.parse(await (await talk.call('GET', `/runs/${run?.id}?after=${after}`)).json());
  expect(rest.events).toEqual(all.events.slice(2));
});

it('isolates a run that always kills its process, while its neighbour starts on time', async () => {
  const { ada, talk: poisoned } = await begin();
  const { talk, watcher } = await begin(ada);
  const words = `deadly ${poisoned.id}`;
  const bad = await scheduled(poisoned, { cron: '*/5 * * * *', timezone: 'UTC', instruction: words });
  const good = await scheduled(talk, { at: '2037-11-24T12:06:00Z' });
  // Anew each time: whoever held on to one that died would reach nothing.
  const object = () => conversation(env, poisoned.id);
  const pausedBy = async () => (await poisoned.get()).schedules[0]?.paused;
  vi.setSystemTime(NOON + 5 * MINUTE);
  // No attempt comes to its end: each dies while the model is asked.
  const most = 12;
  for (let times = 0; times < most; times += 1) await standIn.hold(words);
  // The ring stays open over the turn, and dies with it.
  void runDurableObjectAlarm(object()).catch(() => {});
  await standIn.held();
  let kills = 0;
  let neighbour: string[] = [];
  while (kills < most && (await pausedBy()) === null) {
    kills += 1;
    await runInDurableObject(object(), (_instance, state) => state.abort('killed')).catch(() => {});
    if (kills === 2) {
      vi.setSystemTime(NOON + 6 * MINUTE);
      await runDurableObjectAlarm(conversation(env, talk.id));
      await watcher.ended();
      neighbour = await receipts(talk, good);
    }
  }
  await standIn.release();
  expect([kills <= 5, neighbour]).toEqual([true, ['ran on_time']]);
  expect([await pausedBy(), await receipts(poisoned, bad), await runs(poisoned)]).toEqual([
    'crashing',
    ['failed interrupted'],
    ['ended failed interrupted'],
  ]);
  const list = async () => (await ada.call('GET', '/api/notifications')).text();
  await vi.waitFor(async () => expect(await list()).toContain('crashing'));
  const { items } = z
    .object({ items: z.array(z.object({ kind: z.string(), code: z.nullable(z.string()) })) })
    .parse(await (await ada.call('GET', '/api/notifications')).json());
  expect(items).toContainEqual({ kind: 'paused', code: 'crashing' });
});
