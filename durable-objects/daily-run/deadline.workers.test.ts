/** A sub-agent is inside the call of a tool when the warning comes, or the deadline: what was begun ends as it does. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { approve, type Day, EIGHT, MINUTE, withTools } from '#test/workers/day.ts';
import { standIn } from '#test/workers/stand-in.ts';
import type { DemoTools } from '#test/workers/tools.ts';

beforeEach(async () => {
  await standIn.hurry();
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(EIGHT);
});
afterEach(() => vi.useRealTimers());

const Log = z.object({
  events: z.array(
    z.looseObject({
      type: z.string(),
      name: z.optional(z.string()),
      outcome: z.optional(z.string()),
      code: z.optional(z.nullable(z.string())),
    }),
  ),
});

const logOf = async ({ ada }: Day, id: string) =>
  Log.parse(await (await ada.call('GET', `/api/conversations/${id}/events`)).json()).events;

const TITLE = 'Answer Rebecca about the receipts';

/** The mail was let go, and its call waits inside the server. */
async function inCall(): Promise<{ day: Day; tools: DemoTools; agent: string; taskId: string }> {
  const { day, tools } = await withTools();
  const waits = await day.until(({ tasks }) =>
    tasks.some(({ title, needsYou }) => title === TITLE && needsYou?.kind === 'approval'),
  );
  const task = waits.tasks.find(({ title }) => title === TITLE);
  await tools.control({ action: 'hold', tool: 'send_mail' });
  await approve(day, { assignedTo: task?.assignedTo ?? null });
  await tools.control({ action: 'await', held: 1 });
  return { day, tools, agent: task?.assignedTo ?? '', taskId: task?.id ?? '' };
}

/** How often the model was asked about a task of this title; days of other tests have one, too, told apart by its id. */
const askedOf = async (taskId: string) =>
  (await standIn.requests(TITLE)).filter((each) => JSON.stringify(each).includes(taskId)).length;

const called = async (tools: DemoTools) =>
  (await tools.ledger()).calls.flatMap(({ method, tool }) => (method === 'tools/call' ? (tool ?? '') : []));

it('lets a call that is in flight at the deadline end as it does, and calls nothing after it', async () => {
  const { day, tools, agent, taskId } = await inCall();
  await day.ring(EIGHT + 180 * MINUTE);
  const before = await called(tools);
  const asked = await askedOf(taskId);
  expect(asked).toBeGreaterThan(0);
  await day.ring(EIGHT + 181 * MINUTE);
  const over = await day.until(({ phase }) => phase === 'reported');
  expect(over.tasks.find(({ title }) => title === TITLE)).toMatchObject({
    status: 'in_progress',
    progress: { percent: 40 },
    attempts: [],
  });
  await tools.control({ action: 'release' });
  const ended = await vi.waitFor(async () => {
    const events = await logOf(day, agent);
    if (events.at(-1)?.type === 'tool_ended' || !events.some(({ code }) => code === 'deadline'))
      throw new Error(JSON.stringify(events.slice(-3)));
    return events;
  });
  expect(
    ended.filter(({ type, name }) => type === 'tool_ended' && name?.endsWith('send_mail')),
  ).toMatchObject([{ outcome: 'ok' }]);
  expect((await tools.effects()).filter(({ tool }) => tool === 'send_mail')).toHaveLength(1);
  await day.ring(EIGHT + 185 * MINUTE);
  expect(await called(tools)).toEqual(before);
  expect(await askedOf(taskId)).toBe(asked);
  const after = await day.get();
  expect(after.tasks.find(({ title }) => title === TITLE)?.status).toBe('in_progress');
  expect(after.report?.text).toBe(over.report?.text);
});

it('tells the warning to an agent in the middle of its turn, as soon as its call has ended', async () => {
  const { day, tools, agent } = await inCall();
  await day.ring(EIGHT + 175 * MINUTE);
  await day.until(({ phase }) => phase === 'warned');
  await vi.waitFor(async () => {
    const events = await logOf(day, agent);
    if (!events.some(({ type, queued }) => type === 'message_added' && queued === true))
      throw new Error('not told');
  });
  await tools.control({ action: 'release' });
  const done = await day.until(({ tasks }) =>
    tasks.some(({ title, status }) => title === TITLE && status === 'completed'),
  );
  expect(done.phase).toBe('warned');
  const types = (await logOf(day, agent)).map(({ type }) => type);
  const [sent, taken] = [types.lastIndexOf('messages_taken') - 1, types.lastIndexOf('messages_taken')];
  expect(types[sent]).toBe('tool_ended');
  expect(types.slice(taken)).toContain('step_done');
  expect(types.slice(taken)).not.toContain('turn_started');
});
