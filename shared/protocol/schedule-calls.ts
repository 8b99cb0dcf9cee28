/** The calls of schedules, receipts and the run ledger: loaded with the pages that use them. */
import * as z from 'zod/mini';
import { Calendar } from './calendar.ts';
import { call, page } from './call.ts';
import { Id, Instant } from './ids.ts';
import { Note } from './note.ts';
import { Run, RunTrace } from './run.ts';
import { ChangePreview, Occurrence, RemovedSchedule, Schedule, SchedulePreview } from './schedule.ts';

const conversation = '/api/conversations/:conversationId';
const schedule = `${conversation}/schedules/:scheduleId` as const;
const one = z.object({ schedule: Schedule });

export const scheduleCalls = {
  previewSchedule: call('POST', '/api/schedules/preview', { reply: SchedulePreview }),
  previewCall: call('POST', `${conversation}/questions/:questionId/preview`, {
    reply: z.object({ schedule: z.optional(SchedulePreview), change: z.optional(ChangePreview) }),
  }),
  listSchedules: call('GET', `${conversation}/schedules`, {
    // `removed`: there are some of which receipts are kept.
    reply: z.object({ items: z.array(Schedule), removed: z.optional(z.boolean()) }),
  }),
  listRemovedSchedules: call('GET', `${conversation}/removed-schedules`, {
    reply: z.object({ ...page(RemovedSchedule).shape, keptFrom: Instant }),
  }),
  createSchedule: call('POST', `${conversation}/schedules`, { status: 201, reply: one }),
  updateSchedule: call('PATCH', schedule, { reply: one }),
  removeSchedule: call('DELETE', schedule, { status: 204 }),
  runSchedule: call('POST', `${schedule}/run`, { status: 202, reply: z.object({ runId: Id }) }),
  rehearse: call('POST', `${conversation}/rehearse`, { status: 202, reply: z.object({ runId: Id }) }),
  listOccurrences: call('GET', `${schedule}/occurrences`, {
    reply: z.object({
      ...page(Occurrence).shape,
      keptFrom: z.optional(Instant),
      keptUntil: z.optional(Instant),
    }),
  }),
  getNote: call('GET', `${conversation}/note`, { reply: z.object({ note: z.nullable(Note) }) }),
  setNote: call('PUT', `${conversation}/note`, { reply: z.object({ note: z.nullable(Note) }) }),
  listRuns: call('GET', `${conversation}/runs`, {
    reply: z.object({ ...page(Run).shape, keptFrom: z.optional(Instant) }),
  }),
  calendar: call('GET', '/api/calendar', { reply: Calendar }),
  allowRehearsed: call('POST', `${conversation}/runs/:runId/allow`, { status: 204 }),
  getRun: call('GET', `${conversation}/runs/:runId`, { reply: RunTrace }),
} as const;
