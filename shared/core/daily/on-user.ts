/** What the person does to the board. */
import type { ShownTask } from '#shared/protocol/daily-requests.ts';
import type { RunDraft } from './draft.ts';
import type { DailyInput, Decision } from './input.ts';
import { blankTask, cancel, judgeTask, maxTasks } from './on-lead.ts';
import { hardStop, startWork } from './on-time.ts';
import { findTask, isOpen, type TaskState } from './run-state.ts';
import { tidy } from './text.ts';

type Of<Type extends DailyInput['type']> = Extract<DailyInput, { type: Type }>;

const refuse = (code: Extract<Decision, { ok: false }>['code'], detail: string): Decision => ({
  ok: false,
  code,
  detail,
});

const over = refuse('run_over', 'The window of this run is over. Start another run, or carry the task over.');
const inProgress = refuse(
  'task_in_progress',
  'A sub-agent is at work on it. Write to it in its conversation; to stop it, stop it there.',
);

export function onUserAdd(draft: RunDraft, { id, draft: made, offered }: Of<'user_add'>): Decision {
  if (findTask(draft.state, id) !== null) return draft.done();
  if (!isOpen(draft.state) || draft.state.phase === 'warned') return over;
  if (draft.state.tasks.length >= maxTasks)
    return refuse('limit_reached', `A run has at most ${maxTasks} tasks.`);
  const task = blankTask({ ...made, id, by: 'user', from: null }, draft.now);
  draft.set({ tasks: [...draft.state.tasks, task] });
  draft.line('task_created', `Added by you: ${task.title}`, { taskId: id });
  const why = judgeTask(draft, id, offered);
  draft.news(
    `The person added task ${id} "${task.title}" (pending)${why === null ? '' : `; it cannot be assigned yet: ${why}`}. Decide which tools it needs and start a sub-agent for it.\n${made.description}`,
  );
  return draft.done();
}

const same = (one: ReadonlyArray<string>, other: ReadonlyArray<string>): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/**
 * Whether a task is still what the person looked at: the lead may have changed it between the look and the yes. All that
 * decides what a sub-agent is told, what it may use, when it begins and by which rule.
 */
const isShown = (task: TaskState, shown: ShownTask): boolean =>
  task.title === shown.title &&
  task.description === shown.description &&
  task.category === shown.category &&
  (task.brief ?? null) === shown.brief &&
  (task.advice ?? null) === shown.advice &&
  same(task.tools, shown.tools) &&
  same(task.dependsOn, shown.dependsOn) &&
  same(task.needs, shown.needs);

export function onUserChange(draft: RunDraft, input: Of<'user_change'>): Decision {
  const task = findTask(draft.state, input.taskId);
  if (task === null) return refuse('not_found', 'There is no such task.');
  if (input.thumb !== undefined && input.thumb !== task.thumb) draft.task(task.id, { thumb: input.thumb });
  const changes = Object.keys(input.change).length > 0 || input.approve;
  if (!changes) return draft.done();
  if (task.status === 'in_progress') return inProgress;
  if (!isOpen(draft.state)) return over;
  if (task.status !== 'pending' && task.status !== 'generated')
    return refuse('task_over', `This task is ${task.status}.`);
  if (input.approve && input.shown !== undefined && !isShown(task, input.shown))
    return refuse('call_changed', 'The lead has changed this task meanwhile. Nothing was begun; look again.');
  const change = tidy(input.change);
  // A yes was to its category: moved to another one, the task is asked about by the rule of that.
  const stays = change.category === undefined || change.category === task.category;
  draft.task(task.id, { ...change, approved: input.approve || (task.approved && stays) });
  const why = judgeTask(draft, task.id, input.offered);
  const changed = findTask(draft.state, task.id) ?? task;
  draft.line('task_changed', `Changed by you: ${changed.title}`, { taskId: task.id });
  draft.news(
    input.approve
      ? `The person said yes to task ${task.id} "${changed.title}".`
      : `The person changed task ${task.id}; it is now "${changed.title}": ${changed.description}${why === null ? '' : `\nIt cannot be assigned: ${why}`}`,
  );
  return draft.done();
}

export function onUserCancel(draft: RunDraft, { taskId }: Of<'user_cancel'>): Decision {
  const task = findTask(draft.state, taskId);
  if (task === null) return refuse('not_found', 'There is no such task.');
  if (task.status === 'cancelled') return draft.done();
  if (task.status === 'in_progress') return inProgress;
  if (task.status !== 'pending' && task.status !== 'generated')
    return refuse('task_over', `This task is ${task.status}.`);
  if (!isOpen(draft.state)) return over;
  cancel(draft, task, 'Cancelled by the person.', 'task_cancelled');
  draft.news(`The person cancelled task ${taskId} "${task.title}".`);
  return draft.done();
}

export function onNod(draft: RunDraft): Decision {
  if (draft.state.phase === 'nod') startWork(draft, 'person');
  return draft.done();
}

/** The person ends the run: as its deadline would. */
export function onStop(draft: RunDraft): Decision {
  if (!isOpen(draft.state)) return draft.done();
  const { reportBy, endsAt } = draft.state;
  draft.set({ endsAt: draft.now, reportBy: draft.now + (reportBy - endsAt) });
  draft.line('stopped', 'Ended by you.');
  hardStop(draft);
  return draft.done();
}
