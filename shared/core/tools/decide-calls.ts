/** Decides all calls that are ready, with what has to be asked of others: uses of standing rules. */
import type { LeftOut } from '#shared/protocol/rehearsal.ts';
import type { LogEntry } from '../conversation/input.ts';
import type { PendingCall } from '../conversation/state.ts';
import { instant } from '../schedule/instant.ts';
import { isBoardTool } from './builtins/daily-agent.ts';
import { type CatalogTool, findTool } from './catalog.ts';
import { considered } from './considered.ts';
import {
  type Ask,
  type CallDecision,
  type Deciding,
  propose,
  proposeApproved,
  rehearsalMark,
  type Run,
} from './decide.ts';
import { outsideSources } from './taint.ts';

export interface DecideWorld extends Pick<
  Deciding,
  'catalog' | 'builtins' | 'kit' | 'newId' | 'sha256' | 'now' | 'runCost' | 'conversation'
> {
  log: ReadonlyArray<LogEntry>;
  turnId: string;
  /** Nothing that writes is done, or asked for. */
  rehearsal?: boolean;
  /** The rehearsal is a dry run, whose board is part of it. */
  dry?: boolean;
  /** Uses a standing rule once for this call; false when it has no use left. */
  spend(ruleId: string, callId: string): Promise<boolean>;
}

/** A question to the person is none: it is asked in a rehearsal, too. */
const isWrite = (decision: CallDecision, dry: boolean): decision is Ask | Run =>
  (decision.type === 'ask' && decision.question.approval !== null) ||
  (decision.type === 'run' &&
    decision.intent.risk !== 'read' &&
    // What changes nothing but the board of the dry run itself is part of it.
    !(dry && decision.intent.from === null && isBoardTool(decision.intent.toolKey)));

/** The call as it would have been decided, for the report of the rehearsal; without the key of a call not made. */
function leftOut(decision: Ask | Run, tool: CatalogTool | null, tainted: boolean): LeftOut | null {
  const of = decision.type === 'run' ? decision.intent : decision.question.approval;
  if (of === null) return null;
  const { toolKey, title, from, risk } = of;
  const input = Object.fromEntries(
    Object.entries(decision.input).filter(([name]) => name !== tool?.keyArgument),
  );
  const asks = 'reason' in of ? of.reason : null;
  return { toolKey, title, from, risk, input, asks, tainted };
}

/** What would have been done, said to the model so that it goes on as if it had been. */
const rehearsed = (decision: Ask | Run, left: LeftOut | null): CallDecision => ({
  toolUseId: decision.toolUseId,
  type: 'refuse',
  outcome: 'denied',
  ...(left === null ? {} : { rehearsed: left }),
  text: `${rehearsalMark} ${
    decision.type === 'ask'
      ? 'In a real run this would wait for the yes of the person.'
      : 'In a real run this would be done without asking.'
  } Go on as if it had worked, and say at the end what you would have done.`,
});

/** @param calls those that are `proposed` or `approved` */
export async function decideCalls(
  calls: ReadonlyArray<PendingCall>,
  world: DecideWorld,
): Promise<CallDecision[]> {
  const { log, turnId, spend, rehearsal = false, dry = false, ...given } = world;
  const outside = outsideSources(log, world.catalog, instant(world.now));
  const deciding: Deciding = { ...given, ...considered(log, turnId), outside };
  const decisions: CallDecision[] = [];
  for (const call of calls) {
    if (call.phase === 'approved') {
      decisions.push(proposeApproved(call, deciding));
      continue;
    }
    const { decision, rule } = propose(call, deciding);
    if (rehearsal && isWrite(decision, dry)) {
      const tool = findTool(world.catalog, call.name);
      decisions.push(rehearsed(decision, leftOut(decision, tool, outside.length > 0)));
      continue;
    }
    const isGood = rule === null || (await spend(rule.id, rule.callId));
    decisions.push(isGood ? decision : rule.otherwise);
  }
  return decisions;
}
