/** Which schedules were removed, as long as why they did or did not run can be asked. */
import { env } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { RemovedSchedule, removedKeptMs } from '#shared/protocol/schedule.ts';
import { newcomer, problemOf } from '#worker/test-browser.ts';
import { hooked } from '#test/workers/hooked.ts';
import { beginAtNoon, NOON } from '#test/workers/noon.ts';
import { scheduled } from '#test/workers/schedules.ts';
import { Talk } from '#test/workers/talk.ts';
import { conversation } from './client.ts';

const MINUTE = 60_000;
const Page = z.object({
  items: z.array(RemovedSchedule),
  nextCursor: z.nullable(z.string()),
  keptFrom: z.string(),
});

beginAtNoon();

const removed = async (talk: Talk, query = '') =>
  Page.parse(await (await talk.call('GET', `/removed-schedules${query}`)).json());
const areThere = async (talk: Talk) =>
  z.object({ removed: z.boolean() }).parse(await (await talk.call('GET', '/schedules')).json()).removed;

it('names removed schedules, the last removed first, says when, by whom and until when they are kept', async () => {
  const talk = await Talk.begin(await newcomer());
  const ids: string[] = [];
  for (const name of ['News', 'Mail', 'Stays', 'Prices'])
    ids.push((await scheduled(talk, { cron: '0 8 * * *', name })).id);
  expect([await areThere(talk), (await removed(talk)).items]).toEqual([false, []]);
  await talk.call('PATCH', `/schedules/${ids[0]}`, { name: 'Late news' });
  for (const n of [0, 1, 3]) {
    vi.setSystemTime(NOON + n * MINUTE);
    await talk.call('DELETE', `/schedules/${ids[n]}`);
  }
  expect(await areThere(talk)).toBe(true);
  const first = await removed(talk, '?limit=2');
  const second = await removed(talk, `?limit=2&cursor=${first.nextCursor}`);
  expect([...first.items, ...second.items].map(({ id, name }) => [id, name])).toEqual([
    [ids[3], 'Prices'],
    [ids[1], 'Mail'],
    [ids[0], 'Late news'],
  ]);
  expect(second.nextCursor).toBeNull();
  expect(first.keptFrom).toBe(new Date(NOON + 3 * MINUTE - removedKeptMs).toISOString());
  expect(second.items[0]).toMatchObject({
    change: 'removed',
    by: 'user',
    at: new Date(NOON).toISOString(),
    keptUntil: new Date(NOON + removedKeptMs).toISOString(),
  });
  expect(await problemOf(await talk.call('GET', '/removed-schedules?cursor=x'))).toEqual([
    400,
    'bad_request',
  ]);

  // No session lives so long.
  vi.setSystemTime(NOON + MINUTE + removedKeptMs);
  const ownerId = talk.browser.userId;
  const left = await conversation(env, talk.id).removedSchedules(ownerId, {});
  expect(Page.parse(left).items.map(({ name }) => name)).toEqual(['Prices']);
});

it('counts no webhook that was removed among them', async () => {
  const { talk, made } = await hooked({ scheme: 'url' });
  await talk.call('DELETE', `/webhooks/${made.webhook.id}`);
  expect([await areThere(talk), (await removed(talk)).items]).toEqual([false, []]);
});
