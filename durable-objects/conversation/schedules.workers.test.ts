/** Schedules in a conversation's object: the alarm, the net under it, the routes, receipts and the run ledger. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import * as z from 'zod/mini';
import { Run, RunTrace } from '#shared/protocol/run.ts';
import { Schedule, SchedulePreview } from '#shared/protocol/schedule.ts';
import { user } from '#durable-objects/user/client.ts';
import { newcomer, problemOf, type TestBrowser } from '#worker/test-browser.ts';
import { instruction, pageOf, receiptsOf, runsOf, scheduled } from '#test/workers/schedules.ts';
import { beginAtNoon, NOON } from '#test/workers/noon.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';
import { conversation } from './client.ts';

const MINUTE = 60_000;
const One = z.object({ schedule: Schedule });

beginAtNoon();

const receipts = async (talk: Talk, schedule: Schedule) =>
  (await receiptsOf(talk, schedule)).map(({ status, reason, count }) => `${status} ${reason} ${count}`);
const runs = runsOf;

/** The alarm rings at a time. */
async function ringAt(talk: Talk, time: number) {
  vi.setSystemTime(time);
  return runDurableObjectAlarm(conversation(env, talk.id));
}

async function begin(browser?: TestBrowser) {
  const ada = browser ?? (await newcomer());
  const talk = await Talk.begin(ada);
  return { ada, talk, watcher: await talk.watch() };
}

it('runs at its time by the alarm, with a receipt and a run', async () => {
  const { talk, watcher } = await begin();
  const schedule = await scheduled(talk, { cron: '*/5 * * * *', timezone: 'UTC', name: 'Hello' });
  expect(schedule).toMatchObject({
    words: 'every 5 minutes',
    status: 'live',
    nextAt: '2037-11-24T12:05:00.000Z',
  });
  expect(await talk.get()).toMatchObject({
    status: 'background',
    nextRunAt: '2037-11-24T12:05:00.000Z',
    schedules: [{ id: schedule.id }],
  });
  expect(await ringAt(talk, NOON + 5 * MINUTE)).toBe(true);
  await watcher.ended();
  const [run] = await runs(talk);
  expect(run).toMatchObject({
    trigger: {
      type: 'schedule',
      source: { id: schedule.id, name: 'Hello', dueAt: '2037-11-24T12:05:00.000Z' },
    },
    status: 'ended',
    outcome: 'completed',
    turns: 1,
    steps: 1,
    tools: 0,
  });
  expect(await receipts(talk, schedule)).toEqual(['ran on_time 1']);
  const trace = RunTrace.parse(await (await talk.call('GET', `/runs/${run?.id}`)).json());
  expect(trace.events.map(({ type }) => type)).toEqual([
    'message_added',
    'turn_started',
    'step_done',
    'turn_ended',
  ]);
  const at = async (seq: number) => (await pageOf(talk, `/runs?seq=${seq}`, Run)).map(({ id }) => id);
  const end = trace.events.at(-1)?.seq ?? 0;
  expect([await at(end), await at(end + 100)]).toEqual([[run?.id], []]);
  const [said] = (await talk.messages()).items;
  expect(said).toMatchObject({ origin: 'schedule', content: [{ type: 'text', text: instruction }] });
  expect((await talk.get()).nextRunAt).toBe('2037-11-24T12:10:00.000Z');
});

it('does not run a due time twice when the alarm rings twice and the page looks', async () => {
  const { talk, watcher } = await begin();
  const schedule = await scheduled(talk, { cron: '*/5 * * * *', timezone: 'UTC' });
  vi.setSystemTime(NOON + 5 * MINUTE);
  const object = conversation(env, talk.id);
  await Promise.all([object.checkIn(), talk.get(), object.checkIn(), runDurableObjectAlarm(object)]);
  await watcher.ended();
  expect([await receipts(talk, schedule), (await runs(talk)).length]).toEqual([['ran on_time 1'], 1]);
});

it('is opened some seconds before, and does and keeps nothing then', async () => {
  const { talk, watcher } = await begin();
  const schedule = await scheduled(talk, { cron: '*/5 * * * *', timezone: 'UTC' });
  const rows = () =>
    runInDurableObject(conversation(env, talk.id), (_object, { storage }) =>
      ['state', 'events', 'runs', 'run_turns', 'receipts', 'outbox'].map((table) =>
        storage.sql.exec(`SELECT * FROM ${table}`).toArray(),
      ),
    );
  const alarm = () =>
    runInDurableObject(conversation(env, talk.id), (_object, { storage }) => storage.getAlarm());
  await expect.poll(async () => (await rows()).at(-1)).toEqual([]);
  // The alarm that watched over what was told at first rings in vain.
  await ringAt(talk, NOON + MINUTE);
  const before = await rows();
  const due = NOON + 5 * MINUTE;
  const early = (await alarm()) ?? 0;
  expect([early <= due - 2_000, early >= due - 8_000]).toEqual([true, true]);
  // The ring stays open until the due time: by the real clock longer than it takes to look.
  const rung = ringAt(talk, due - 1_000);
  expect([await rows(), await receipts(talk, schedule)]).toEqual([before, []]);
  vi.setSystemTime(due);
  expect(await rung).toBe(true);
  await watcher.ended();
  expect([await receipts(talk, schedule), (await runs(talk)).length]).toEqual([['ran on_time 1'], 1]);
});

it('runs what is immediate at once, and is over', async () => {
  const { talk, watcher } = await begin();
  await scheduled(talk, { immediate: true });
  await watcher.ended();
  expect((await talk.get()).schedules).toMatchObject([{ status: 'ended', runs: 1 }]);
  expect((await talk.get()).status).toBe('active');
});

it('goes on after its object died in a run, without a second one', async () => {
  const { talk } = await begin();
  const words = `${instruction} ${talk.id}`;
  const schedule = await scheduled(talk, { cron: '*/5 * * * *', timezone: 'UTC', instruction: words });
  await standIn.hold(words, 1);
  // The ring stays open over the turn, and dies with it.
  void ringAt(talk, NOON + 5 * MINUTE).catch(() => {});
  await standIn.held();
  await runInDurableObject(conversation(env, talk.id), (_instance, state) => state.abort('died')).catch(
    () => {},
  );
  await standIn.release();
  const watcher = await talk.watch();
  await watcher.ended();
  expect([await receipts(talk, schedule), (await runs(talk)).length]).toEqual([['ran on_time 1'], 1]);
});

it('makes one schedule of one id, changes it, pauses it, and says what came due meanwhile', async () => {
  const { ada, talk } = await begin();
  const id = uuidv7();
  const schedule = await scheduled(talk, { id, cron: '0 * * * *', timezone: 'UTC' });
  expect(await scheduled(talk, { id, cron: '0 * * * *', timezone: 'UTC' })).toEqual(schedule);
  const change = async (body: object) =>
    One.parse(await (await talk.call('PATCH', `/schedules/${id}`, body)).json()).schedule;
  expect(await change({ cron: '30 8 * * 1-5', name: 'Office' })).toMatchObject({
    words: 'every weekday at 08:30',
    name: 'Office',
    nextAt: '2037-11-25T08:30:00.000Z',
  });
  await change({ every: 3_600 });
  expect(await change({ paused: true })).toMatchObject({ status: 'paused', paused: 'user', nextAt: null });
  const line = () => user(env, ada.userId).summary(talk.id);
  // Nothing works by itself, and in the list it is no mere chat.
  expect(await talk.get()).toMatchObject({ status: 'active', paused: true });
  await expect.poll(line).toMatchObject({ status: 'active', paused: true });
  vi.setSystemTime(NOON + 150 * MINUTE);
  await ada.enter('refresh');
  expect(await change({ paused: false })).toMatchObject({
    status: 'live',
    nextAt: '2037-11-24T15:00:00.000Z',
  });
  expect(await receipts(talk, schedule)).toEqual(['skipped was_paused 2']);
  const ran = await talk.call('POST', `/schedules/${id}/run`);
  expect(ran.status).toBe(202);
  const { runId } = z.object({ runId: z.string() }).parse(await ran.json());
  await (await talk.watch()).ended();
  expect((await runs(talk))[0]?.id).toBe(runId);
  expect((await talk.call('DELETE', `/schedules/${id}`)).status).toBe(204);
  expect(await talk.get()).toMatchObject({ schedules: [], paused: false });
  await expect.poll(line).toMatchObject({ paused: false });
  expect(await receipts(talk, schedule)).toHaveLength(2);
  const never = await talk.call('GET', `/schedules/${uuidv7()}/occurrences`);
  expect(await problemOf(never)).toEqual([404, 'not_found']);
});

it('follows its owner to another zone', async () => {
  const { ada, talk } = await begin();
  await scheduled(talk, { cron: '0 8 * * *' });
  await ada.call('PATCH', '/api/me', { body: { timezone: 'America/New_York' } });
  await vi.waitFor(async () => expect((await talk.get()).nextRunAt).toBe('2037-11-24T13:00:00.000Z'));
});

it('is found by the net when its alarm was lost', async () => {
  const { ada, talk, watcher } = await begin();
  const schedule = await scheduled(talk, { at: '2037-11-24T12:30:00Z' });
  await runInDurableObject(conversation(env, talk.id), (_instance, { storage }) => storage.deleteAlarm());
  vi.setSystemTime(NOON + 30 * MINUTE + 61_000);
  await runDurableObjectAlarm(user(env, ada.userId));
  await watcher.ended();
  await ada.enter('refresh');
  expect(await receipts(talk, schedule)).toEqual(['late was_down 1']);
});

it('previews, and refuses what could never be kept with the reason', async () => {
  const { ada, talk } = await begin();
  const preview = async (body: object) => ada.call('POST', '/api/schedules/preview', { body });
  const good = await preview({ cron: '0 8 * * 1-5', timezone: 'Europe/Zurich' });
  expect(SchedulePreview.parse(await good.json())).toEqual({
    words: 'every weekday at 08:00',
    timezone: 'Europe/Zurich',
    fires: ['25', '26', '27', '30']
      .map((day) => `2037-11-${day}T07:00:00.000Z`)
      .concat('2037-12-01T07:00:00.000Z'),
    ends: false,
    monthly: { runs: 22, cost: null, inAll: false },
  });
  const bad = [
    { cron: '0 0 30 2 *' },
    { cron: '* * * * * *' },
    { cron: 'soon' },
    { cron: '? * * * *' },
    { every: 1 },
    { every: 90.5 },
    { at: '2037-11-24T11:00:00Z' },
    { at: '2026-02-30T08:00' },
    { at: 'tomorrow' },
    { cron: '0 8 * * *', every: 60 },
    {},
    { cron: '0 8 * * *', timezone: 'Mars/Olympus' },
  ];
  for (const body of bad) {
    expect([body, await problemOf(await preview(body))]).toEqual([body, [422, 'bad_schedule']]);
    const made = await talk.call('POST', '/schedules', { instruction, ...body });
    expect([body, await problemOf(made)]).toEqual([body, [422, 'bad_schedule']]);
  }
  const over = await talk.call('POST', '/schedules', {
    instruction,
    cron: '0 8 * * *',
    until: '2037-11-24T13:00:00Z',
  });
  expect(await problemOf(over)).toEqual([422, 'bad_schedule']);
  expect((await talk.get()).schedules).toEqual([]);
});

it('pauses with its conversation, and leaves nothing when that is deleted', async () => {
  const { talk } = await begin();
  await scheduled(talk, { cron: '* * * * *', timezone: 'UTC' });
  await talk.call('PATCH', '', { status: 'archived' });
  expect(await talk.get()).toMatchObject({
    status: 'archived',
    nextRunAt: null,
    schedules: [{ paused: 'archived' }],
  });
  await talk.call('PATCH', '', { status: 'active' });
  expect((await talk.get()).status).toBe('background');
  expect((await talk.call('DELETE')).status).toBe(204);
  const object = conversation(env, talk.id);
  await vi.waitFor(async () => {
    const left = await runInDurableObject(object, async (_instance, { storage }) => [
      await storage.getAlarm(),
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '_cf%'").toArray().length,
    ]);
    expect(left).toEqual([null, 0]);
  });
});

it('is set up, listed and stopped in words, on a card with its times', async () => {
  const { talk, watcher } = await begin();
  /** Says so, and the model uses a tool. */
  const use = async (said: string, name: string, input: object) => {
    const words = `${said} ${talk.id}`;
    await standIn.reply(words, [{ type: 'tool_use', name, input }]);
    await talk.say(words);
  };
  await use('every morning', 'create_schedule', {
    name: 'News',
    instruction: 'Look for news',
    cron: '0 8 * * *',
    timezone: 'Europe/Zurich',
    every: null,
  });
  await watcher.ended();
  const { question } = await talk.get();
  expect(question?.approval).toMatchObject({
    name: 'create_schedule',
    schedule: {
      words: 'every day at 08:00',
      timezone: 'Europe/Zurich',
      fires: ['25', '26', '27', '28', '29'].map((day) => `2037-11-${day}T07:00:00.000Z`),
    },
  });
  await talk.call('POST', `/questions/${question?.id}/answer`, {
    decision: 'approve',
    hash: question?.approval?.hash,
  });
  await watcher.ended(2);
  const [schedule] = (await talk.get()).schedules;
  expect(schedule).toMatchObject({ name: 'News', status: 'live', nextAt: '2037-11-25T07:00:00.000Z' });
  const results = () =>
    watcher.transcript.messages.flatMap(({ content }) =>
      content.flatMap((block) => (block.type === 'tool_result' ? [block.text] : [])),
    );
  await use('how is it', 'list_schedules', {});
  await watcher.ended(3);
  expect(results().at(-1)).toContain(
    '"News": every day at 08:00 (Europe/Zurich); next run Wed 25 Nov 2037, 08:00',
  );
  await talk.call('POST', `/schedules/${schedule?.id}/run`);
  await watcher.ended(4);
  await use('why did it run', 'list_schedules', {});
  await watcher.ended(5);
  expect(results().at(-1)).toMatch(/last due times: \S.* ran \(by_hand\)/);
  await use('stop it', 'cancel_schedule', { id: schedule?.id });
  await watcher.ended(6);
  expect([(await talk.get()).schedules, (await talk.get()).status]).toEqual([[], 'active']);
});

it('refuses in words what could never be kept, before anybody is asked', async () => {
  const { talk, watcher } = await begin();
  const input = { name: 'x', instruction: 'y', cron: '0 0 30 2 *' };
  const words = `never ${talk.id}`;
  await standIn.reply(words, [{ type: 'tool_use', name: 'create_schedule', input }]);
  await talk.say(words);
  await watcher.ended();
  expect((await talk.get()).status).toBe('active');
  const [, reply] = watcher.transcript.messages;
  expect(reply?.content).toMatchObject([
    {},
    { type: 'tool_result', isError: true, text: expect.stringContaining('30 February') },
    {},
  ]);
});

it('leaves the neighbours of a conversation that cannot be read as they are', async () => {
  const { ada, talk: poisoned } = await begin();
  const { talk, watcher } = await begin(ada);
  for (const each of [poisoned, talk]) await scheduled(each, { at: '2037-11-24T12:30:00Z' });
  // What every wake needs cannot be read: each throws.
  await runInDurableObject(conversation(env, poisoned.id), (_instance, { storage }) => {
    storage.sql.exec("UPDATE state SET json = 'no json'");
  });
  await runInDurableObject(conversation(env, poisoned.id), (_instance, state) => state.abort('again')).catch(
    () => {},
  );
  await runInDurableObject(conversation(env, talk.id), (_instance, { storage }) => storage.deleteAlarm());
  vi.setSystemTime(NOON + 30 * MINUTE);
  // Its own alarm never throws, or the platform would take it away for good.
  await runDurableObjectAlarm(conversation(env, poisoned.id));
  vi.setSystemTime(NOON + 31 * MINUTE + 1_000);
  await runDurableObjectAlarm(user(env, ada.userId));
  await watcher.ended();
  await ada.enter('refresh');
  expect((await runs(talk))[0]).toMatchObject({ outcome: 'completed', trigger: { type: 'schedule' } });
  expect((await poisoned.call('GET', '')).status).toBe(500);
  expect((await ada.call('GET', '/api/conversations')).status).toBe(200);
});

it('does a change and a removal of the same key once, also when its time has come meanwhile', async () => {
  const { talk, watcher } = await begin();
  const schedule = await scheduled(talk, { cron: '0 0 29 2 *' });
  const path = `/schedules/${schedule.id}`;
  const send = (method: string, key: string, body?: object) =>
    talk.browser.call(method, `/api/conversations/${talk.id}${path}`, {
      headers: { 'idempotency-key': key },
      ...(body === undefined ? {} : { body }),
    });
  const edit = { name: 'Edited', at: '2037-11-24T12:05:00Z' };
  expect((await send('PATCH', 'edit', edit)).status).toBe(200);
  await ringAt(talk, NOON + 5 * MINUTE);
  await watcher.ended();
  // A time that passed less than a minute ago would else be taken as now.
  vi.setSystemTime(NOON + 5 * MINUTE + 30_000);
  const again = await send('PATCH', 'edit', edit);
  expect(One.parse(await again.json()).schedule).toMatchObject({ name: 'Edited', status: 'ended', runs: 1 });
  expect([await receipts(talk, schedule), (await runs(talk)).length]).toEqual([['ran on_time 1'], 1]);
  expect((await talk.get()).schedules).toMatchObject([{ status: 'ended' }]);

  for (let time = 0; time < 2; time += 1) expect((await send('DELETE', 'gone')).status).toBe(204);
  expect(await problemOf(await send('DELETE', 'other'))).toEqual([404, 'not_found']);
  expect(await problemOf(await send('PATCH', 'edit', edit))).toEqual([404, 'not_found']);
  const changes = watcher.events.flatMap((event) =>
    event.type === 'schedule_changed' ? [event.change] : [],
  );
  expect(changes.filter((change) => change === 'changed' || change === 'removed')).toEqual([
    'changed',
    'removed',
  ]);
});
