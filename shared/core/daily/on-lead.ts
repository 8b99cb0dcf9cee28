/** What the lead does to the board. */
import type { Decision, TaskDraft } from './input.ts';
import type { DailyInput } from './input.ts';
import type { RunDraft } from './draft.ts';
import { findTask, isParked, mayAssign, type RunState, type TaskState } from './run-state.ts';
import { memoryFull } from './bounds.ts';
import { tidy } from './text.ts';
import { boardTrouble, type Offered, trouble } from './validate.ts';
import { taskLetter, taskLine, timeLeft } from './words.ts';

type Of<Type extends DailyInput['type']> = Extract<DailyInput, { type: Type }>;

/** Tasks on a board; a lead that plans without end must not fill it. */
export const maxTasks = 30;
/** What a plan has, by the requirements. */
const PLAN = { least: 3, most: 8 };

export const no = (detail: string): Decision => ({ ok: false, code: 'bad_request', detail });

export const blankTask = (
  made: TaskDraft & { id: string; by: TaskState['by']; from: string | null },
  now: number,
): TaskState => {
  const { from, ...rest } = tidy(made);
  return {
    ...rest,
    status: 'pending',
    assignedTo: null,
    createdAt: now,
    startedAt: null,
    endedAt: null,
    progress: null,
    output: null,
    evidence: [],
    error: null,
    attempts: [],
    retryAt: null,
    reason: null,
    needsYou: null,
    proposal: null,
    late: false,
    thumb: null,
    carriedFrom: from,
    approved: false,
  };
};

/** Validates a task that nobody has begun: pending where it can be done, generated where the lead has to change it. */
export function judgeTask(draft: RunDraft, id: string, offered: Offered): string | null {
  const task = findTask(draft.state, id);
  if (task === null) return null;
  const found = trouble(draft.state, task, offered);
  const status = found === null || found.wait ? 'pending' : 'generated';
  // What the person added is on the board at once; what is wrong with it stands beside it.
  draft.task(id, {
    status: task.by === 'user' ? 'pending' : status,
    reason: found?.text ?? null,
    waits: found?.wait ?? false,
  });
  draft.needs(id, found?.category ? { kind: 'category', text: found.text } : null);
  if (found?.category && task.needsYou?.kind !== 'category') askForCategory(draft, task);
  return found === null || found.wait ? null : found.text;
}

/**
 * Asks for the yes to its category again, for what became of a task that had one.
 * @returns whether its category asks
 */
export function askAnew(draft: RunDraft, id: string): boolean {
  const task = findTask(draft.state, id);
  if (task === null) return false;
  const found = boardTrouble(draft.state, task);
  if (!found?.category) return false;
  draft.task(id, { reason: found.text, waits: true });
  draft.needs(id, { kind: 'category', text: found.text });
  askForCategory(draft, task);
  return true;
}

function askForCategory(draft: RunDraft, task: TaskState): void {
  const { state } = draft;
  draft.notice({
    // A task that was changed after the yes is asked about again.
    id: `${state.id}:${task.id}:category:${state.rev}`,
    kind: 'question',
    conversationId: state.leadId,
    text: `"${task.title}" waits for your yes before anybody begins it.`,
    code: 'category',
  });
}

const isOpenTask = ({ status }: TaskState) => status !== 'cancelled' && status !== 'failed';

export function onCreateTasks(draft: RunDraft, input: Of<'create_tasks'>): Decision {
  if (!mayAssign(draft.state) && draft.state.phase !== 'nod')
    return no('Nothing is added after the warning. Nothing was created.');
  const answers: string[] = [];
  for (const given of input.drafts) {
    const made = tidy(given);
    const { tasks } = draft.state;
    const same = tasks.find(
      (task) => isOpenTask(task) && task.title.toLowerCase() === made.title.toLowerCase(),
    );
    if (same) {
      answers.push(`- "${made.title}" is on the board already, id ${same.id}.`);
      continue;
    }
    if (tasks.length >= maxTasks) return no(`A run has at most ${maxTasks} tasks. Nothing was created.`);
    const id = draft.newId();
    const task = blankTask({ ...made, id, by: 'lead', from: null }, draft.now);
    // Generated first, then validated: a plan that cannot be carried out stays visible with its reason.
    draft.set({ tasks: [...draft.state.tasks, { ...task, status: 'generated' }] });
    draft.line('task_created', `Planned: ${made.title}`, { taskId: id });
    const why = judgeTask(draft, id, input.offered);
    const { reason = null } = findTask(draft.state, id) ?? {};
    answers.push(
      why !== null
        ? `- ${id} "${made.title}" was sent back: ${why} Change it with update_task_status, or cancel it.`
        : `- ${id} "${made.title}" is pending${reason === null ? '' : ` and waits: ${reason}`}.`,
    );
  }
  const count = draft.state.tasks.filter(isOpenTask).length;
  if (count < PLAN.least) answers.push(`The plan has ${count}; ${PLAN.least} to ${PLAN.most} are wanted.`);
  return draft.done(answers.join('\n'));
}

export function onReviseTask(draft: RunDraft, input: Of<'revise_task'>): Decision {
  const task = findTask(draft.state, input.taskId);
  if (task === null) return no(`There is no task "${input.taskId}".`);
  if (task.status !== 'generated' && task.status !== 'pending')
    return no(
      task.status === 'in_progress'
        ? 'A task in progress is not changed. Its sub-agent reports by itself; what has to be different is a new task.'
        : `This task is ${task.status}: it stays as it is.`,
    );
  if (input.status === 'cancelled') {
    cancel(draft, task, input.reason ?? 'The lead cancelled it.', 'task_cancelled');
    return draft.done('Cancelled.');
  }
  const change = tidy(input.change);
  const isSame = (Object.keys(change) as Array<keyof TaskDraft>).every(
    (key) => JSON.stringify(change[key]) === JSON.stringify(task[key]),
  );
  // The person said yes to what it was, and to nothing else.
  draft.task(task.id, isSame ? change : { ...change, approved: false });
  const why = judgeTask(draft, task.id, input.offered);
  const after = findTask(draft.state, task.id);
  return draft.done(why === null ? (after ? taskLine(after) : '') : `Sent back: ${why}`);
}

export function cancel(draft: RunDraft, task: TaskState, reason: string, kind: string): void {
  draft.task(task.id, { status: 'cancelled', endedAt: draft.now, reason, needsYou: null });
  draft.line(kind, `Cancelled: ${task.title}`, { taskId: task.id });
}

/** Sub-agents that have a task in hand and can go on with it. */
const busy = (state: RunState): number =>
  state.tasks.filter((task) => task.status === 'in_progress' && !isParked(state, task)).length;

/**
 * A yes is for what was shown: more tools, or other words for the sub-agent, are asked about before anybody begins. Where
 * the category needs no yes nothing asks, and the words go out as they are.
 */
const goesBeyond = (task: TaskState, tools: ReadonlyArray<string>, brief: string | null): boolean =>
  tools.length > task.tools.length || (brief !== null && brief !== task.brief);

export function onSpawn(draft: RunDraft, input: Of<'spawn'>): Decision {
  const { state } = draft;
  const task = findTask(state, input.taskId);
  if (task === null) return no(`There is no task "${input.taskId}".`);
  if (state.phase === 'nod' || (state.phase === 'planning' && state.settings.nodMinutes !== null))
    return no('The plan waits for the nod of the person. End your turn; you are told when it starts.');
  if (!mayAssign(state)) return no('Nothing is assigned after the warning.');
  if (task.status !== 'pending') return no(`This task is ${task.status}; only pending ones are assigned.`);
  const tools = [...new Set([...task.tools, ...input.tools])];
  const approved = task.approved && !goesBeyond(task, tools, input.brief);
  const why = trouble(state, { ...task, tools, approved }, input.offered);
  if (why?.category) {
    // So that the person sees all that they say yes to.
    draft.task(task.id, { tools, approved: false, ...(input.brief === null ? {} : { brief: input.brief }) });
    judgeTask(draft, task.id, input.offered);
    draft.line('task_refused', `Not assigned: ${task.title}: ${why.text}`, {
      taskId: task.id,
      level: 'warn',
    });
    return draft.done(
      `Not assigned: ${why.text} They are shown its tools and your brief, which are kept: start it without others when they have said yes.`,
    );
  }
  if (why !== null) {
    draft.task(task.id, { reason: why.text, waits: why.wait });
    if (!why.wait && task.by === 'lead') draft.task(task.id, { status: 'generated' });
    draft.line('task_refused', `Not assigned: ${task.title}: ${why.text}`, {
      taskId: task.id,
      level: 'warn',
    });
    return draft.done(`Not assigned: ${why.text}`);
  }
  const { parallel } = state.settings;
  if (busy(state) >= parallel)
    return no(`${parallel} sub-agents are at work, which is the most. You are told when one ends.`);
  const id = draft.newId();
  draft.task(task.id, {
    status: 'in_progress',
    assignedTo: id,
    startedAt: draft.now,
    progress: null,
    reason: null,
    waits: false,
    tools,
  });
  const now = findTask(draft.state, task.id) ?? task;
  draft.addActor({
    id,
    role: 'agent',
    taskId: task.id,
    tools,
    text: taskLetter(draft.state, now, input.brief ?? now.brief ?? null, draft.now),
  });
  draft.line('agent_spawned', `A sub-agent begins: ${task.title}`, { taskId: task.id });
  return draft.done(`Sub-agent ${id} begins with "${task.title}". ${timeLeft(draft.state, draft.now)}`);
}

const KEYS = 200;

export function onRemember(draft: RunDraft, { actorId, key, value }: Of<'remember'>): Decision {
  const { memory } = draft.state;
  const rest = memory.filter((row) => row.key !== key);
  if (rest.length >= KEYS) return no(`The shared memory has at most ${KEYS} keys.`);
  const next = [...rest, { agentId: actorId, key, value, updatedAt: draft.now }];
  const full = memoryFull(next);
  if (full !== null) return no(full);
  draft.set({ memory: next });
  return draft.done('Kept.');
}

export function onNextSteps(draft: RunDraft, { text }: Of<'next_steps'>): Decision {
  const { phase } = draft.state;
  if (phase === 'reported' || phase === 'ended') return no('The report is out already.');
  draft.set({ nextSteps: text });
  draft.line('next_steps', 'The lead wrote the next steps.');
  return draft.done('Kept for the report. The numbers are composed by the app.');
}
