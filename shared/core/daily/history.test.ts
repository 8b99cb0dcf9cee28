/** Numbers of the days, and what of them the next plan is told. */
import { expect, it } from 'vitest';
import type { HistoryTask } from '#shared/protocol/daily.ts';
import { dailyTask } from '#test/core/daily-task.ts';
import { idOf } from '#test/simulate/daily-play.ts';
import { analytics, historyWords, patterns } from './history.ts';

const task = (number: number, more: Partial<HistoryTask> = {}): HistoryTask => ({
  runId: idOf(1),
  date: '2026-11-24',
  ...dailyTask({ id: idOf(number), title: `Task ${number}`, status: 'completed', durationMs: 60_000 }),
  ...more,
});
const failed = { status: 'failed', errorMessage: 'The server did not answer' } as const;
const days = [
  task(1, { thumb: 'up' }),
  task(2, { ...failed, thumb: 'down' }),
  task(3, { ...failed, category: 'prices', date: '2026-11-23' }),
  task(4, { status: 'in_progress', durationMs: null }),
  task(5, { status: 'cancelled' }),
];

it('counts what the requirements name', () => {
  expect(analytics(days, 30, { over: 4, worked: 3, settled: 5, sent: 4 })).toMatchObject({
    count: 4,
    successRate: 0.25,
    failureRate: 0.5,
    tasksPerDay: 2,
    averageTaskMs: 60_000,
    runsOver: 4,
    runSuccessRate: 0.75,
    deliveries: 5,
    deliveryRate: 0.8,
    topErrors: [{ error: 'The server did not answer', count: 2 }],
  });
  expect(analytics([], 30)).toMatchObject({ failureRate: null, runSuccessRate: null, deliveryRate: null });
});

it('tells the patterns without the tasks, and with them where they are asked for', () => {
  const words = patterns(days).join('\n');
  expect(words).toBe(
    [
      'By category:\n- mail: 1 of 3 completed, 1 failed\n- prices: 0 of 1 completed, 1 failed',
      'Failures:\n- 2 x The server did not answer',
      'Liked by the person: Task 1',
      'Not liked by the person: Task 2',
    ].join('\n'),
  );
  expect(patterns([])).toEqual([]);
  expect(historyWords(days)).toContain('- 2026-11-24 [failed] "Task 2" (mail)');
});
