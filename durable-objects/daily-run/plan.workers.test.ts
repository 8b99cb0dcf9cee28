/** The plan of a daily run before it is begun: it waits for a nod, and the person changes it by hand and by word. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { standIn } from '#test/workers/stand-in.ts';
import { Day } from '#test/workers/day.ts';
import { newcomer, problemOf } from '#worker/test-browser.ts';

const EIGHT = Date.parse('2037-11-24T08:00:00Z');
const MINUTE = 60_000;

beforeEach(async () => {
  await standIn.hurry();
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(EIGHT);
});
afterEach(() => vi.useRealTimers());

/** A plan of five tasks that waits. */
async function waiting(): Promise<Day> {
  const day = await Day.begin({ settings: { nodMinutes: 10 }, servers: ['mail', 'photos'] });
  const plan = await day.until(({ phase }) => phase === 'nod');
  expect(plan.tasks.map(({ status, assignedTo }) => [status, assignedTo])).toEqual(
    Array.from({ length: 5 }, () => ['pending', null]),
  );
  return day;
}

it('waits for a nod and starts by time without one, not a minute before', async () => {
  const day = await waiting();
  const { nodUntil, events } = await day.get();
  const asked = events.find(({ type }) => type === 'nod_asked')?.at ?? '';
  const until = Date.parse(nodUntil ?? '');
  expect(until - Date.parse(asked)).toBe(10 * MINUTE);
  await day.ring(until - MINUTE);
  const before = await day.get();
  expect([before.phase, before.tasks.filter(({ assignedTo }) => assignedTo !== null)]).toEqual(['nod', []]);
  await day.ring(until);
  const after = await day.until(({ tasks }) => tasks.some(({ status }) => status === 'completed'));
  expect(after.phase).toBe('working');
  expect(after.events.filter(({ type }) => type === 'plan_started').map(({ text }) => text)).toEqual([
    'Nobody objected: the plan starts.',
  ]);
});

it('starts at once with a nod', async () => {
  const day = await waiting();
  expect((await day.ada.call('POST', `/api/daily/runs/${day.id}/nod`)).status).toBe(202);
  const after = await day.until(({ tasks }) => tasks.some(({ status }) => status === 'completed'));
  expect(after.events.find(({ type }) => type === 'plan_started')?.text).toBe('The plan was nodded through.');
});

it('takes changes and cancellations of pending tasks over HTTP, each once, and of nobody else', async () => {
  const day = await waiting();
  const [first, , third] = (await day.get()).tasks;
  const mallory = await newcomer();
  const path = `/api/daily/runs/${day.id}/tasks/${first?.id}`;
  expect(await problemOf(await mallory.call('DELETE', path))).toEqual([404, 'not_found']);
  expect(await problemOf(await mallory.call('PATCH', path, { body: { title: 'x' } }))).toEqual([
    404,
    'not_found',
  ]);
  const changed = await day.task('PATCH', third?.id ?? '', {
    title: 'Pick photos of the sea',
    description: 'Only those.',
  });
  expect(changed.status).toBe(200);
  expect((await day.get()).tasks[2]).toMatchObject({
    title: 'Pick photos of the sea',
    description: 'Only those.',
    status: 'pending',
  });
  for (const _again of [1, 2]) expect((await day.task('DELETE', first?.id ?? '')).status).toBeLessThan(300);
  expect(await problemOf(await day.task('PATCH', first?.id ?? '', { title: 'x' }))).toEqual([
    409,
    'task_over',
  ]);
  expect(await problemOf(await day.task('DELETE', crypto.randomUUID()))).toEqual([404, 'not_found']);
  await day.ada.call('POST', `/api/daily/runs/${day.id}/nod`);
  const run = await day.until(
    ({ tasks }) => tasks[2]?.assignedTo !== null && tasks[3]?.status === 'completed',
  );
  // What was changed is done as it was changed, and what was cancelled is done by nobody.
  const conversation = await day.conversation(run.tasks[2]?.assignedTo ?? '');
  expect(conversation.title).toBe('Pick photos of the sea');
  expect(run.tasks[0]).toMatchObject({ status: 'cancelled', assignedTo: null, startTime: null });
  expect(run.totals).toMatchObject({ generated: 4, cancelled: 1 });
  expect(run.events.filter(({ type }) => type === 'task_cancelled')).toHaveLength(1);
});

it('lets the lead drop the second one and add another by word', async () => {
  const day = await waiting();
  const { leadId, tasks } = await day.get();
  const say = (text: string) =>
    day.ada.call('POST', `/api/conversations/${leadId}/messages`, { body: { text } });
  expect((await say('Please drop the second one.')).status).toBe(202);
  const dropped = await day.until((run) => run.tasks.some(({ status }) => status === 'cancelled'));
  expect(dropped.tasks.map(({ id, status }) => [id, status])).toEqual(
    tasks.map(({ id }, at) => [id, at === 1 ? 'cancelled' : 'pending']),
  );
  expect((await say('And add water the roses.')).status).toBe(202);
  const added = await day.until((run) => run.tasks.length === 6);
  expect(added.tasks[5]).toMatchObject({ title: 'water the roses', generatedBy: 'lead', status: 'pending' });
});
