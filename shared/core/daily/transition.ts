/**
 * The one door of a daily run: whatever happens to it goes through `transition`, which returns the next state with what
 * to do, or a refusal. Pure; the object commits all of it in one transaction and acts afterwards.
 */
import { withinBounds } from './bounds.ts';
import { onDecide } from './decide.ts';
import { RunDraft } from './draft.ts';
import type { DailyInput, DailyWorld, Decision, Opening } from './input.ts';
import { onComplete, onEscalate, onFail, onMissing, onProgress, onReport, onTold } from './on-agent.ts';
import {
  blankTask,
  judgeTask,
  onCreateTasks,
  onNextSteps,
  onRemember,
  onReviseTask,
  onSpawn,
} from './on-lead.ts';
import { hardStop, onTick, tooLate } from './on-time.ts';
import { onNod, onStop, onUserAdd, onUserCancel, onUserChange } from './on-user.ts';
import { leadOf, mayAssign, type RunState } from './run-state.ts';
import { checkpointAfter, windowOf } from './window.ts';
import { openingLetter } from './words.ts';

/** The board of a run that begins; one that comes after its window reports why nothing ran. */
export function openRun(opening: Opening, world: DailyWorld): Extract<Decision, { ok: true }> {
  const { carried, settings, timeScale, startsAt, ...given } = opening;
  const window = windowOf(startsAt, settings.windowMinutes, timeScale);
  const isTooLate = world.now >= window.warnAt;
  const state: RunState = {
    ...given,
    ...window,
    version: 1,
    settings,
    timeScale,
    startsAt,
    startedAt: world.now,
    endedAt: null,
    phase: 'planning',
    checkpointAt: null,
    checkpoints: 0,
    nodUntil: null,
    leadId: world.newId(),
    tasks: isTooLate ? [] : carried.map((task) => blankTask({ ...task, by: 'carried' }, world.now)),
    actors: [],
    memory: [],
    news: [],
    outside: carried.length > 0,
    nextSteps: null,
    trouble: null,
    leadFailures: 0,
    report: null,
    rev: 0,
  };
  const draft = new RunDraft({ ...state, checkpointAt: checkpointAfter(state, world.now) }, world);
  draft.line('run_started', `The run of ${state.date} begins.`);
  if (isTooLate) {
    draft.set({ trouble: tooLate(draft.state) });
    hardStop(draft);
  } else draft.do('equip');
  const decided = draft.done();
  if (!decided.ok) throw new Error('a run always opens');
  return decided;
}

/**
 * The lead begins. The window has begun before: it does so on the minute, however long somebody takes to answer what there
 * is to work with.
 */
function onEquipped(
  draft: RunDraft,
  { learned, offered }: Extract<DailyInput, { type: 'equipped' }>,
): Decision {
  const { state } = draft;
  // After the warning nobody begins any more.
  if (leadOf(state) !== null || !mayAssign(state)) return draft.done();
  draft.set({
    brief: [state.brief, learned].filter((part) => part !== '').join('\n\n'),
    outside: state.outside || learned !== '',
  });
  for (const { id, by } of state.tasks) if (by === 'carried') judgeTask(draft, id, offered);
  const text = openingLetter(draft.state, offered, draft.now);
  draft.addActor({ id: state.leadId, role: 'lead', taskId: null, tools: [], text });
  return draft.done();
}

/** Decides what an input does; the arguments stay as they are. */
export const transition = (state: RunState, input: DailyInput, world: DailyWorld): Decision =>
  withinBounds(input.type, decide(state, input, world));

function decide(state: RunState, input: DailyInput, world: DailyWorld): Decision {
  const draft = new RunDraft(state, world);
  switch (input.type) {
    case 'tick':
      return onTick(draft);
    case 'equipped':
      return onEquipped(draft, input);
    case 'report_of_actor':
      return onReport(draft, input);
    case 'actor_missing':
      return onMissing(draft, input);
    case 'told':
      return onTold(draft, input);
    case 'create_tasks':
      return onCreateTasks(draft, input);
    case 'revise_task':
      return onReviseTask(draft, input);
    case 'decide':
      return onDecide(draft, input);
    case 'spawn':
      return onSpawn(draft, input);
    case 'remember':
      return onRemember(draft, input);
    case 'next_steps':
      return onNextSteps(draft, input);
    case 'progress':
      return onProgress(draft, input);
    case 'complete':
      return onComplete(draft, input);
    case 'fail':
      return onFail(draft, input);
    case 'escalate':
      return onEscalate(draft, input);
    case 'tainted':
      if (!state.outside) draft.set({ outside: true });
      return draft.done();
    case 'user_add':
      return onUserAdd(draft, input);
    case 'user_change':
      return onUserChange(draft, input);
    case 'user_cancel':
      return onUserCancel(draft, input);
    case 'nod':
      return onNod(draft);
    case 'stop':
      return onStop(draft);
    default:
      return input satisfies never;
  }
}
