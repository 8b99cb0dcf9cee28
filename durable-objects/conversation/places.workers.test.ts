/** The places of a user for schedules: taken by many conversations at once, and by those that die in between. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { user } from '#durable-objects/user/client.ts';
import { claimMs, maxSchedulesOfUser } from '#shared/core/schedule/places.ts';
import { newConversation } from '#shared/core/conversation/state.ts';
import { makeSchedule } from '#shared/core/schedule/make.ts';
import { newcomer, problemOf, type TestBrowser } from '#worker/test-browser.ts';
import { instruction, scheduled } from '#test/workers/schedules.ts';
import { beginAtNoon, NOON } from '#test/workers/noon.ts';
import { Talk } from '#test/workers/talk.ts';
import { registryEntry } from './view.ts';

beginAtNoon();

const daily = { instruction, cron: '0 8 * * *' };
const add = async (talk: Talk, body: object = {}): Promise<number> => {
  const response = await talk.call('POST', '/schedules', { ...daily, ...body });
  if (response.status === 201) await response.body?.cancel();
  else expect(await problemOf(response)).toEqual([409, 'schedule_limit']);
  return response.status;
};
const claimed = (ada: TestBrowser) =>
  runInDurableObject(
    user(env, ada.userId),
    (_instance, { storage }) =>
      storage.sql.exec<{ count: number }>('SELECT count(*) AS count FROM schedule_claims').one().count,
  );
/** As if a conversation had this many schedules. */
const fill = (ada: TestBrowser, { id }: Talk, schedules: number) =>
  runInDurableObject(user(env, ada.userId), (_instance, { storage }) =>
    storage.sql.exec('UPDATE conversations SET schedules = ? WHERE id = ?', schedules, id),
  ).then(() => undefined);

it('lets conversations that add at once have the places that there are, and not one more', async () => {
  const ada = await newcomer();
  const talks: Talk[] = [];
  for (let n = 0; n < 6; n += 1) talks.push(await Talk.begin(ada));
  const answers = await Promise.all(talks.flatMap((talk) => Array.from({ length: 36 }, () => add(talk))));
  expect(answers.filter((status) => status === 201)).toHaveLength(maxSchedulesOfUser);
  const there = await Promise.all(talks.map(async (talk) => (await talk.get()).schedules));
  expect(there.flat()).toHaveLength(maxSchedulesOfUser);
  expect(await claimed(ada)).toBe(0);
  // One that goes makes room for one, in whichever conversation.
  const [first] = there.flat();
  await ada.call('DELETE', `/api/conversations/${first?.conversationId}/schedules/${first?.id}`);
  const again = await Promise.all(talks.map((talk) => add(talk)));
  expect(again.filter((status) => status === 201)).toHaveLength(1);
});

it('gives what was sent twice at once one place, also the last one', async () => {
  const ada = await newcomer();
  const [talk, other] = [await Talk.begin(ada), await Talk.begin(ada)];
  await fill(ada, other, maxSchedulesOfUser - 1);
  const id = uuidv7();
  expect(await Promise.all([add(talk, { id }), add(talk, { id }), add(talk, { id })])).toEqual([
    201, 201, 201,
  ]);
  expect([(await talk.get()).schedules.length, await claimed(ada)]).toEqual([1, 0]);
});

it('gives a place back of which nothing came', async () => {
  const ada = await newcomer();
  const [talk, other] = [await Talk.begin(ada), await Talk.begin(ada)];
  await fill(ada, other, maxSchedulesOfUser - 1);
  const refused = await talk.call('POST', '/schedules', { instruction, cron: '0 0 30 2 *' });
  expect(await problemOf(refused)).toEqual([422, 'bad_schedule']);
  expect(await claimed(ada)).toBe(0);
  const { id } = await scheduled(talk, { immediate: true });
  await vi.waitFor(async () => expect((await talk.get()).schedules[0]?.status).toBe('ended'));
  // Ended, its place is another's; to come due again it needs one anew. Its name needs none.
  await scheduled(talk, daily);
  const change = async (body: object) => (await talk.call('PATCH', `/schedules/${id}`, body)).status;
  expect(await change({ at: '2037-11-25T08:00' })).toBe(409);
  expect([await change({ name: 'Once' }), await claimed(ada)]).toEqual([200, 0]);
  await fill(ada, other, maxSchedulesOfUser - 2);
  expect([await change({ at: '2037-11-25T08:00' }), await claimed(ada)]).toEqual([200, 0]);
  expect(await add(talk)).toBe(409);
});

it('counts once what a conversation made that died before it could report it', async () => {
  const ada = await newcomer();
  const [talk, other, filler] = [await Talk.begin(ada), await Talk.begin(ada), await Talk.begin(ada)];
  await fill(ada, filler, maxSchedulesOfUser - 1);
  const { rev } = await talk.get();
  const mine = user(env, ada.userId);
  const claim = (scheduleId: string) =>
    mine.claimSchedule({ conversationId: talk.id, scheduleId, again: false, open: [], rev });
  // It dies with the claim alone: the place is held for a while, and then free.
  expect(await claim(uuidv7())).toMatchObject({ ok: true });
  expect(await add(other)).toBe(409);
  vi.setSystemTime(NOON + claimMs);
  const { id } = await scheduled(other, daily);
  await other.call('DELETE', `/schedules/${id}`);
  // It dies between its commit and its report: the claim counts until the report comes, and from then on the report.
  const made = makeSchedule(daily, { id: uuidv7(), ownZone: 'UTC', now: NOON });
  if (!made.ok) throw new Error(made.detail);
  expect(await claim(made.schedule.id)).toMatchObject({ ok: true });
  expect(await add(other)).toBe(409);
  const started = { id: talk.id, ownerId: ada.userId, kind: 'chat' as const, title: null };
  const state = { ...newConversation(started, NOON), rev: rev + 1, schedules: [made.schedule] };
  expect(await mine.putConversation(registryEntry(state, null))).toEqual({ ok: true });
  expect([await claimed(ada), await add(other)]).toEqual([0, 409]);
  await fill(ada, filler, maxSchedulesOfUser - 2);
  expect([await add(other), await add(other)]).toEqual([201, 409]);
});
