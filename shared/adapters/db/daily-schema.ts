/** The tables of daily runs: projections that each run's object writes, guarded by `rev`. */
import { doublePrecision, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';
import type { DailyRunSummary, DailyTask } from '#shared/protocol/daily.ts';
import { count, instant } from './columns.ts';

/** One row for each run, with its report when that is out. */
export const dailyRuns = pgTable(
  'daily_runs',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id').notNull(),
    date: text('date').notNull(),
    trigger: text('trigger').notNull(),
    status: text('status').notNull(),
    mainAgentId: uuid('main_agent_id').notNull(),
    startTime: instant('start_time').notNull(),
    endTime: instant('end_time'),
    /** US dollars. */
    cost: doublePrecision('cost').notNull(),
    summary: jsonb('summary').$type<DailyRunSummary>().notNull(),
    report: text('report'),
    rev: count('rev').notNull(),
  },
  (table) => [
    index('daily_runs_of_user').on(table.userId, table.startTime),
    /** For the sweep: the few that go on. */
    index('daily_runs_open')
      .on(table.startTime)
      .where(sql`status <> 'ended'`),
  ],
);

/** What `tasks` and `task_history` have in common; `detail` is the task as the API shows it. */
const columns = () => ({
  runId: uuid('run_id').notNull(),
  id: uuid('task_id').notNull(),
  userId: uuid('user_id').notNull(),
  date: text('date').notNull(),
  title: text('title').notNull(),
  description: text('description').notNull(),
  category: text('category').notNull(),
  status: text('status').notNull(),
  createdAt: instant('created_at').notNull(),
  generatedBy: text('generated_by').notNull(),
  assignedTo: uuid('assigned_to'),
  startTime: instant('start_time'),
  endTime: instant('end_time'),
  output: text('output'),
  errorMessage: text('error_message'),
  retryCount: integer('retry_count').notNull(),
  progress: integer('progress'),
  detail: jsonb('detail').$type<DailyTask>().notNull(),
  rev: count('rev').notNull(),
});

/** Tasks of runs whose report is not out yet. */
export const tasks = pgTable('tasks', columns(), (table) => [
  primaryKey({ columns: [table.runId, table.id] }),
  index('tasks_of_user').on(table.userId, table.status, table.createdAt),
  index('tasks_assigned').on(table.assignedTo),
]);

/** Tasks of days that are over, for as long as their person keeps them. */
export const taskHistory = pgTable('task_history', columns(), (table) => [
  primaryKey({ columns: [table.runId, table.id] }),
  index('task_history_of_user').on(table.userId, table.createdAt),
  index('task_history_by_status').on(table.userId, table.status),
  index('task_history_assigned').on(table.assignedTo),
]);
