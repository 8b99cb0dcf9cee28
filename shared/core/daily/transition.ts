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
import type { RunState } from './run-state.ts';
import { checkpointAfter, windowOf } from './window.ts';
import { openingLetter } from './words.ts';

/** The board of a run that begins; one that comes after its window reports why nothing ran. */
export function openRun(opening: Opening, world: DailyWorld): Extract<Decision, { ok: true }> {
  const { carried, settings, timeScale, startsAt, offered, learned, ...given } = opening;
  const window = windowOf(startsAt, settings.windowMinutes, timeScale);
  const isTooLate = world.now >= window.warnAt;
  const state: RunState = {
    ...given,
    brief: [given.brief, learned].filter((part) => part !== '').join('\n\n'),
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
    outside: carried.length > 0 || learned !== '',
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
  } else {
    for (const { id } of carried) judgeTask(draft, id, offered);
    draft.addActor({
      id: state.leadId,
      role: 'lead',
      taskId: null,
      tools: [],
      text: openingLetter(draft.state, offered, world.now),
    });
  }
  const decided = draft.done();
  if (!decided.ok) throw new Error('a run always opens');
  return decided;
}

/** Decides what an input does; the arguments stay as they are. */
export const transition = (state: RunState, input: DailyInput, world: DailyWorld): Decision =>
  withinBounds(input.type, decide(state, input, world));

function decide(state: RunState, input: DailyInput, world: DailyWorld): Decision {
  const draft = new RunDraft(state, world);
  switch (input.type) {
    case 'tick':
      return onTick(draft);
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
