/** What days that are over teach the next one, and what is counted of them. */
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { connect } from '#shared/adapters/db/client.ts';
import { type DailyProjection, projectDailyRun } from '#shared/adapters/db/daily-projection.ts';
import type { DailyRunSummary, DailyTask } from '#shared/protocol/daily.ts';
import { dailyTask } from '#test/core/daily-task.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { newcomer } from '#worker/test-browser.ts';

const EIGHT = Date.parse('2037-11-24T08:00:00Z');

beforeEach(async () => {
  await standIn.hurry();
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(EIGHT);
});
afterEach(() => vi.useRealTimers());

const yesterday = '2037-11-23T08:00:00.000Z';
const taskOf = (title: string, more: Partial<DailyTask>): DailyTask =>
  dailyTask({
    id: crypto.randomUUID(),
    title,
    category: 'letters',
    status: 'completed',
    createdAt: yesterday,
    startTime: yesterday,
    endTime: yesterday,
    durationMs: 60_000,
    ...more,
  });

const totals = {
  completed: 1,
  unverified: 0,
  inProgress: 0,
  failed: 1,
  notStarted: 0,
  generated: 2,
  needsYou: 0,
  cancelled: 0,
};

/** A day that is over, as its object writes it. */
const dayOf = (
  ownerId: string,
  trigger: DailyRunSummary['trigger'],
  tasks: DailyTask[],
): DailyProjection => ({
  ownerId,
  run: {
    id: crypto.randomUUID(),
    rev: 9,
    date: '2037-11-23',
    trigger,
    phase: 'ended',
    timezone: 'UTC',
    startsAt: yesterday,
    startedAt: yesterday,
    endsAt: '2037-11-23T11:00:00.000Z',
    endedAt: '2037-11-23T12:00:00.000Z',
    windowMinutes: 180,
    timeScale: 1,
    totals,
    cost: 0,
  },
  leadId: crypto.randomUUID(),
  report: 'The report',
  tasks,
  archived: true,
});

it('asks the next lead with what went well, what failed, and what the person thought of it', async () => {
  const ada = await newcomer();
  const database = connect(env.DATABASE_URL);
  const real = [
    taskOf('Answer the landlord', { thumb: 'up' }),
    taskOf('Guess the weather', { status: 'failed', errorMessage: 'No such station', thumb: 'down' }),
  ];
  await projectDailyRun(database, dayOf(ada.userId, 'scheduled', real));
  await projectDailyRun(database, dayOf(ada.userId, 'dry', [taskOf('Only played', { thumb: 'up' })]));
  expect((await ada.call('POST', '/api/daily/runs', { body: {} })).status).toBe(201);
  const asked = await vi.waitFor(
    async () => {
      // The journal is searched by the first words of what was said.
      const requests = await standIn.requests('The daily run of 2037-11-24 begins.');
      const own = requests.map((each) => JSON.stringify(each)).find((text) => text.includes('landlord'));
      if (own === undefined) throw new Error('not asked yet');
      return own;
    },
    { interval: 100 },
  );
  for (const words of [
    'By category:',
    '- letters: 1 of 2 completed, 1 failed',
    '- 1 x No such station',
    'Not liked by the person: Guess the weather',
  ])
    expect(asked).toContain(words);
  expect(asked).not.toContain('Only played');
  const numbers = await (await ada.call('GET', '/api/daily/analytics')).json();
  expect(numbers).toMatchObject({
    count: 2,
    successRate: 0.5,
    failureRate: 0.5,
    topErrors: [{ error: 'No such station', count: 1 }],
    runsOver: 0,
    runSuccessRate: null,
    deliveryRate: null,
  });
});
