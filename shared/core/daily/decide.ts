/** What becomes of a task whose agent could not go on: the lead or the person decides, its own proposal beside them. */
import type { RunDraft } from './draft.ts';
import type { DailyInput, Decision } from './input.ts';
import { askAnew } from './on-lead.ts';
import { agentOf, findTask, isOpen, mayAssign, type TaskState } from './run-state.ts';
import { appendLate } from './tries.ts';
import { asksFirst } from './validate.ts';
import { decidedLetter } from './words.ts';

type Of<Type extends DailyInput['type']> = Extract<DailyInput, { type: Type }>;
type Decide = Of<'decide'>;

/** Tries after which the lead does not begin a failed task again; the person may. */
const LEAD_TRIES = 6;

const refuse = (code: Extract<Decision, { ok: false }>['code'], detail: string): Decision => ({
  ok: false,
  code,
  detail,
});

const whose = { lead: 'lead', person: 'person' } as const;

/**
 * The task goes back to pending, and another agent begins anew with what was decided: after the person's yes, where the
 * category asks for one and this is not what they agreed to.
 * @param asAgreed nothing is done otherwise than the person agreed to
 */
function handBack(draft: RunDraft, task: TaskState, advice: string | null, asAgreed: boolean): Decision {
  if (!mayAssign(draft.state))
    return refuse('run_over', 'Nothing is assigned after the warning. Carry the task over after the report.');
  draft.release(task);
  draft.task(task.id, {
    status: 'pending',
    assignedTo: null,
    needsYou: null,
    proposal: null,
    error: null,
    endedAt: null,
    progress: null,
    reason: null,
    ...(advice === null ? {} : { advice }),
    // The person said yes to what it was; what the lead makes of it stands on the card, and is asked about again.
    ...(asAgreed ? {} : { approved: false }),
  });
  const asks = !asAgreed && askAnew(draft, task.id);
  const next = asks
    ? 'Start a new sub-agent for it when the person has said yes: they are shown these words.'
    : 'Start a new sub-agent for it.';
  draft.news(
    `Task ${task.id} "${task.title}" is pending again. ${next}${advice === null ? '' : ` ${advice}`}`,
  );
  return draft.done(`Pending again. ${next}`);
}

function drop(draft: RunDraft, task: TaskState, by: Decide['by'], text: string | null): Decision {
  const { state } = draft;
  // It has ended already, or the run has: what was waited for is settled, and nothing else changes.
  if (task.status !== 'in_progress' || state.phase === 'ended') {
    draft.task(task.id, { needsYou: null });
    return draft.done('Settled: it stays as it is.');
  }
  const error = `Dropped by the ${whose[by]}${text === null ? '.' : `: ${text}`}`;
  draft.task(task.id, {
    // It was begun: a decision does not take it out of the totals.
    status: 'failed',
    error,
    endedAt: draft.now,
    retryAt: null,
    needsYou: null,
    late: !isOpen(state) && draft.now > state.endsAt,
  });
  draft.release(task);
  if (by === 'person') draft.news(`The person dropped task ${task.id} "${task.title}".`);
  appendLate(draft, findTask(draft.state, task.id) ?? task);
  return draft.done('Dropped.');
}

/**
 * The agent that escalated goes on, with what was decided. It takes its place again, whoever has come meanwhile. Words of
 * the lead that need the person's yes do not reach it: its work ends, and the task waits for that yes.
 */
function goOn(draft: RunDraft, task: TaskState, advice: string, asAgreed: boolean): Decision {
  const agent = agentOf(draft.state, task);
  if (!isOpen(draft.state))
    return refuse('run_over', 'The window of this run is over. Carry the task over after the report.');
  const asks = !asAgreed && asksFirst(draft.state, task.category);
  if (asks || agent === null || agent.wish !== 'none') return handBack(draft, task, advice, asAgreed);
  draft.task(task.id, { needsYou: null, proposal: null });
  draft.actor(agent.id, { working: true, seenAt: draft.now });
  draft.letter(agent.id, decidedLetter(draft.state, advice, draft.now));
  return draft.done('Its sub-agent goes on with it.');
}

export function onDecide(draft: RunDraft, { taskId, action, by, ...given }: Decide): Decision {
  const task = findTask(draft.state, taskId);
  if (task === null) return refuse('not_found', `There is no task "${taskId}".`);
  if (task.needsYou?.kind !== 'escalation')
    return refuse('task_over', 'This task waits for no such decision.');
  if (by === 'lead' && task.attempts.length >= LEAD_TRIES && action !== 'drop')
    return refuse('task_over', 'It was tried often enough: only the person can have it tried again.');
  // Without words of their own they take up the agent's.
  const text = given.text ?? (action === 'retry' || action === 'drop' ? null : (task.proposal?.text ?? null));
  const said = text === null ? '' : `: ${text}`;
  const advice = {
    retry: `Decided by the ${whose[by]}: try again${said}`,
    reassign: `Decided by the ${whose[by]}: another agent takes it up${said}`,
    change_approach: `Decided by the ${whose[by]}: try it another way${said}`,
    drop: '',
  }[action];
  const asAgreed = by === 'person' || text === null;
  const decided =
    action === 'drop'
      ? drop(draft, task, by, text)
      : action === 'reassign' || task.status === 'failed'
        ? handBack(draft, task, advice, asAgreed)
        : goOn(draft, task, advice, asAgreed);
  if (!decided.ok) return decided;
  draft.line('task_decided', `Decided by the ${whose[by]}: ${task.title}: ${action.replaceAll('_', ' ')}`, {
    taskId,
  });
  return draft.done(decided.answer);
}
