/** The run ledger as a fold over the event log: what each event means for the run that it belongs to. */
import type { Event } from '#shared/protocol/events.ts';
import type { Run } from '#shared/protocol/run.ts';
import { addUsage } from '../money/prices.ts';
import { noUsage } from './state.ts';

/** A run, and where in the log its events are. */
export interface StoredRun extends Run {
  firstSeq: number;
  lastSeq: number;
}

/** The run that a turn begins. */
function begun(conversationId: string, event: Extract<Event, { type: 'turn_started' }>): StoredRun {
  const { runId, trigger, at, seq, model, demo, source } = event;
  return {
    id: runId,
    conversationId,
    trigger: { type: trigger, ...(source === undefined ? {} : { source }) },
    status: 'running',
    startedAt: at,
    endedAt: null,
    workMs: 0,
    turns: 0,
    steps: 0,
    tools: 0,
    usage: noUsage,
    cost: 0,
    outcome: null,
    code: null,
    model,
    demo,
    firstSeq: seq,
    lastSeq: seq,
  };
}

/**
 * The run after an event of one of its turns; null where the event is none of a run's.
 * @param run what is known of the run so far; null before its first turn
 */
export function runAfter(conversationId: string, run: StoredRun | null, event: Event): StoredRun | null {
  if (event.type === 'turn_started') {
    const known = run ?? begun(conversationId, event);
    const { model, demo, seq } = event;
    return { ...known, status: 'running', endedAt: null, turns: known.turns + 1, model, demo, lastSeq: seq };
  }
  if (run === null) return null;
  const seen = { ...run, lastSeq: Math.max(run.lastSeq, event.seq) };
  switch (event.type) {
    case 'step_done':
      return { ...seen, steps: run.steps + 1 };
    case 'tool_intended':
      return { ...seen, tools: run.tools + 1 };
    case 'turn_ended': {
      const usage = addUsage(run.usage, event.usage);
      const { outcome, code } = event.run ?? event;
      const isWaiting = outcome === 'waiting';
      return {
        ...seen,
        usage,
        cost: usage.cost,
        workMs: run.workMs + event.durationMs,
        status: isWaiting ? 'waiting' : 'ended',
        endedAt: isWaiting ? null : event.at,
        outcome,
        code,
      };
    }
    case 'run_ended': {
      if (run.status !== 'waiting') return seen;
      const { outcome, code, at } = event;
      return { ...seen, status: 'ended', endedAt: at, outcome, code };
    }
    default:
      return seen;
  }
}

/** The turn that an event belongs to; null for those of no turn. */
export const turnOf = (event: Event): string | null => ('turnId' in event ? event.turnId : null);
