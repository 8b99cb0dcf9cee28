/**
 * Runs that wait for an answer. One that waits has an open question; when that goes and nothing goes on with it, the run
 * is over and says how. Otherwise the ledger would show it as waiting for ever.
 */
import type { Outcome } from '#shared/protocol/conversation.ts';
import { opensOf } from '../schedule/schedule-state.ts';
import type { Draft } from './draft.ts';
import { endRun } from './schedule-ends.ts';
import { callsOf, type ConversationState, hooksOf, type RunningTurn, schedulesOf } from './state.ts';
import { endHookRun } from './transition-webhooks.ts';

export interface RunEnd {
  outcome: Outcome;
  code: string | null;
}

type Waiting = NonNullable<ConversationState['waitingRuns']>[number];

/** An older version did not note them: then they are those that had a question before this decision took it back. */
const waitingRunsOf = ({ state, before }: Draft): Waiting[] =>
  state.waitingRuns ?? [
    ...new Map(
      callsOf(before)
        .filter(({ phase }) => phase === 'asked')
        .map(({ runId, turnId }) => [runId, { id: runId, turnId }]),
    ).values(),
  ];

/**
 * How a run fares when one of its turns ends so. A turn that said its last word completes nothing while a call of the run
 * waits for an answer, when nobody knows whether something was done, or when nobody answered in time. Where both hold the
 * first is said: else a person would take what may have happened for what did not.
 */
export function runEnd(state: ConversationState, turn: RunningTurn, outcome: Outcome): RunEnd | null {
  if (outcome !== 'completed') return null;
  const waits = callsOf(state).some(({ runId, phase }) => runId === turn.runId && phase === 'asked');
  if (waits) return { outcome: 'waiting', code: null };
  if (turn.marks?.unknown === true) return { outcome: 'unverified', code: 'outcome_unknown' };
  return turn.expired === true ? { outcome: 'expired', code: 'question_expired' } : null;
}

/** A turn of the run ended: whether it waits now. What it waits for carries what holds for the run. */
export function noteWaiting(draft: Draft, { id, runId, marks }: RunningTurn, waits: boolean): void {
  const known = waitingRunsOf(draft);
  const others = known.filter((each) => each.id !== runId);
  if (!waits) {
    if (draft.state.waitingRuns !== undefined || others.length < known.length)
      draft.set({ waitingRuns: others });
    return;
  }
  draft.set({ waitingRuns: [...others, { id: runId, turnId: id }] });
  if (marks === undefined) return;
  const calls = callsOf(draft.state).map((call) => (call.runId === runId ? { ...call, marks } : call));
  draft.set({ calls });
}

/** Whether something still goes on with the run. */
function isAlive({ turn, untold, ...state }: ConversationState, runId: string): boolean {
  if (turn?.runId === runId || callsOf({ turn, ...state }).some((call) => call.runId === runId)) return true;
  return turn !== null && untold?.runId === runId;
}

/**
 * Ends the runs that nothing goes on with.
 * @param why how they ended; without it their answer was taken up in another run
 */
export function closeRuns(draft: Draft, why: RunEnd | null): void {
  const waiting = waitingRunsOf(draft);
  const open = [
    ...schedulesOf(draft.state).flatMap((schedule) => opensOf(schedule)),
    ...hooksOf(draft.state).flatMap((hook) => hook.open ?? []),
  ].map(({ runId }) => ({ id: runId, turnId: runId }));
  const known = new Map([...open, ...waiting].map((run) => [run.id, run]));
  const over = [...known.values()].filter(({ id }) => !isAlive(draft.state, id));
  if (over.length === 0) return;
  const { outcome, code } = why ?? { outcome: 'unverified' as const, code: 'went_on_elsewhere' };
  draft.set({ waitingRuns: waiting.filter(({ id }) => !over.some((run) => run.id === id)) });
  for (const { id: runId, turnId } of over) {
    draft.log({ type: 'run_ended', runId, turnId, outcome, code });
    endRun(draft, runId, outcome, code);
    endHookRun(draft, runId, outcome, code);
  }
  draft.settleStatus();
}
