/** How calls of tools ended, and whether the run ledger is as honest about it as the log. */
import type { Event } from '#shared/protocol/events.ts';
import type { Run } from '#shared/protocol/run.ts';

/** How calls of tools ended, oldest first. */
export const resultsIn = (events: ReadonlyArray<Event>) =>
  events.flatMap((event) => (event.type === 'tool_ended' ? [event] : []));

/** Calls that say that nobody knows whether they happened. */
export const unknownIn = (events: ReadonlyArray<Event>): number =>
  resultsIn(events).filter(({ outcome }) => outcome === 'unknown').length;

/** A run with such a call is not completed, whatever its last turn said. */
export function judgeOutcomes(runs: ReadonlyArray<Run>, events: ReadonlyArray<Event>): string[] {
  const runOf = new Map(
    events.flatMap((event) => (event.type === 'turn_started' ? [[event.turnId, event.runId]] : [])),
  );
  const unknown = new Set(
    resultsIn(events).flatMap(({ outcome, turnId }) => (outcome === 'unknown' ? [runOf.get(turnId)] : [])),
  );
  return runs.flatMap(({ id, outcome }) =>
    outcome === 'completed' && unknown.has(id) ? ['hidden: a run with an unknown outcome is completed'] : [],
  );
}
