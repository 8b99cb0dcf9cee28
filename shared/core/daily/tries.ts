/** Tries of a task: what failed is tried again, handed back, or told to the person with the agent's own proposal. */
import type { Proposal } from '#shared/protocol/daily.ts';
import { retryDelay } from '../turn/backoff.ts';
import type { RunDraft } from './draft.ts';
import { afterLine } from './report.ts';
import { type Actor, findActor, findTask, isOpen, type TaskState } from './run-state.ts';
import { wallMs } from './window.ts';

/** Tries of a task: one second, doubling, a hundred seconds at most. */
export const taskBackoff = { baseMs: 1_000, maxMs: 100_000, tries: 3 };

/** Codes of turns that another try may get past: the other side was busy or away, or our own process was lost. */
const transient: ReadonlySet<string> = new Set([
  'bad_reply',
  'empty_reply',
  'interrupted',
  'model_error',
  'model_silent',
  'model_stream_cut',
  'model_timeout',
  'model_unreachable',
  'overloaded',
  'rate_limited',
]);

/** Whether another try may help: a key that is refused, an unpaid bill or a refusal stays what it is. */
export const isTransient = (code: string): boolean => transient.has(code);

/** When the next try begins after so many failures; null when there is none, or only after the end of the window. */
export function nextTryAt({ state, now }: Pick<RunDraft, 'state' | 'now'>, failures: number): number | null {
  const delay = retryDelay(taskBackoff, failures, 0, null);
  const at = delay === null ? null : now + wallMs(delay / 60_000, state.timeScale);
  return at !== null && isOpen(state) && at < state.endsAt ? at : null;
}

/** The task that a conversation has in hand now; null when it is not its own any more. */
export function inHand(draft: RunDraft, actorId: string): TaskState | null {
  const { taskId = null } = findActor(draft.state, actorId) ?? {};
  const task = taskId === null ? null : findTask(draft.state, taskId);
  return task?.assignedTo === actorId && task.status === 'in_progress' ? task : null;
}

/** After the report what ends is appended to it; nothing is rewritten. */
export function appendLate(draft: RunDraft, task: TaskState): void {
  const { report, timezone } = draft.state;
  if (report === null) return;
  const line = afterLine(task, draft.now, timezone);
  draft.set({ report: { ...report, after: [...report.after, line] } });
  // Of one that failed the escalation tells.
  if (task.status === 'completed')
    draft.notice({
      id: `${draft.state.id}:${task.id}:late`,
      kind: 'result',
      conversationId: task.assignedTo ?? draft.state.leadId,
      text: line,
      code: 'late',
    });
}

/** A try has failed: there is another, or the task has failed and the person hears of it with the agent's own proposal. */
export function failTry(
  draft: RunDraft,
  task: TaskState,
  why: { error: string; retryable: boolean; proposal: Proposal | null; code: string },
): 'retry' | 'failed' {
  const number = task.attempts.length + 1;
  const attempts = [...task.attempts, { number, at: draft.now, error: why.error }];
  const { state } = draft;
  const at = why.retryable ? nextTryAt(draft, number) : null;
  const proposal = why.proposal ?? task.proposal;
  if (at !== null && at < state.warnAt) {
    draft.task(task.id, { attempts, retryAt: at, proposal });
    draft.line('task_retrying', `Try ${number} failed: ${task.title}: ${why.error}`, {
      taskId: task.id,
      level: 'warn',
      attempt: number,
      code: why.code,
    });
    draft.news(`Try ${number} of task ${task.id} "${task.title}" failed and is made again: ${why.error}`);
    return 'retry';
  }
  const needsYou = { kind: 'escalation' as const, text: escalationWords(why.error, proposal) };
  draft.task(task.id, {
    status: 'failed',
    attempts,
    retryAt: null,
    error: why.error,
    endedAt: draft.now,
    proposal,
    needsYou,
    late: !isOpen(state) && draft.now > state.endsAt,
  });
  draft.line('task_failed', `Failed: ${task.title}: ${why.error}`, {
    taskId: task.id,
    level: 'warn',
    attempt: number,
    code: why.code,
  });
  escalated(draft, task, needsYou.text, why.code);
  draft.release(task);
  appendLate(draft, findTask(draft.state, task.id) ?? task);
  return 'failed';
}

const proposed: Readonly<Record<Proposal['action'], string>> = {
  reassign: 'give it to another agent',
  change_approach: 'try it another way',
  drop: 'drop it',
};

export const escalationWords = (error: string, proposal: Proposal | null): string =>
  proposal === null ? error : `${error} The agent proposes to ${proposed[proposal.action]}: ${proposal.text}`;

export function escalated(draft: RunDraft, task: TaskState, text: string, code: string): void {
  const { state } = draft;
  draft.line('task_escalated', `Escalated: ${task.title}: ${text}`, {
    taskId: task.id,
    level: 'error',
    code,
  });
  draft.notice({
    id: `${state.id}:${task.id}:${task.attempts.length}:escalation`,
    kind: 'failure',
    conversationId: task.assignedTo ?? state.leadId,
    text: `"${task.title}": ${text}`,
    code: 'escalated',
  });
  draft.news(
    `Task ${task.id} "${task.title}" was escalated to the person: ${text} You may decide it yourself: update_task_status with a decision.`,
  );
}

/** The conversation of an agent is not there, or does nothing although it has a task: the task goes back. */
export function lose(draft: RunDraft, actor: Actor, why: string): void {
  const task = inHand(draft, actor.id);
  if (task === null) return;
  const number = task.attempts.length + 1;
  const attempts = [...task.attempts, { number, at: draft.now, error: why }];
  if (attempts.length >= taskBackoff.tries) {
    failTry(draft, task, { error: why, retryable: false, proposal: null, code: 'agent_lost' });
    return;
  }
  draft.task(task.id, {
    status: 'pending',
    assignedTo: null,
    retryAt: null,
    attempts,
    reason: why,
    needsYou: null,
  });
  draft.wish(actor.id, 'stop');
  draft.line('agent_lost', `Back to pending: ${task.title}: ${why}`, {
    taskId: task.id,
    level: 'warn',
    code: 'agent_lost',
    attempt: number,
  });
  draft.news(`Task ${task.id} "${task.title}" is pending again: ${why}`);
}
