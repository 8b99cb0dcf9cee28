/** The routes of schedules, receipts and the run ledger. */
import { SetNote } from './note.ts';
import { AllowRehearsed } from './rehearsal.ts';
import { After, Paging, route } from './route.ts';
import { scheduleCalls as calls } from './schedule-calls.ts';
import {
  CalendarWindow,
  CreateSchedule,
  ListOccurrences,
  ListRuns,
  PreviewCall,
  PreviewSchedule,
  Rehearse,
  UpdateSchedule,
} from './schedule-requests.ts';

export const scheduleRoutes = {
  previewSchedule: route(calls.previewSchedule, {
    summary: 'A rule in words, its next five times and its cost, before anything is made of it.',
    body: PreviewSchedule,
  }),
  previewCall: route(calls.previewCall, {
    summary:
      'What a call that waits for a yes would do to schedules with these arguments instead: why it cannot be done, or the schedule as it would be and its next five times. Decides nothing.',
    body: PreviewCall,
  }),
  listSchedules: route(calls.listSchedules, { summary: 'The schedules of a conversation.' }),
  listRemovedSchedules: route(calls.listRemovedSchedules, {
    summary:
      'The schedules that were removed and of which receipts are kept, the last removed first; none that were removed before `keptFrom`.',
    query: Paging,
  }),
  createSchedule: route(calls.createSchedule, {
    summary: 'Let a conversation work by itself: by cron, at a time, every so many seconds, or at once.',
    keyed: true,
    body: CreateSchedule,
  }),
  updateSchedule: route(calls.updateSchedule, {
    summary: 'Change a schedule, pause it or let it go on.',
    keyed: true,
    body: UpdateSchedule,
  }),
  removeSchedule: route(calls.removeSchedule, {
    summary: 'Delete a schedule. A run that goes on is not stopped; its receipts are kept for 90 days.',
    keyed: true,
  }),
  runSchedule: route(calls.runSchedule, {
    summary:
      'Run a schedule now; it uses up no due time. Its run is there once it has begun, and may be one with others.',
    keyed: true,
  }),
  rehearse: route(calls.rehearse, {
    summary:
      'Play an instruction once: it looks, and says what it would have done; nothing that writes is done.',
    keyed: true,
    body: Rehearse,
  }),
  listOccurrences: route(calls.listOccurrences, {
    summary:
      'The receipts of a schedule: what became of each due time, newest first, all of them or those of a time. The newest 5,000 are kept (`keptFrom`), of one that was removed for 90 days (`keptUntil`).',
    query: ListOccurrences,
  }),
  getNote: route(calls.getNote, { summary: 'The note that a conversation carries from run to run.' }),
  setNote: route(calls.setNote, { summary: 'Change that note; an empty one is none.', body: SetNote }),
  listRuns: route(calls.listRuns, {
    summary:
      'What a conversation did: every run with its trigger, cost and outcome, newest first; with `seq` the one that this event of the log belongs to. The newest 20,000 are kept (`keptFrom`).',
    query: ListRuns,
  }),
  calendar: route(calls.calendar, {
    summary:
      'What became of the due times of all conversations, and which ones come, within at most 31 days from `from` to `to`.',
    query: CalendarWindow,
  }),
  getRun: route(calls.getRun, {
    summary:
      'The trace of a run: what happened in it, in order. With `more` it was cut: go on `after` the last `seq`.',
    query: After,
  }),
  allowRehearsed: route(calls.allowRehearsed, {
    summary: 'Grant standing rules that a rehearsal found it needs, by their ids in its trace.',
    body: AllowRehearsed,
  }),
} as const;
