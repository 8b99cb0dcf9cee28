/** What becomes of a turn: a step of the model done or failed, a process lost, the lease that shows that it is at work. */
import { addUsage } from '../money/prices.ts';
import { compactAt } from '../prompt/compact.ts';
import { modelBackoff, retryDelay } from '../turn/backoff.ts';
import { breakOff } from './calls.ts';
import { type Draft, leaseMs } from './draft.ts';
import type { InputOf, Transition } from './input.ts';
import { oneLine } from './preview.ts';
import { callsOf, waitsForPlace } from './state.ts';
import { recoverCalls } from './transition-calls.ts';
import { archive } from './transition-care.ts';
import { endOver, whyOver } from './transition-work.ts';

/** A turn in which the process was lost this often ends: it may be what kills the process. */
export const maxInterruptions = 5;
/** So many lost processes do not count for a turn that had not begun; it might kill them by its beginning. */
const maxWaits = 20;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The model has seen everything up to this point of the log. */
function forgetUntold(draft: Draft, shownSeq: number): void {
  const { untold, ...rest } = draft.state;
  if (untold && untold.seq <= shownSeq) draft.state = rest;
}

export function onStepDone(draft: Draft, input: InputOf<'step_done'>): Transition {
  const turn = draft.current(input);
  if (turn === null) return draft.done();
  const step = turn.step + 1;
  draft.log(
    {
      type: 'step_done',
      turnId: turn.id,
      attempt: turn.attempt,
      step,
      content: input.content,
      stopReason: input.stopReason,
      usage: input.usage,
      model: input.model,
      shownSeq: input.shownSeq,
    },
    input.raw,
    input.binding,
  );
  const said = input.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(' ');
  const next = {
    ...turn,
    step,
    failures: 0,
    leaseUntil: draft.now + leaseMs,
    spoke: turn.spoke === true || input.content.length > 0,
    usage: addUsage(turn.usage, input.usage),
  };
  const { inputTokens, cacheReadTokens, cacheWriteTokens } = input.usage;
  const promptTokens = inputTokens + cacheReadTokens + cacheWriteTokens;
  draft.set({
    turn: next,
    usage: addUsage(draft.state.usage, input.usage),
    promptTokens,
    ...(said.trim() ? { preview: oneLine(said), lastReplySeq: draft.state.lastSeq } : {}),
  });
  forgetUntold(draft, input.shownSeq);
  if (input.end === null) {
    const proposed = input.calls.map((call) => ({
      toolUseId: call.id,
      name: call.name,
      // `toContent` shows an object too, whatever came.
      input: isRecord(call.input) ? call.input : {},
      turnId: turn.id,
      runId: turn.runId,
      phase: 'proposed' as const,
      ...(turn.marks === undefined ? {} : { marks: turn.marks }),
    }));
    // With calls the attempt goes on until they have ended; without any the model is asked again at once.
    const attempt = proposed.length > 0 ? next.attempt : next.attempt + 1;
    draft.set({ turn: { ...next, attempt }, calls: [...callsOf(draft.state), ...proposed] });
    const over = whyOver(draft.state, next, draft.now);
    if (over === null) return draft.done('project');
    endOver(draft, draft.turn(), over);
    return draft.done('tell_user', 'project', 'record_effects');
  }
  draft.endTurn(next, input.end.outcome, input.end.code);
  if (draft.state.archiveAtEnd) archive(draft, 'assistant');
  draft.takeQueue();
  const untitled = draft.state.title === null && input.end.outcome === 'completed';
  const long = promptTokens > compactAt || input.end.code === 'context_window';
  return draft.done(
    'tell_user',
    'project',
    ...(untitled ? (['make_title'] as const) : []),
    ...(long ? (['compact'] as const) : []),
  );
}

export function onStepFailed(draft: Draft, input: InputOf<'step_failed'>): Transition {
  const current = draft.current(input);
  if (current === null) return draft.done();
  const turn = { ...current, usage: addUsage(current.usage, input.usage) };
  draft.set({ usage: addUsage(draft.state.usage, input.usage) });
  const failures = turn.failures + 1;
  const delay = input.retryable ? retryDelay(modelBackoff, failures, input.jitter, input.retryAfterMs) : null;
  if (delay === null) {
    draft.keepPartial(turn, input.partial, 'error');
    draft.endTurn(turn, 'failed', input.code);
    draft.takeQueue();
    return draft.done('tell_user', 'project');
  }
  draft.retry({ ...turn, failures }, input.code, draft.now + delay);
  return draft.done('tell_user');
}

export function onResume(draft: Draft, input: InputOf<'resume'>): Transition {
  const { turn } = draft.state;
  if (turn === null) return draft.done();
  const over = whyOver(draft.state, turn, draft.now);
  if (over !== null) {
    recoverCalls(draft);
    endOver(draft, turn, over);
    return draft.done('tell_user', 'project', 'record_effects');
  }
  if (!input.lost) {
    draft.attempt({ ...turn, attempt: turn.attempt + 1 });
    return draft.done();
  }
  const waits = (turn.waits ?? 0) + 1;
  if (waitsForPlace(turn) && waits <= maxWaits) {
    // It waits among many: what died was somebody else's.
    draft.attempt({ ...turn, attempt: turn.attempt + 1, waits });
    return draft.done();
  }
  const interruptions = turn.interruptions + 1;
  if (interruptions >= maxInterruptions) {
    recoverCalls(draft);
    breakOff(draft, turn.id);
    draft.endTurn(turn, 'failed', 'interrupted');
    draft.takeQueue();
    return draft.done('tell_user', 'project', 'record_effects');
  }
  if (!recoverCalls(draft)) {
    draft.endTurn({ ...turn, interruptions }, 'waiting', null);
    draft.takeQueue();
    return draft.done('tell_user', 'project', 'record_effects');
  }
  // Tells the open pages that the text they show is discarded, before the new attempt writes.
  draft.retry({ ...draft.turn(), interruptions }, 'interrupted', draft.now);
  draft.attempt({ ...draft.turn(), attempt: turn.attempt + 1 });
  return draft.done('record_effects');
}

export function onExtendLease(draft: Draft): Transition {
  const { turn } = draft.state;
  if (turn === null) return draft.done();
  draft.set({ turn: { ...turn, leaseUntil: draft.now + leaseMs } });
  return draft.done('tell_user');
}
