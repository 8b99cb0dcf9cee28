/** What time does to a run: retries, checkpoints, the warning, the hard stop, the report, the end. */
import type { RunDraft } from './draft.ts';
import type { Decision } from './input.ts';
import { composeReport } from './report.ts';
import { agentOf, findActor, isOpen, isParked, leadOf, type RunState } from './run-state.ts';
import { lose, taskBackoff } from './tries.ts';
import { checkpointNews, clockTime, retryLetter, timeLeft, warningLetter } from './words.ts';
import { checkpointAfter, wallMs } from './window.ts';

/** An agent that has said nothing for this long, in minutes of the run, and is not at work, is lost. */
const SILENT_MIN = 2;
const NO_PLAN = 'The window ended without a plan of the lead.';
const NOT_BEGUN = 'The window ended before its sub-agent had begun';

function retries(draft: RunDraft): void {
  for (const task of draft.state.tasks) {
    if (task.retryAt === null || task.retryAt > draft.now || task.status !== 'in_progress') continue;
    const agent = agentOf(draft.state, task);
    draft.task(task.id, { retryAt: null });
    if (agent === null) continue;
    draft.actor(agent.id, { working: true, seenAt: draft.now });
    draft.letter(agent.id, retryLetter(task, taskBackoff.tries));
  }
}

/** Asks the lead again after a turn that failed. */
function retryLead(draft: RunDraft): void {
  draft.set({ leadRetryAt: null });
  draft.news(`Your last turn broke off. Go on where you were. ${timeLeft(draft.state, draft.now)}`);
}

function checkpoint(draft: RunDraft): void {
  const { state } = draft;
  draft.set({ checkpoints: state.checkpoints + 1, checkpointAt: checkpointAfter(state, draft.now) });
  for (const task of state.tasks) {
    if (task.status !== 'in_progress' || task.retryAt !== null) continue;
    const agent = agentOf(draft.state, task);
    const silent = draft.now - (agent?.seenAt ?? 0) > wallMs(SILENT_MIN, state.timeScale);
    const waits = task.needsYou !== null;
    if (
      agent === null ||
      (agent.created && !agent.working && !waits && silent && agent.letters.length === 0)
    ) {
      const found = findActor(draft.state, task.assignedTo ?? '');
      if (found) lose(draft, found, 'Its sub-agent was found to have stopped.');
    }
  }
  // Whoever does not answer this is missing at once; whoever is stuck is woken by it.
  draft.do('ping');
  draft.line('checkpoint', `Checkpoint ${draft.state.checkpoints}.`);
  draft.news(checkpointNews(draft.state, draft.now));
}

function warn(draft: RunDraft): void {
  draft.set({ phase: 'warned', checkpointAt: null, nodUntil: null, leadRetryAt: null, news: [] });
  draft.line('deadline_near', 'The warning before the end.', { level: 'warn' });
  const lead = leadOf(draft.state);
  if (lead) draft.letter(lead.id, warningLetter(draft.state, draft.now, true));
  for (const task of draft.state.tasks) {
    const agent = task.status === 'in_progress' ? agentOf(draft.state, task) : null;
    // One that waits for the person or for its next try has nothing to hurry with.
    if (agent && !isParked(draft.state, task) && task.retryAt === null)
      draft.letter(agent.id, warningLetter(draft.state, draft.now, false));
  }
}

/** The window is over: nothing new is called, what is in flight ends and is noted as it ended. */
export function hardStop(draft: RunDraft): void {
  const { trouble, tasks } = draft.state;
  if (trouble === null && !tasks.some(({ by }) => by === 'lead')) draft.set({ trouble: NO_PLAN });
  draft.set({ phase: 'closing', checkpointAt: null, nodUntil: null, news: [] });
  draft.line('window_ended', 'The hard stop.');
  for (const task of draft.state.tasks) {
    if (task.retryAt !== null) draft.task(task.id, { retryAt: null });
    // A sub-agent that has not come to be never will: its task was not started.
    const begun = agentOf(draft.state, task)?.created === true || task.progress !== null;
    if (task.status === 'in_progress' && !begun)
      draft.task(task.id, { status: 'pending', assignedTo: null, startedAt: null, reason: NOT_BEGUN });
  }
  for (const actor of draft.state.actors) {
    // Not told yet means never: no turn begins after the stop.
    draft.actor(actor.id, { letters: [], working: actor.created && actor.working });
    draft.wish(actor.id, 'stop');
  }
  composeIfQuiet(draft);
}

/** Composes the report once nobody is at work any more. */
export function composeIfQuiet(draft: RunDraft): void {
  const { actors, phase } = draft.state;
  if (phase === 'closing' && !actors.some(({ working, created }) => working && created)) report(draft);
}

function report(draft: RunDraft): void {
  draft.refreshReasons();
  const { state } = draft;
  for (const { id, status, reason } of state.tasks)
    if ((status === 'pending' || status === 'generated') && reason === null)
      draft.task(id, { reason: 'Not yet assigned' });
  const composed = composeReport(draft.state, draft.now);
  draft.set({ phase: 'reported', report: composed });
  // What was only played is nobody's news outside the app.
  if (state.trigger !== 'dry') draft.do('deliver_report');
  draft.line(
    'report_sent',
    `The report: ${composed.totals.completed} of ${composed.totals.generated} completed.`,
  );
  draft.notice({
    id: `${state.id}:report`,
    kind: 'result',
    conversationId: state.leadId,
    text: `The report of the day: ${composed.totals.completed} of ${composed.totals.generated} tasks completed.`,
    code: null,
  });
  for (const actor of draft.state.actors)
    if (actor.role === 'agent' && !actor.working && actor.asks === null) draft.wish(actor.id, 'archive');
}

function end(draft: RunDraft): void {
  draft.set({ phase: 'ended', endedAt: draft.now });
  draft.line('run_ended', 'The run is over.');
  for (const actor of draft.state.actors) if (actor.asks === null) draft.wish(actor.id, 'archive');
}

/** The person said yes to the plan, or did not say no in time. */
export function startWork(draft: RunDraft, by: 'person' | 'time'): void {
  draft.set({ phase: 'working', nodUntil: null });
  draft.line(
    'plan_started',
    by === 'person' ? 'The plan was nodded through.' : 'Nobody objected: the plan starts.',
  );
  draft.news(
    by === 'person'
      ? 'The person said yes to the plan. Start sub-agents now.'
      : 'The person did not object in time. Start sub-agents now.',
  );
}

/** Does everything that is due. After a long absence the deadline comes first: what was due before it is over. */
export function onTick(draft: RunDraft): Decision {
  const { now } = draft;
  if (draft.state.phase === 'ended') return draft.done();
  if (isOpen(draft.state) && now >= draft.state.endsAt) hardStop(draft);
  if (draft.state.phase === 'closing' && now >= draft.state.reportBy) report(draft);
  if (now >= draft.state.overAt) {
    if (draft.state.phase === 'closing') report(draft);
    end(draft);
    return draft.done();
  }
  if (!isOpen(draft.state)) return draft.done();
  if (draft.state.phase !== 'warned' && now >= draft.state.warnAt) warn(draft);
  const { nodUntil, checkpointAt } = draft.state;
  if (nodUntil !== null && now >= nodUntil) startWork(draft, 'time');
  retries(draft);
  const { leadRetryAt = null } = draft.state;
  if (leadRetryAt !== null && now >= leadRetryAt) retryLead(draft);
  if (checkpointAt !== null && draft.state.phase !== 'warned' && now >= checkpointAt) checkpoint(draft);
  return draft.done();
}

/** Why a run that comes too late does nothing. */
export const tooLate = ({ startsAt, startedAt, timezone }: RunState): string =>
  `Nothing ran: the app was not there from ${clockTime(startsAt, timezone)} until ${clockTime(startedAt, timezone)}, when the window was over or about to be.`;
