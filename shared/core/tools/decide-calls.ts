/** Decides all calls that are ready, with what has to be asked of others: uses of standing rules. */
import type { LogEntry } from '../conversation/input.ts';
import type { PendingCall } from '../conversation/state.ts';
import { instant } from '../schedule/instant.ts';
import { considered } from './considered.ts';
import { type CallDecision, type Deciding, propose, proposeApproved } from './decide.ts';
import { outsideSources } from './taint.ts';

export interface DecideWorld extends Pick<
  Deciding,
  'catalog' | 'builtins' | 'kit' | 'newId' | 'sha256' | 'now'
> {
  log: ReadonlyArray<LogEntry>;
  turnId: string;
  /** Uses a standing rule once for this call; false when it has no use left. */
  spend(ruleId: string, callId: string): Promise<boolean>;
}

/** @param calls those that are `proposed` or `approved` */
export async function decideCalls(
  calls: ReadonlyArray<PendingCall>,
  world: DecideWorld,
): Promise<CallDecision[]> {
  const { log, turnId, spend, ...given } = world;
  const outside = outsideSources(log, world.catalog, instant(world.now));
  const deciding: Deciding = { ...given, ...considered(log, turnId), outside };
  const decisions: CallDecision[] = [];
  for (const call of calls) {
    if (call.phase === 'approved') {
      decisions.push(proposeApproved(call, deciding));
      continue;
    }
    const { decision, rule } = propose(call, deciding);
    const isGood = rule === null || (await spend(rule.id, rule.callId));
    decisions.push(isGood ? decision : rule.otherwise);
  }
  return decisions;
}
