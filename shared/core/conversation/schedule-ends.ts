/** What the end of a run means for its schedules: they go on, try again later, or pause themselves and say so. */
import type { Outcome } from '#shared/protocol/conversation.ts';
import {
  closed,
  failureBackoff,
  forgiven,
  isLive,
  type OpenRun,
  opensOf,
  type ScheduleState,
} from '../schedule/schedule-state.ts';
import { retryDelay } from '../turn/backoff.ts';
import type { Draft } from './draft.ts';
import { hasFailed, hasWorked } from './run-verdict.ts';
import { jitterOf, note, put, receiptOf, settle, withoutHeld } from './schedule-put.ts';
import { schedulesOf } from './state.ts';

/** A run ended, and whose it was hears of it. One that waits for a person goes on later. */
export function endRun(draft: Draft, runId: string, outcome: Outcome, code: string | null): void {
  if (outcome === 'waiting') return;
  for (const schedule of schedulesOf(draft.state)) {
    const open = opensOf(schedule).find((each) => each.runId === runId);
    if (open !== undefined) endRunOf(draft, schedule, open, outcome, code);
  }
}

function endRunOf(
  draft: Draft,
  schedule: ScheduleState,
  open: OpenRun,
  outcome: Outcome,
  code: string | null,
): void {
  const { runId } = open;
  const over = closed(schedule, runId);
  if (!hasFailed(outcome)) {
    put(draft, hasWorked(outcome) ? forgiven(over) : over);
    settle(draft, schedule.id);
    return;
  }
  const failures = schedule.failures + 1;
  draft.receipt({
    ...receiptOf(schedule, [open.dueAt]),
    status: 'failed',
    reason: code ?? 'failed',
    runId,
    startedAt: open.startedAt ?? schedule.lastRunAt,
  });
  // What killed its process again and again would do so at every try.
  const isPoison = code === 'interrupted';
  const delay = isPoison ? null : retryDelay(failureBackoff, failures, jitterOf(runId), null);
  // What was cut off is not made again: where nothing else comes due, there is nothing to pause.
  const isOver = outcome === 'limit' && over.nextAt === null && over.held === null && over.retry === null;
  if (delay === null && !isOver) {
    const reason = isPoison ? ('crashing' as const) : ('failing' as const);
    pauseItself(draft, { ...over, failures }, reason);
    return;
  }
  const at = draft.now + (delay ?? 0);
  // What waits already came before the new try, too. What somebody asked for by hand is theirs.
  const isByHand = over.held?.reason === 'by_hand';
  const left = isByHand ? over : withoutHeld(draft, over, { status: 'skipped', reason: 'backing_off' });
  const next = { ...forgiven(left), failures };
  if (outcome === 'limit') {
    // Run by hand, it may have come between a run that failed and its new try.
    const retry = over.retry === null ? null : { ...over.retry, at: Math.max(over.retry.at, at) };
    put(draft, { ...next, retry, restUntil: at });
  } else put(draft, isLive(over) ? { ...next, retry: { dueAt: open.dueAt, at } } : next);
  settle(draft, schedule.id);
}

function pauseItself(draft: Draft, schedule: ScheduleState, reason: 'failing' | 'crashing'): void {
  const left = withoutHeld(draft, schedule, { status: 'skipped', reason: 'was_paused' });
  if (!isLive(schedule)) {
    put(draft, left);
    return;
  }
  const paused = { ...left, nextAt: null, retry: null, paused: { reason, at: draft.now } };
  put(draft, paused);
  note(draft, paused, 'paused', 'system');
}
