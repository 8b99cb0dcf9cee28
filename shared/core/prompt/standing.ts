/** Which turns' words count after all that was written again or refused, and where the last summary stands. */
import type { LogEntry } from '../conversation/input.ts';

/**
 * Which turn's reply stands for each question, after all that was written again, and which questions and replies the
 * model must not see: what was replaced, and what was refused (a refusal that is kept would refuse again).
 */
export function standing(log: ReadonlyArray<LogEntry>) {
  const replacedBy = new Map<string, string>();
  const spoke = new Set<string>();
  const ended = new Set<string>();
  const refused = new Set<string>();
  for (const { event, raw } of log) {
    if (event.type === 'turn_started' && event.replaces !== null)
      replacedBy.set(event.replaces, event.turnId);
    if (event.type === 'step_done' && raw !== null && raw.length > 0) spoke.add(event.turnId);
    if (event.type !== 'turn_ended') continue;
    ended.add(event.turnId);
    if (event.code === 'refusal') refused.add(event.turnId);
  }
  // A new try that ended without a word did not take the place of what it was to replace.
  const standsFor = (turnId: string): string => {
    const next = replacedBy.get(turnId);
    if (next === undefined || (ended.has(next) && !spoke.has(next))) return turnId;
    return standsFor(next);
  };
  return {
    /** Whether this turn's question is asked. */
    asks: (turnId: string) => !refused.has(standsFor(turnId)),
    /** Whether this turn's reply is told. */
    tells: (turnId: string) => standsFor(turnId) === turnId && !refused.has(turnId),
  };
}

/** The last compaction: up to which event it reaches, its summary, and where in the log it stands. */
export function lastCompaction(log: ReadonlyArray<LogEntry>) {
  const last = log.findLast(({ event }) => event.type === 'context_compacted')?.event;
  return last?.type === 'context_compacted' ? last : { throughSeq: 0, summary: '', seq: 0 };
}
