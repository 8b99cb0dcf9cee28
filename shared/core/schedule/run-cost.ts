/** What one run will cost, reckoned from runs that are over. */
import type { Run } from '#shared/protocol/run.ts';
import type { CostBasis } from '#shared/protocol/schedule.ts';

/** US dollars, and from which runs that is known. */
export interface RunCost {
  each: number;
  by: CostBasis;
}

type Ran = Pick<Run, 'trigger' | 'status' | 'outcome' | 'cost'>;

/** What was stopped or failed half way says too little; what goes on may cost more yet. */
const says = ({ status, outcome, cost }: Ran): boolean =>
  status === 'ended' && outcome !== 'stopped' && outcome !== 'failed' && cost > 0;

/** Schedules that came due together share a run, and its cost. */
const shareOf = ({ cost, trigger }: Ran): number => cost / (1 + (trigger.source?.together?.length ?? 0));

const meanOf = (runs: ReadonlyArray<Ran>, share: (run: Ran) => number): number | null => {
  const costs = runs.filter(says).map(share);
  return costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
};

/**
 * By the schedule's own runs where there are any; else by its rehearsal, which did the same work but for what writes; else
 * by whatever ran in the conversation. Null when nothing is known.
 * @param runs each newest first, asked for only as far as they are needed
 */
export function runCost(runs: {
  own(): ReadonlyArray<Ran>;
  rehearsals(): ReadonlyArray<Ran>;
  here(): ReadonlyArray<Ran>;
}): RunCost | null {
  const own = meanOf(runs.own(), shareOf);
  if (own !== null) return { each: own, by: 'own_runs' };
  const rehearsal = runs.rehearsals().find(says);
  if (rehearsal !== undefined) return { each: rehearsal.cost, by: 'rehearsal' };
  const here = meanOf(runs.here(), ({ cost }) => cost);
  return here === null ? null : { each: here, by: 'runs_here' };
}
