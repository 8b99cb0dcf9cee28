/** Days on which something is missing: the model, a sub-agent, a free place. The board goes on and says so. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { standIn } from '#test/workers/stand-in.ts';
import { Day } from '#test/workers/day.ts';

const EIGHT = Date.parse('2037-11-24T08:00:00Z');
const MINUTE = 60_000;
/** For what the objects do on their own. */
const SOON = { timeout: 30_000, interval: 100 };

beforeEach(async () => {
  await standIn.hurry();
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(EIGHT);
});
afterEach(() => vi.useRealTimers());

/** Plays the rest of the day with nobody at work; the report must come within the minute after the end. */
async function reportOf(day: Day) {
  for (const minute of [15, 90, 175]) await day.ring(EIGHT + minute * MINUTE);
  await day.ring(EIGHT + 180 * MINUTE);
  const over = await day.until(({ phase }) => phase === 'reported');
  const late = Date.parse(over.report?.sentAt ?? '') - (EIGHT + 180 * MINUTE);
  expect(late).toBeGreaterThanOrEqual(0);
  expect(late).toBeLessThan(MINUTE);
  expect(over.events.filter(({ type }) => type === 'report_sent')).toHaveLength(1);
  return over;
}

for (const [down, sign, why] of [
  ['overloaded', 'turn_retrying', 'The window ended without a plan of the lead.'],
  ['unauthorized', 'turn_ended', 'The lead could not go on (model_key_refused).'],
] as const)
  it(`reports on time when the model is down the whole day: ${down}`, async () => {
    const word = `down ${crypto.randomUUID()}`;
    await standIn.queue(word, down, {}, 1_000);
    const day = await Day.begin({ settings: { style: word } });
    const { leadId } = await day.until((run) => run.leadId !== null);
    await vi.waitFor(async () => expect(await day.happened(leadId ?? '')).toContain(sign), SOON);
    const mine = await day.add('Water the plants');
    const over = await reportOf(day);
    expect(over.tasks.map(({ id, status }) => [id, status])).toEqual([[mine.id, 'pending']]);
    expect(over.report?.totals).toMatchObject({ generated: 1, notStarted: 1, completed: 0 });
    expect(over.report?.text).toContain('⏸️ NOT STARTED (1 task)\n- Water the plants');
    expect(over.report?.text).toContain('Next Steps: The lead left none in time.');
    expect(over.report?.text).toContain(why);
  });

it('finds a lost sub-agent at the next checkpoint and has its task done by another', async () => {
  const word = `shelf ${crypto.randomUUID()}`;
  // The first one asks and waits; the second does it.
  const asks = { questions: [{ question: 'Which way round?', kind: 'text' }] };
  await standIn.reply(`Your task: Sort the ${word}`, [{ type: 'tool_use', name: 'ask_user', input: asks }]);
  const day = await Day.begin();
  const { id } = await day.add(`Sort the ${word}`);
  const mine = (tasks: Awaited<ReturnType<Day['get']>>['tasks']) => tasks.find((task) => task.id === id);
  const working = await day.until(({ tasks }) => mine(tasks)?.needsYou?.kind === 'question');
  const first = mine(working.tasks)?.assignedTo ?? '';
  expect((await day.ada.call('DELETE', `/api/conversations/${first}`)).ok).toBe(true);
  expect(mine((await day.get()).tasks)).toMatchObject({ status: 'in_progress', assignedTo: first });
  await day.ring(EIGHT + 15 * MINUTE);
  const done = await day.until(({ tasks }) => mine(tasks)?.status === 'completed');
  const task = mine(done.tasks);
  expect(task?.assignedTo).not.toBe(first);
  expect(task?.attempts).toMatchObject([{ number: 1, error: expect.stringContaining('lost') }]);
  expect(done.events.filter(({ type, taskId }) => type === 'agent_lost' && taskId === id)).toHaveLength(1);
  expect(done.events.filter(({ type, taskId }) => type === 'agent_spawned' && taskId === id)).toHaveLength(2);
});

it('has three sub-agents at work at once, and never a fourth', async () => {
  const words = [1, 2, 3, 4].map((at) => `chore ${at} ${crypto.randomUUID()}`);
  const day = await Day.begin();
  // The plan's own tasks come to their end first: they would take places.
  await day.until(
    ({ tasks }) =>
      tasks.length === 2 && tasks.every(({ status, retryAt }) => status === 'completed' || retryAt !== null),
  );
  for (const second of [2, 5, 10]) {
    await day.ring(EIGHT + second * 1_000);
    await day.until(({ tasks }) =>
      tasks.every(({ status, retryAt }) => status !== 'in_progress' || retryAt !== null),
    );
  }
  for (const word of words) await standIn.hold(`Your task: Do ${word}`);
  for (const word of words) await day.add(`Do ${word}`);
  const full = await day.until(
    ({ tasks }) => tasks.filter(({ status }) => status === 'in_progress').length === 3,
  );
  const agents = full.tasks
    .filter(({ status }) => status === 'in_progress')
    .map(({ assignedTo }) => assignedTo);
  expect(new Set(agents).size).toBe(3);
  // All three have asked the model and wait for it.
  await vi.waitFor(async () => {
    const working = await Promise.all(agents.map(async (id) => (await day.conversation(id ?? '')).working));
    expect(working).toEqual([true, true, true]);
  }, SOON);
  await day.ring(EIGHT + 15 * MINUTE);
  await day.until(({ checkpoints }) => checkpoints === 1);
  await vi.waitFor(async () => expect((await day.conversation(full.leadId ?? '')).working).toBe(false), SOON);
  expect((await day.get()).tasks.filter(({ status }) => status === 'in_progress')).toHaveLength(3);
  await day.ada.call('POST', `/api/daily/runs/${day.id}/stop`);
  const over = await day.until(({ phase }) => phase === 'reported');
  expect(over.report?.totals).toMatchObject({ inProgress: 3, notStarted: 1 });
});

it('ends a sub-agent that has used up its tokens, fails its task without another try, and goes on', async () => {
  const word = `ledger ${crypto.randomUUID()}`;
  const progress = { percent: 10, text: 'Begun.' };
  // Its letter and its first words are more than it may use; what stands in the cache does not count.
  await standIn.reply(`Your task: Sort the ${word}`, [
    { type: 'text', text: 'word '.repeat(6_500) },
    { type: 'tool_use', name: 'report_progress', input: progress },
  ]);
  const day = await Day.begin({ settings: { tokenBudget: 10_000 } });
  const { id } = await day.add(`Sort the ${word}\n${'!'.repeat(3_900)}`);
  const mine = (tasks: Awaited<ReturnType<Day['get']>>['tasks']) => tasks.find((task) => task.id === id);
  const failed = await day.until(({ tasks }) => mine(tasks)?.status === 'failed');
  expect(mine(failed.tasks)).toMatchObject({
    attempts: [{ number: 1, error: "The sub-agent's work ended: token_budget." }],
    retryAt: null,
    needsYou: { kind: 'escalation' },
  });
  expect(failed.events.filter(({ type, taskId }) => type === 'agent_spawned' && taskId === id)).toHaveLength(
    1,
  );
  const other = await day.add('Water the plants');
  await day.until(({ tasks }) => tasks.find((task) => task.id === other.id)?.assignedTo !== null);
});
