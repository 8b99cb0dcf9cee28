/** The routes of the daily run. */
import { dailyCalls as calls } from './daily-calls.ts';
import {
  AddTask,
  AnalyticsQuery,
  DecideTask,
  HistoryQuery,
  SetDailySettings,
  StartDailyRun,
  UpdateTask,
} from './daily-requests.ts';
import { Paging, route } from './route.ts';

export const dailyRoutes = {
  getDailySettings: route(calls.getDailySettings, { summary: 'When and how the daily run goes.' }),
  setDailySettings: route(calls.setDailySettings, {
    summary: 'Set when and how the daily run goes; a run that goes on keeps what it began with.',
    body: SetDailySettings,
  }),
  listDailyRuns: route(calls.listDailyRuns, { summary: 'Daily runs, newest first.', query: Paging }),
  startDailyRun: route(calls.startDailyRun, {
    summary: 'Start a run now, or a dry one; neither uses up the one of the day.',
    keyed: true,
    body: StartDailyRun,
  }),
  getDailyRun: route(calls.getDailyRun, {
    summary: 'The board of a run: tasks, shared memory, timeline, report.',
  }),
  nodDailyRun: route(calls.nodDailyRun, { summary: 'Say yes to the plan, which then starts at once.' }),
  stopDailyRun: route(calls.stopDailyRun, {
    summary: 'End the run now, as its deadline would: the report follows.',
  }),
  listDailyTasks: route(calls.listDailyTasks, { summary: 'The tasks of a run.' }),
  addDailyTask: route(calls.addDailyTask, {
    summary: 'Add a task in plain words; it is pending at once and the lead hears of it.',
    keyed: true,
    body: AddTask,
  }),
  updateDailyTask: route(calls.updateDailyTask, {
    summary: 'Change a pending task, say yes to it, or judge it.',
    body: UpdateTask,
  }),
  cancelDailyTask: route(calls.cancelDailyTask, { summary: 'Cancel a pending task.' }),
  decideDailyTask: route(calls.decideDailyTask, {
    summary: 'Decide about an escalated task: try again, give it to another agent, another way, or drop it.',
    body: DecideTask,
  }),
  carryDailyTask: route(calls.carryDailyTask, {
    summary: 'Carry an unfinished task over to the next run; the same again changes nothing.',
  }),
  dailyHistory: route(calls.dailyHistory, {
    summary: 'Tasks of days that are over, newest first.',
    query: HistoryQuery,
  }),
  dailyAnalytics: route(calls.dailyAnalytics, {
    summary: 'How the days went: rates, times, errors.',
    query: AnalyticsQuery,
  }),
} as const;
