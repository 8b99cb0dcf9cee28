/** A day for the tests of its pages. */
import type { DailyRun, DailyTask } from '#shared/protocol/daily.ts';
import { dailyTask } from '#test/core/daily-task.ts';
import { idOf } from '#shared/protocol/fixtures.ts';

export const task = (number: number, more: Partial<DailyTask> = {}): DailyTask =>
  dailyTask({
    id: idOf(number),
    title: `Task ${number}`,
    description: `What task ${number} is about`,
    owner: idOf(90),
    createdAt: '2026-11-20T08:00:00.000Z',
    ...more,
  });

export const day = (tasks: DailyTask[], more: Partial<DailyRun> = {}): DailyRun => ({
  id: idOf(50),
  rev: 1,
  date: '2026-11-20',
  trigger: 'scheduled',
  phase: 'working',
  timezone: 'UTC',
  startsAt: '2026-11-20T08:00:00.000Z',
  startedAt: '2026-11-20T08:00:00.000Z',
  endsAt: '2026-11-20T11:00:00.000Z',
  endedAt: null,
  windowMinutes: 180,
  timeScale: 1,
  totals: {
    completed: 0,
    unverified: 0,
    inProgress: 0,
    failed: 0,
    notStarted: tasks.length,
    generated: tasks.length,
    needsYou: 0,
    cancelled: 0,
  },
  cost: 0.5,
  leadId: idOf(90),
  warnAt: '2026-11-20T10:55:00.000Z',
  nextCheckpointAt: '2026-11-20T08:15:00.000Z',
  checkpoints: 0,
  nodUntil: null,
  budget: 5,
  parallel: 3,
  trouble: null,
  tasks,
  memory: [],
  events: [],
  report: null,
  ...more,
});
