/** A run as people see it. */
import type { DailyReport, DailyRun, DailyRunSummary, DailyTask } from '#shared/protocol/daily.ts';
import { instant } from '../schedule/instant.ts';
import { durationOf, totalsOf } from './report.ts';
import { agentOf, costOf, findActor, isUnverified, type RunState, type TaskState } from './run-state.ts';

const time = (at: number | null): string | null => (at === null ? null : instant(at));

/**
 * Who answers for a task. A conversation that has not come to be answers for nothing: a day that is ended in its first
 * moment has no lead, and what its person had added stays theirs.
 */
function ownerOf({ assignedTo }: TaskState, state: RunState): string {
  const made = [assignedTo, state.leadId].find((id) => id !== null && findActor(state, id)?.created === true);
  return made ?? state.ownerId;
}

export function shownTask(task: TaskState, state: RunState, now: number): DailyTask {
  const {
    by,
    startedAt,
    endedAt,
    progress,
    attempts,
    error,
    retryAt,
    approved: _a,
    waits: _w,
    ...rest
  } = task;
  return {
    ...rest,
    generatedBy: by,
    owner: ownerOf(task, state),
    createdAt: instant(task.createdAt),
    startTime: time(startedAt),
    endTime: time(endedAt),
    durationMs: durationOf(task, state, now),
    progress: progress && { ...progress, at: instant(progress.at) },
    unverified: isUnverified(task),
    errorMessage: error,
    attempts: attempts.map((each) => ({ ...each, at: instant(each.at) })),
    retryCount: attempts.length,
    retryAt: time(retryAt),
    cost: agentOf(state, task)?.cost ?? 0,
  };
}

export function shownSummary(state: RunState): DailyRunSummary {
  const { id, rev, date, trigger, phase, timezone, timeScale, settings } = state;
  return {
    id,
    rev,
    date,
    trigger,
    phase,
    timezone,
    timeScale,
    startsAt: instant(state.startsAt),
    startedAt: instant(state.startedAt),
    endsAt: instant(state.endsAt),
    endedAt: time(state.endedAt),
    windowMinutes: settings.windowMinutes,
    totals: totalsOf(state.tasks),
    cost: costOf(state),
  };
}

/** The report with what ended after it. */
export const reportWords = ({ text, after }: DailyReport): string => [text, ...after].join('\n');

/** @param events the newest lines of its log, oldest first */
export function shownRun(state: RunState, events: DailyRun['events'], now: number): DailyRun {
  const { actors, leadId, tasks, memory, settings } = state;
  return {
    ...shownSummary(state),
    leadId: actors.some(({ id, created }) => id === leadId && created) ? leadId : null,
    warnAt: instant(state.warnAt),
    nextCheckpointAt: time(state.checkpointAt),
    checkpoints: state.checkpoints,
    nodUntil: time(state.nodUntil),
    budget: settings.budget,
    parallel: settings.parallel,
    trouble: state.trouble,
    tasks: tasks.map((task) => shownTask(task, state, now)),
    memory: memory.map((row) => ({ ...row, updatedAt: instant(row.updatedAt) })),
    events,
    report: state.report,
  };
}
