/** The report of a day: numbers by code, in the format of the requirements. The model adds nothing but its next steps. */
import type { DailyReport, DailyTotals, Evidence } from '#shared/protocol/daily.ts';
import { instant, parseInstant } from '../schedule/instant.ts';
import { isUnverified, type RunState, type TaskState } from './run-state.ts';
import { cell, flat } from './text.ts';
import { clockTime, minutes } from './words.ts';
import { MINUTE_MS, ownMs } from './window.ts';

/** Counts that always add up: every task that was not cancelled is in exactly one of the four. */
export function totalsOf(tasks: ReadonlyArray<TaskState>): DailyTotals {
  const count = (is: (task: TaskState) => boolean): number => tasks.filter(is).length;
  const completed = count(({ status }) => status === 'completed');
  const inProgress = count(({ status }) => status === 'in_progress');
  const failed = count(({ status }) => status === 'failed');
  const notStarted = count(({ status }) => status === 'generated' || status === 'pending');
  return {
    completed,
    unverified: count(isUnverified),
    inProgress,
    failed,
    notStarted,
    generated: completed + inProgress + failed + notStarted,
    needsYou: count(({ needsYou, status }) => needsYou !== null && status !== 'cancelled'),
    cancelled: count(({ status }) => status === 'cancelled'),
  };
}

/** How long a task was at work, in milliseconds of the run's own time; null before it began. */
export const durationOf = (task: TaskState, { timeScale }: Pick<RunState, 'timeScale'>, now: number) =>
  task.startedAt === null ? null : ownMs((task.endedAt ?? now) - task.startedAt, timeScale);

function evidenceWords(task: TaskState): string {
  if (task.evidence.length === 0) return ' | unverified: no evidence';
  const all = (of: ReadonlyArray<Evidence>) =>
    cell(of.map(({ text, unshown }) => (unshown ? `${text} (unverified)` : text)).join(', '));
  if (!isUnverified(task)) return ` | Evidence: ${all(task.evidence)}`;
  const missing = task.evidence.filter(({ unknown }) => unknown);
  return missing.length > 0
    ? ` | unverified: not there: ${all(missing)}`
    : ` | unverified: no tool's answer shows: ${cell(task.evidence.map(({ text }) => text).join(', '))}`;
}

function taskWords(task: TaskState, state: RunState, now: number): string {
  const took = minutes(durationOf(task, state, now) ?? 0);
  const needs = task.needsYou === null ? '' : ` | Needs you: ${cell(task.needsYou.text)}`;
  switch (task.status) {
    case 'completed':
      return `Status: Completed | Duration: ${took} | Output: ${cell(task.output ?? 'none')}${evidenceWords(task)}`;
    case 'in_progress':
      return `Status: In Progress | Progress: ${task.progress?.percent ?? 0}% | Elapsed: ${took}${needs}`;
    case 'failed':
      return `Status: Failed | Reason: ${cell(task.error ?? 'unknown')} | Attempts: ${Math.max(1, task.attempts.length)}${needs}`;
    default:
      return `Status: Pending | Reason: ${cell(task.reason ?? 'Not yet assigned')}${needs}`;
  }
}

const percent = (rate: number | null): string => (rate === null ? 'n/a' : `${Math.round(rate * 100)}%`);

const dateWords = (date: string): string =>
  new Intl.DateTimeFormat('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(parseInstant(`${date}T00:00:00Z`));

/** Lines of the model, set in: none of them can pass for a line of the app. */
const indented = (text: string): string =>
  text
    .split(/[\r\n\v\f\u{85}\u{2028}\u{2029}]+/u)
    .map((line) => flat(line))
    .filter((line) => line !== '')
    .join('\n  ');

/** @param now when it is composed, in milliseconds */
export function composeReport(state: RunState, now: number): DailyReport {
  const { tasks, timezone, startsAt, startedAt, endsAt, timeScale, settings } = state;
  const totals = totalsOf(tasks);
  const done = tasks.filter(({ status }) => status === 'completed');
  const times = done.flatMap((task) => durationOf(task, state, now) ?? []);
  const averageTaskMs = times.length === 0 ? null : times.reduce((sum, ms) => sum + ms, 0) / times.length;
  const completionRate = totals.generated === 0 ? null : totals.completed / totals.generated;
  const windowMs = settings.windowMinutes * MINUTE_MS;
  const usedMs = Math.min(windowMs, Math.max(0, ownMs(Math.min(now, endsAt) - startedAt, timeScale)));
  const late = ownMs(startedAt - startsAt, timeScale);
  const part = (title: string, count: number, is: (task: TaskState) => boolean): string[] =>
    count === 0
      ? []
      : [
          `${title} (${count} ${count === 1 ? 'task' : 'tasks'})`,
          ...tasks
            .filter(is)
            .flatMap((task) => [`- ${cell(task.title)}`, `  ${taskWords(task, state, now)}`]),
          '',
        ];
  const nothing = totals.generated === 0 ? ['Nothing was planned.', ''] : [];
  const text = [
    `📋 Daily Task Summary - ${dateWords(state.date)}`,
    `Execution Window: ${clockTime(startsAt, timezone)} - ${clockTime(endsAt, timezone)} (${timezone})`,
    ...(state.trigger === 'dry' ? ['Dry run: nothing that writes was really done.'] : []),
    ...(late >= MINUTE_MS ? [`Started ${minutes(late)} late, at ${clockTime(startedAt, timezone)}.`] : []),
    ...(state.trouble === null ? [] : [cell(state.trouble)]),
    '',
    ...nothing,
    ...part('✅ COMPLETED', totals.completed, ({ status }) => status === 'completed'),
    ...part('🔄 IN PROGRESS', totals.inProgress, ({ status }) => status === 'in_progress'),
    ...part('❌ FAILED', totals.failed, ({ status }) => status === 'failed'),
    ...part(
      '⏸️ NOT STARTED',
      totals.notStarted,
      ({ status }) => status === 'generated' || status === 'pending',
    ),
    '---',
    'Summary Stats:',
    `- Total Generated: ${totals.generated}`,
    `- Completion Rate: ${totals.completed}/${totals.generated} (${percent(completionRate)})`,
    `- Average Task Time: ${averageTaskMs === null ? 'n/a' : minutes(averageTaskMs)}`,
    `- Total Time Used: ${minutes(usedMs)} of ${settings.windowMinutes} min`,
    ...(totals.unverified > 0 ? [`- Unverified: ${totals.unverified} of ${totals.completed} completed`] : []),
    ...(totals.needsYou > 0 ? [`- Needs you: ${totals.needsYou}`] : []),
    ...(totals.cancelled > 0 ? [`- Cancelled: ${totals.cancelled}`] : []),
    '',
    `Next Steps: ${indented(state.nextSteps ?? 'The lead left none in time.')}`,
  ].join('\n');
  return {
    text,
    totals,
    completionRate,
    averageTaskMs,
    usedMs,
    windowMs,
    nextSteps: state.nextSteps,
    sentAt: instant(now),
    after: [],
  };
}

/** A line for what ended after the deadline. */
export const afterLine = (task: TaskState, at: number, timezone: string): string =>
  `After the deadline, at ${clockTime(at, timezone)}: "${cell(task.title)}" ${
    task.status === 'completed'
      ? `was completed${isUnverified(task) ? ' (unverified)' : ''}: ${cell(task.output ?? '')}`
      : `failed: ${cell(task.error ?? 'unknown')}`
  }`;
