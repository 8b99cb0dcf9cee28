/** What one run will cost, reckoned from runs that are over; guessed where there are none. */
import type { Run } from '#shared/protocol/run.ts';
import type { CostBasis } from '#shared/protocol/schedule.ts';
import { usageOf } from '../money/prices.ts';

/** US dollars, and by what that is reckoned. */
export interface RunCost {
  each: number;
  /** Null: nothing ran yet, and it is a guess. */
  by: CostBasis | null;
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

/** Tokens of a short answer. */
const ANSWER = 300;

/**
 * What a run will cost that looks at one thing and says what it found: it reads all that was said here, and again from the
 * cache. A guess, for before anything ran: who is asked for a yes has to see what they agree to.
 * @param prompt tokens of the last prompt
 * @param day as `YYYY-MM-DD`
 */
export function guessedCost(model: string, prompt: number, day: string): number {
  const none = { input: 0, output: ANSWER, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };
  const look = usageOf(model, { ...none, input: prompt }, day);
  const answer = usageOf(model, { ...none, cacheRead: prompt }, day);
  return look.cost + answer.cost;
}

/**
 * By the schedule's own runs where there are any; else by its rehearsal, which did the same work but for what writes; else
 * by whatever ran in the conversation; else a guess. Null when nothing is known.
 * @param runs each newest first, asked for only as far as they are needed
 */
export function runCost(runs: {
  own(): ReadonlyArray<Ran>;
  rehearsals(): ReadonlyArray<Ran>;
  here(): ReadonlyArray<Ran>;
  guess(): number | null;
}): RunCost | null {
  const own = meanOf(runs.own(), shareOf);
  if (own !== null) return { each: own, by: 'own_runs' };
  const rehearsal = runs.rehearsals().find(says);
  if (rehearsal !== undefined) return { each: rehearsal.cost, by: 'rehearsal' };
  const here = meanOf(runs.here(), ({ cost }) => cost);
  if (here !== null) return { each: here, by: 'runs_here' };
  const guess = runs.guess();
  return guess === null ? null : { each: guess, by: null };
}
