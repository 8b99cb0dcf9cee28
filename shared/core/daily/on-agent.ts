/** What sub-agents do to the board, and what the run's conversations say of themselves. */
import type { Evidence } from '#shared/protocol/daily.ts';
import { resultsFull } from './bounds.ts';
import type { RunDraft } from './draft.ts';
import type { ActorReport, DailyInput, Decision } from './input.ts';
import { no } from './on-lead.ts';
import { composeIfQuiet } from './on-time.ts';
import {
  type Actor,
  findActor,
  findTask,
  isOpen,
  isUnverified,
  leadOf,
  type TaskState,
} from './run-state.ts';
import {
  appendLate,
  escalated,
  escalationWords,
  failTry,
  inHand,
  isTransient,
  lose,
  nextTryAt,
} from './tries.ts';
import { ownMs, wallMs } from './window.ts';

type Of<Type extends DailyInput['type']> = Extract<DailyInput, { type: Type }>;

const notYours = no('This task is no longer yours. End your turn.');

export function onProgress(draft: RunDraft, { actorId, percent, text }: Of<'progress'>): Decision {
  const task = inHand(draft, actorId);
  if (task === null) return notYours;
  draft.task(task.id, { progress: { percent, text, at: draft.now } });
  return draft.done('Noted.');
}

export function onComplete(draft: RunDraft, { actorId, result, evidence }: Of<'complete'>): Decision {
  const task = inHand(draft, actorId);
  if (task === null) return notYours;
  const full = resultsFull(draft.state, { output: result, evidence });
  if (full !== null) return no(full);
  complete(draft, task, result, evidence);
  return draft.done('Noted as completed. End your turn with one short line.');
}

function complete(draft: RunDraft, task: TaskState, result: string, evidence: Evidence[]): void {
  const late = !isOpen(draft.state) && draft.now > draft.state.endsAt;
  draft.task(task.id, {
    status: 'completed',
    endedAt: draft.now,
    output: result,
    evidence,
    retryAt: null,
    late,
    needsYou: null,
    progress: { percent: 100, text: 'Done.', at: draft.now },
  });
  const done = findTask(draft.state, task.id) ?? task;
  const unverified = isUnverified(done);
  draft.line('task_completed', `Completed${unverified ? ', unverified' : ''}: ${task.title}`, {
    taskId: task.id,
  });
  draft.news(
    `Task ${task.id} "${task.title}" was completed${unverified ? ', without evidence that could be found' : ''}: ${result.slice(0, 1_000)}`,
  );
  appendLate(draft, done);
}

export function onFail(draft: RunDraft, input: Of<'fail'>): Decision {
  const task = inHand(draft, input.actorId);
  if (task === null) return notYours;
  const { error, retryable, proposal } = input;
  const next = failTry(draft, task, { error, retryable, proposal, code: 'agent_failed' });
  return draft.done(
    next === 'retry'
      ? 'Noted. You are asked to try again in a moment: end your turn now.'
      : 'Noted as failed; the person is told. End your turn.',
  );
}

/** The agent cannot go on without a person: the task stays in its hands, and the run goes on. */
export function onEscalate(draft: RunDraft, { actorId, reason, proposal }: Of<'escalate'>): Decision {
  const task = inHand(draft, actorId);
  if (task === null) return notYours;
  const text = escalationWords(reason, proposal);
  draft.task(task.id, { proposal, needsYou: { kind: 'escalation', text } });
  escalated(draft, task, text, 'agent_escalated');
  return draft.done(
    'The person and the lead are told. Go on with what can be done without them, or end your turn.',
  );
}

/** A sub-agent's turn ended although its task did not. */
function ended(
  draft: RunDraft,
  actor: Actor,
  { turn, wrote = [] }: { turn: NonNullable<ActorReport['turn']>; wrote?: ActorReport['wrote'] },
): void {
  const task = actor.taskId === null ? null : inHand(draft, actor.id);
  if (task === null || task.retryAt !== null || !isOpen(draft.state)) return;
  // The window ended it, a moment before the board looked at its own clock: it is in progress, as it was.
  if (turn.code === 'deadline') return;
  // Escalated: it waits for the person or the lead.
  if (task.needsYou?.kind === 'escalation' && turn.outcome === 'completed') return;
  const failed = turn.outcome !== 'completed';
  // What it made since its last failed try is there: that shows more than its word would.
  const since = task.attempts.at(-1)?.at ?? task.startedAt ?? 0;
  const files = failed ? [] : wrote.filter(({ at }) => at >= since);
  if (files.length > 0) {
    const names = files.map(({ name }) => `"${name}"`).join(', ');
    const evidence = files.map(({ id }) => ({ type: 'artifact' as const, text: id }));
    return complete(draft, task, `Wrote ${names}; its sub-agent reported nothing more.`, evidence);
  }
  // It was told to bring its work to an end: how far it came is the answer.
  if (!failed && draft.state.phase === 'warned') return;
  const code = turn.code ?? turn.outcome;
  const error = failed
    ? `The sub-agent's work ended: ${code}.`
    : 'The sub-agent ended without reporting a result.';
  const retryable = turn.outcome === 'completed' || (turn.outcome === 'failed' && isTransient(code));
  failTry(draft, task, { error, retryable, proposal: null, code });
}

function leadEnded(draft: RunDraft, turn: NonNullable<ActorReport['turn']>): void {
  const { state } = draft;
  // The window ended it: that is no trouble.
  if (turn.code === 'deadline') return;
  if (turn.outcome === 'failed' || turn.outcome === 'limit') {
    const code = turn.code ?? turn.outcome;
    const trouble = `The lead could not go on (${code}).`;
    const leadFailures = state.leadFailures + 1;
    // Beyond these tries the run goes on by code, and the next checkpoint wakes the lead.
    const at = turn.outcome === 'failed' && isTransient(code) ? nextTryAt(draft, leadFailures) : null;
    draft.set({ leadFailures, trouble, leadRetryAt: at });
    draft.line('lead_failed', trouble, { level: 'warn', code, attempt: leadFailures });
    return;
  }
  draft.set({ leadFailures: 0, trouble: null, leadRetryAt: null });
  if (state.phase !== 'planning' || state.tasks.length === 0) return;
  const { nodMinutes } = state.settings;
  if (nodMinutes === null) draft.set({ phase: 'working' });
  else {
    const nodUntil = Math.min(state.warnAt, draft.now + wallMs(nodMinutes, state.timeScale));
    draft.set({ phase: 'nod', nodUntil });
    draft.line('nod_asked', `The plan has ${state.tasks.length} tasks and waits for a nod.`);
    draft.notice({
      id: `${state.id}:nod`,
      kind: 'question',
      conversationId: state.leadId,
      text: `The plan of the day has ${state.tasks.length} tasks. It starts by itself in ${Math.round(ownMs(nodUntil - draft.now, state.timeScale) / 60_000)} minutes.`,
      code: 'nod',
    });
  }
}

/**
 * Takes in what a conversation says of itself; an older word than the last one changes nothing. The same word again counts:
 * a letter that was taken back before it was told had made us think that it works.
 */
export function onReport(draft: RunDraft, { actorId, report }: Of<'report_of_actor'>): Decision {
  const actor = findActor(draft.state, actorId);
  if (actor === null || report.rev < actor.rev) return draft.done();
  const { rev, working, asks, cost, turn } = report;
  const isOver = draft.state.phase === 'ended';
  // Put away: what its person does with it from here on is theirs.
  if (isOver && actor.wish === 'archive') return draft.done();
  const isNew = turn !== null && turn.id !== actor.lastTurn;
  // An end before its letters were heard of is judged when they are: until then nobody has taken it in.
  const early = isNew && !working && asks === null && actor.role === 'agent' && actor.letters.length > 0;
  const lastTurn = early ? actor.lastTurn : (turn?.id ?? actor.lastTurn);
  draft.actor(actorId, { rev, working, asks, cost, lastTurn, created: true, seenAt: draft.now });
  if (actor.taskId !== null) {
    const task = findTask(draft.state, actor.taskId);
    const own = task?.needsYou?.kind === 'approval' || task?.needsYou?.kind === 'question';
    // Idle before and at work now: somebody has decided what it escalated, in its own conversation.
    const resumed = task?.needsYou?.kind === 'escalation' && working && !actor.working;
    if (task?.assignedTo === actorId && resumed && task.status === 'in_progress')
      draft.task(task.id, { needsYou: null, proposal: null });
    if (task?.assignedTo === actorId && (asks !== null || own)) {
      draft.needs(actor.taskId, asks);
      if (asks !== null && !own)
        draft.news(`Task ${task.id} "${task.title}" waits for the person: ${asks.text}`);
    }
  }
  // What was said to it and not heard yet comes after this end.
  const idle = !working && asks === null && actor.letters.length === 0;
  if (isOver) {
    if (idle) draft.wish(actorId, 'archive');
    return draft.done();
  }
  if (isNew && idle && actor.role === 'agent') ended(draft, actor, { ...report, turn });
  if (isNew && !working && actor.role === 'lead') leadEnded(draft, turn);
  if (draft.state.phase === 'closing') composeIfQuiet(draft);
  if (draft.state.phase === 'reported' && idle && actor.role === 'agent') draft.wish(actorId, 'archive');
  return draft.done();
}

export function onMissing(draft: RunDraft, { actorId }: Of<'actor_missing'>): Decision {
  const actor = findActor(draft.state, actorId);
  if (actor === null || actor.wish === 'archive') return draft.done();
  draft.actor(actorId, { working: false, letters: [], heard: true });
  if (actor.role === 'agent' && isOpen(draft.state))
    lose(draft, actor, 'Its sub-agent was lost: the conversation is gone.');
  if (actor.role === 'lead' && leadOf(draft.state) !== null)
    draft.set({ trouble: "The lead's conversation was deleted." });
  if (draft.state.phase === 'closing') composeIfQuiet(draft);
  return draft.done();
}

export function onTold(draft: RunDraft, { actorId, letters, heard }: Of<'told'>): Decision {
  const actor = findActor(draft.state, actorId);
  if (actor === null) return draft.done();
  const rest = actor.letters.filter(({ id }) => !letters.includes(id));
  draft.actor(actorId, { letters: rest, heard: actor.heard || heard });
  return draft.done();
}
