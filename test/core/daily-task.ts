/** A task of a daily run for tests: nothing has happened to it but what they say. */
import type { DailyTask } from '#shared/protocol/daily.ts';

/** @param more what the test is about, and always its id and title */
export const dailyTask = (more: Pick<DailyTask, 'id' | 'title'> & Partial<DailyTask>): DailyTask => ({
  description: more.title,
  category: 'mail',
  status: 'pending',
  generatedBy: 'lead',
  assignedTo: null,
  owner: null,
  tools: [],
  dependsOn: [],
  createdAt: '2026-11-23T08:00:00.000Z',
  startTime: null,
  endTime: null,
  durationMs: null,
  progress: null,
  output: null,
  evidence: [],
  unverified: false,
  errorMessage: null,
  attempts: [],
  retryCount: 0,
  retryAt: null,
  reason: null,
  needsYou: null,
  proposal: null,
  late: false,
  cost: 0,
  thumb: null,
  carriedFrom: null,
  ...more,
});
