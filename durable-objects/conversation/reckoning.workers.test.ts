/** What a schedule will cost, reckoned from what ran: its own runs, its rehearsal, or others of its conversation. */
import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
import { SchedulePreview } from '#shared/protocol/schedule.ts';
import { newcomer, problemOf, type TestBrowser } from '#worker/test-browser.ts';
import { beginAtNoon, NOON } from '#test/workers/noon.ts';
import { runsOf, scheduled } from '#test/workers/schedules.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';
import { conversation } from './client.ts';

const MINUTE = 60_000;

beginAtNoon();

const ask = (ada: TestBrowser, body: object) => ada.call('POST', '/api/schedules/preview', { body });
const preview = async (ada: TestBrowser, body: object) =>
  SchedulePreview.parse(await (await ask(ada, { timezone: 'UTC', ...body })).json());

it('previews within the bounds, and refuses what would end before it begins', async () => {
  const ada = await newcomer();
  const twice = { cron: '0 8 * * *', count: 2 };
  expect(await preview(ada, twice)).toEqual({
    words: 'every day at 08:00',
    timezone: 'UTC',
    fires: ['2037-11-25T08:00:00.000Z', '2037-11-26T08:00:00.000Z'],
    ends: true,
    monthly: { runs: 2, cost: null, inAll: true },
  });
  const until = await preview(ada, { cron: '0 8 * * *', until: '2037-11-27T09:00:00+01:00' });
  expect([until.fires.length, until.ends]).toEqual([3, true]);
  const over = await ask(ada, { cron: '0 8 * * *', until: '2037-11-24T13:00:00Z' });
  expect(await problemOf(over)).toEqual([422, 'bad_schedule']);
});

it('guesses on the first card of a conversation, where nothing has run to go by', async () => {
  const ada = await newcomer();
  const talk = await Talk.begin(ada);
  const watcher = await talk.watch();
  const input = { name: 'News', instruction: 'Look for news', cron: '0 8 * * *', timezone: 'UTC' };
  const words = `every morning ${talk.id}`;
  await standIn.reply(words, [{ type: 'tool_use', name: 'create_schedule', input }]);
  await talk.say(words);
  await watcher.ended();
  const { question } = await talk.get();
  const monthly = question?.approval?.schedule?.monthly;
  expect(monthly).toMatchObject({ runs: 30, guess: true });
  expect(monthly?.cost).toBeGreaterThan(0);
  expect(await preview(ada, { cron: '0 8 * * *', conversationId: talk.id })).toMatchObject({ monthly });
});

it('reckons by the rehearsal of the same words, then by its own runs, with what its count and its step leave', async () => {
  const ada = await newcomer();
  const talk = await Talk.begin(ada);
  const watcher = await talk.watch();
  const [instruction, conversationId] = ['Look for news', talk.id];
  const monthly = async (more: object = {}) =>
    (await preview(ada, { cron: '0 8 * * *', conversationId, instruction, ...more })).monthly;
  expect(await monthly()).toEqual({ runs: 30, cost: null, inAll: false });

  await talk.say('Tell me a long story');
  await watcher.ended();
  const costs = async () => (await runsOf(talk)).map(({ cost }) => cost);
  const [first = 0] = await costs();
  expect(first).toBeGreaterThan(0);
  expect(await monthly()).toMatchObject({ runs: 30, cost: expect.closeTo(30 * first, 9), by: 'runs_here' });

  expect((await talk.call('POST', '/rehearse', { instruction })).status).toBe(202);
  await watcher.ended(2);
  const [rehearsal = 0] = await costs();
  expect(rehearsal).not.toBe(first);
  expect(await monthly()).toMatchObject({
    runs: 30,
    cost: expect.closeTo(30 * rehearsal, 9),
    by: 'rehearsal',
  });
  expect(await monthly({ count: 2 })).toMatchObject({ runs: 2, cost: expect.closeTo(2 * rehearsal, 9) });
  // Other words are other work.
  const mean = (first + rehearsal) / 2;
  expect(await monthly({ instruction: 'Look for gold' })).toMatchObject({
    cost: expect.closeTo(30 * mean, 9),
    by: 'runs_here',
  });
  // So does the card of what Claude proposes next.
  const input = { name: 'News', instruction, cron: '0 8 * * *', timezone: 'UTC', count: 3 };
  const words = `every morning ${talk.id}`;
  await standIn.reply(words, [{ type: 'tool_use', name: 'create_schedule', input }]);
  await talk.say(words);
  await watcher.ended(3);
  const { question } = await talk.get();
  expect(question?.approval?.schedule).toMatchObject({
    fires: [{}, {}, {}].map((_, day) => `2037-11-${25 + day}T08:00:00.000Z`),
    ends: true,
    monthly: { runs: 3, cost: expect.closeTo(3 * rehearsal, 9), by: 'rehearsal', inAll: true },
  });
  await talk.call('POST', `/questions/${question?.id}/answer`, {
    decision: 'reject',
    hash: question?.approval?.hash,
  });
  await watcher.ended(4);

  const schedule = await scheduled(talk, { every: 7_200, count: 3, instruction, timezone: 'UTC' });
  vi.setSystemTime(NOON + 120 * MINUTE);
  await runDurableObjectAlarm(conversation(env, talk.id));
  await watcher.ended(5);
  vi.setSystemTime(NOON + 150 * MINUTE);
  await ada.enter('refresh');
  const [own = 0] = await costs();
  const left = await preview(ada, {
    every: 7_200,
    count: 3,
    conversationId,
    instruction,
    scheduleId: schedule.id,
  });
  expect(left).toMatchObject({
    fires: [240, 360].map((minutes) => new Date(NOON + minutes * MINUTE).toISOString()),
    ends: true,
    monthly: { runs: 2, cost: expect.closeTo(2 * own, 9), by: 'own_runs', inAll: true },
  });

  // Another person's conversation says nothing of itself.
  const eve = await newcomer();
  expect(await problemOf(await ask(eve, { cron: '0 8 * * *', conversationId, instruction }))).toEqual([
    404,
    'not_found',
  ]);
});
