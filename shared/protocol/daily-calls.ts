/** The calls of the daily run: loaded with its pages. */
import * as z from 'zod/mini';
import { call, page } from './call.ts';
import { DailyRun, DailyRunSummary, DailySettings, DailyTask, HistoryTask } from './daily.ts';
import { Instant } from './ids.ts';

const settings = z.object({
  settings: DailySettings,
  /** When the next run begins by itself. */
  nextStartAt: z.nullable(Instant),
});
const run = '/api/daily/runs/:runId';
const task = `${run}/tasks/:taskId` as const;
const oneTask = z.object({ task: DailyTask });

const share = z.object({ count: z.number(), completed: z.number(), failed: z.number() });

export const DailyAnalytics = z.object({
  days: z.number(),
  runs: z.number(),
  ...share.shape,
  /** 0 to 1; null without a task. */
  successRate: z.nullable(z.number()),
  failureRate: z.nullable(z.number()),
  /** Runs that are over, and how many of them completed at least one task; 0 to 1. Dry runs count nowhere. */
  runsOver: z.number(),
  runSuccessRate: z.nullable(z.number()),
  /** Reports that were to go to a channel, and how many of them surely arrived; 0 to 1. */
  deliveries: z.number(),
  deliveryRate: z.nullable(z.number()),
  tasksPerDay: z.nullable(z.number()),
  averageTaskMs: z.nullable(z.number()),
  byCategory: z.array(z.object({ category: z.string(), ...share.shape, timeMs: z.number() })),
  topErrors: z.array(z.object({ error: z.string(), count: z.number() })),
});
export type DailyAnalytics = z.infer<typeof DailyAnalytics>;

export const dailyCalls = {
  getDailySettings: call('GET', '/api/daily/settings', { reply: settings }),
  setDailySettings: call('PUT', '/api/daily/settings', { reply: settings }),
  listDailyRuns: call('GET', '/api/daily/runs', { reply: page(DailyRunSummary) }),
  startDailyRun: call('POST', '/api/daily/runs', {
    status: 201,
    reply: z.object({ run: DailyRun }),
  }),
  getDailyRun: call('GET', run, { reply: z.object({ run: DailyRun }) }),
  nodDailyRun: call('POST', `${run}/nod`, { status: 202, reply: z.object({ run: DailyRun }) }),
  stopDailyRun: call('POST', `${run}/stop`, { status: 202, reply: z.object({ run: DailyRun }) }),
  listDailyTasks: call('GET', `${run}/tasks`, { reply: z.object({ items: z.array(DailyTask) }) }),
  addDailyTask: call('POST', `${run}/tasks`, { status: 201, reply: oneTask }),
  updateDailyTask: call('PATCH', task, { reply: oneTask }),
  cancelDailyTask: call('DELETE', task, { status: 204 }),
  decideDailyTask: call('POST', `${task}/decide`, { reply: oneTask }),
  carryDailyTask: call('POST', `${task}/carry`, { status: 202, reply: z.object({ carried: z.boolean() }) }),
  dailyHistory: call('GET', '/api/daily/history', { reply: z.object({ items: z.array(HistoryTask) }) }),
  dailyAnalytics: call('GET', '/api/daily/analytics', { reply: DailyAnalytics }),
} as const;
