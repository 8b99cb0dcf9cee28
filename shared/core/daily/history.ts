/** Days that are over, in words and in numbers. */
import type { HistoryTask } from '#shared/protocol/daily.ts';
import type { DailyAnalytics } from '#shared/protocol/daily-calls.ts';

const LISTED = 60;
const ERRORS = 5;

const brief = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, 200);

function line(task: HistoryTask): string {
  const parts = [
    `- ${task.date} [${task.status}] "${brief(task.title)}" (${task.category})`,
    task.thumb === null ? '' : `the person's thumb: ${task.thumb}`,
    task.unverified ? 'unverified' : '',
    task.late ? 'after the deadline' : '',
    task.output === null ? '' : `result: ${brief(task.output)}`,
    task.errorMessage === null ? '' : `error: ${brief(task.errorMessage)}`,
    task.reason === null || task.status === 'completed' ? '' : `reason: ${brief(task.reason)}`,
  ];
  return parts.filter((part) => part !== '').join('; ');
}

const JUDGED = 20;
const thumbed = (tasks: ReadonlyArray<HistoryTask>, which: 'up' | 'down'): string[] =>
  tasks
    .filter(({ thumb }) => thumb === which)
    .slice(0, JUDGED)
    .map(({ title }) => brief(title));

/** What went well and what did not, and what the person thought of it: one paragraph each; none without a task. */
export function patterns(tasks: ReadonlyArray<HistoryTask>): string[] {
  if (tasks.length === 0) return [];
  const numbers = analytics(tasks, 0);
  const categories = numbers.byCategory.map(
    ({ category, count, completed, failed }) =>
      `- ${category}: ${completed} of ${count} completed, ${failed} failed`,
  );
  const errors = numbers.topErrors.map(({ error, count }) => `- ${count} x ${error}`);
  const up = thumbed(tasks, 'up');
  const down = thumbed(tasks, 'down');
  return [
    `By category:\n${categories.join('\n')}`,
    errors.length === 0 ? '' : `Failures:\n${errors.join('\n')}`,
    up.length === 0 ? '' : `Liked by the person: ${up.join('; ')}`,
    down.length === 0 ? '' : `Not liked by the person: ${down.join('; ')}`,
  ].filter((part) => part !== '');
}

/** For the model: patterns first, then the tasks, newest first. */
export function historyWords(tasks: ReadonlyArray<HistoryTask>): string {
  if (tasks.length === 0) return 'Nothing is known of these days.';
  return [...patterns(tasks), `Tasks:\n${tasks.slice(0, LISTED).map(line).join('\n')}`].join('\n\n');
}

/** What the person's object counts of the same days. */
export interface RunNumbers {
  over: number;
  /** Completed at least one task. */
  worked: number;
  /** Reports to a channel of which it is known what became of them, or that nobody knows it. */
  settled: number;
  sent: number;
}

const rate = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
const noRuns: RunNumbers = { over: 0, worked: 0, settled: 0, sent: 0 };

/** @param days how many were asked for */
export function analytics(
  tasks: ReadonlyArray<HistoryTask>,
  days: number,
  numbers: RunNumbers = noRuns,
): DailyAnalytics {
  const counted = tasks.filter(({ status }) => status !== 'cancelled');
  const completed = counted.filter(({ status }) => status === 'completed');
  const failed = counted.filter(({ status }) => status === 'failed');
  const dates = new Set(counted.map(({ date }) => date)).size;
  const times = completed.flatMap(({ durationMs }) => durationMs ?? []);
  const errors = new Map<string, number>();
  for (const { errorMessage } of failed) {
    const error = brief(errorMessage ?? 'unknown');
    errors.set(error, (errors.get(error) ?? 0) + 1);
  }
  const categories = new Map<string, HistoryTask[]>();
  for (const task of counted) categories.set(task.category, [...(categories.get(task.category) ?? []), task]);
  const count = (of: ReadonlyArray<HistoryTask>, status: string) =>
    of.filter((task) => task.status === status).length;
  return {
    days,
    runs: new Set(tasks.map(({ runId }) => runId)).size,
    count: counted.length,
    completed: completed.length,
    failed: failed.length,
    successRate: rate(completed.length, counted.length),
    failureRate: rate(failed.length, counted.length),
    runsOver: numbers.over,
    runSuccessRate: rate(numbers.worked, numbers.over),
    deliveries: numbers.settled,
    deliveryRate: rate(numbers.sent, numbers.settled),
    tasksPerDay: rate(counted.length, dates),
    averageTaskMs: rate(
      times.reduce((sum, ms) => sum + ms, 0),
      times.length,
    ),
    byCategory: [...categories]
      .map(([category, of]) => ({
        category,
        count: of.length,
        completed: count(of, 'completed'),
        failed: count(of, 'failed'),
        timeMs: of.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0),
      }))
      .toSorted((a, b) => b.count - a.count),
    topErrors: [...errors]
      .map(([error, times]) => ({ error, count: times }))
      .toSorted((a, b) => b.count - a.count)
      .slice(0, ERRORS),
  };
}
