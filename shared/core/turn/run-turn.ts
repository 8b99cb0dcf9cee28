/**
 * The tool loop of one attempt: ask the model, commit the step, decide what it asked for, commit that, do it, commit how
 * it ended, ask again. Everything it learns goes through `commit`; when the commit says that the attempt is no longer
 * the turn's (it was stopped, recovered, deleted, or waits for a person), the loop ends without another word or call.
 */
import type { CallResult, Input, LogEntry } from '../conversation/input.ts';
import type { PendingCall } from '../conversation/state.ts';
import { noUsage } from '../conversation/state.ts';
import type { Usage } from '#shared/protocol/conversation.ts';
import type { Question } from '#shared/protocol/question.ts';
import { assemble } from '../prompt/assemble.ts';
import type { PromptRole } from '../prompt/system.ts';
import type { CallDecision } from '../tools/decide.ts';
import type { ToolDefinition } from '../tools/definitions.ts';
import { toContent } from './content.ts';
import { nextStep } from './next-step.ts';
import type { DeltaKind, Model, ModelFault, ModelReply } from './ports.ts';

/** The attempt that may write: `null` from `commit` means that it is over for this process. */
export interface Attempt {
  turnId: string;
  attempt: number;
  /** Steps committed before this one. */
  step: number;
  model: string;
}

/** How a call came out: with a result, or with a question of its server that it goes on with later. */
export type Executed =
  | { type: 'ended'; result: CallResult }
  | { type: 'asks'; question: Question; state: string };

/** The hands of a turn. Nothing of it throws for what can go wrong outside. */
export interface TurnTools {
  /** The same for all steps of the turn. */
  definitions: ReadonlyArray<ToolDefinition>;
  decide(calls: ReadonlyArray<PendingCall>): Promise<CallDecision[]>;
  execute(call: PendingCall): Promise<Executed>;
}

export interface TurnWorld {
  model: Model;
  /** Whose prompt stands at the head; a chat's unless said. */
  role?: PromptRole;
  tools: TurnTools;
  log(): ReadonlyArray<LogEntry>;
  /** Calls without a result. */
  calls(): ReadonlyArray<PendingCall>;
  /** Commits a report and answers with the attempt that goes on, or `null` when the turn is over for this process. */
  commit(input: Input): Attempt | null;
  onDelta(attempt: Attempt, kind: DeltaKind, text: string): void;
  /** The text of the attempt so far, kept if it turns out to be the last. */
  partial(): string;
  signal: AbortSignal;
  /** A call was ended from outside; this is what it had cost. */
  spent(usage: Usage): void;
  /** 0 to 1. */
  random(): number;
}

type Report = (reply: ModelReply | ModelFault, binding: string, shownSeq: number) => Input;

const reportOf =
  (attempt: Attempt, world: TurnWorld): Report =>
  (reply, binding, shownSeq) => {
    const { turnId } = attempt;
    if (!reply.ok) {
      return {
        type: 'step_failed',
        turnId,
        attempt: attempt.attempt,
        code: reply.code,
        retryable: reply.retryable,
        retryAfterMs: reply.retryAfterMs,
        jitter: world.random(),
        partial: world.partial(),
        usage: reply.usage ?? noUsage,
      };
    }
    const next = nextStep(reply, attempt.step + 1);
    return {
      type: 'step_done',
      turnId,
      attempt: attempt.attempt,
      content: toContent(next.blocks),
      raw: next.blocks,
      binding,
      stopReason: reply.stopReason,
      usage: reply.usage,
      model: reply.model,
      end: next.type === 'end' ? { outcome: next.outcome, code: next.code } : null,
      calls: next.type === 'tools' ? next.calls : [],
      shownSeq,
    };
  };

async function askModel(current: Attempt, world: TurnWorld): Promise<Attempt | null> {
  const log = world.log();
  const request = assemble(log, current.model, world.tools.definitions, world.role);
  const reply = await world.model.stream(request, {
    signal: world.signal,
    onDelta: (kind, text) => world.onDelta(current, kind, text),
  });
  if (world.signal.aborted) {
    if (reply.usage) world.spent(reply.usage);
    return null;
  }
  const shownSeq = log.at(-1)?.event.seq ?? 0;
  return world.commit(reportOf(current, world)(reply, request.binding, shownSeq));
}

const isUndecided = ({ phase }: PendingCall) => phase === 'proposed' || phase === 'approved';

/** Decides what is ready, then does what may be done, side by side. Each end is committed as it comes. */
async function workOff(current: Attempt, world: TurnWorld): Promise<Attempt | null> {
  const head = { turnId: current.turnId, attempt: current.attempt };
  const undecided = world.calls().filter(isUndecided);
  let latest: Attempt | null = current;
  if (undecided.length > 0) {
    const decisions = await world.tools.decide(undecided);
    if (world.signal.aborted) return null;
    latest = world.commit({ type: 'calls_decided', ...head, decisions });
    if (latest === null) return null;
  }
  const running = world.calls().filter(({ phase }) => phase === 'running');
  await Promise.all(
    running.map(async (call) => {
      const executed = await world.tools.execute(call);
      if (world.signal.aborted) return;
      const { toolUseId } = call;
      latest =
        executed.type === 'ended'
          ? world.commit({ type: 'call_ended', ...head, toolUseId, result: executed.result })
          : world.commit({
              type: 'call_asks',
              ...head,
              toolUseId,
              question: executed.question,
              state: executed.state,
            });
    }),
  );
  return world.signal.aborted ? null : latest;
}

/** Runs one attempt to its end, to its next try, or until it is no longer the turn's. Never throws. */
export async function runTurn(first: Attempt, world: TurnWorld): Promise<void> {
  let attempt: Attempt | null = first;
  while (attempt !== null && !world.signal.aborted) {
    const hasWork = world.calls().some(({ phase }) => phase !== 'asked');
    attempt = await (hasWork ? workOff(attempt, world) : askModel(attempt, world));
  }
}
