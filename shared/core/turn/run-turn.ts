/**
 * The tool loop of one attempt: ask the model, commit the step, run the tools it asked for, ask again. Everything
 * it learns goes through `commit`; when the commit says that the attempt is no longer the turn's (it was stopped,
 * recovered or deleted meanwhile), the loop ends without another word or call.
 */
import type { Input, LogEntry, ToolOutcome } from '../conversation/input.ts';
import type { Usage } from '#shared/protocol/conversation.ts';
import { noUsage } from '../conversation/state.ts';
import { assemble } from '../prompt/assemble.ts';
import { toContent } from './content.ts';
import { nextStep, type ToolCall } from './next-step.ts';
import type { DeltaKind, Model, ModelFault, ModelReply } from './ports.ts';

/** The attempt that may write: `null` from `commit` means that it is over for this process. */
export interface Attempt {
  turnId: string;
  attempt: number;
  /** Steps committed before this one. */
  step: number;
  model: string;
}

export interface TurnWorld {
  model: Model;
  log(): ReadonlyArray<LogEntry>;
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

/** No tool is connected yet in a conversation without any: the model is told so, as a result it can act on. */
const unknownTool = (call: ToolCall): ToolOutcome => ({
  toolUseId: call.id,
  name: call.name,
  isError: true,
  text: `There is no tool named "${call.name}" in this conversation. Nothing was done.`,
});

function report(attempt: Attempt, reply: ModelReply | ModelFault, binding: string, world: TurnWorld): Input {
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
    tools: next.type === 'tools' ? next.calls.map(unknownTool) : [],
  };
}

/** Runs one attempt to its end, to its next try, or until it is no longer the turn's. Never throws. */
export async function runTurn(first: Attempt, world: TurnWorld): Promise<void> {
  let attempt: Attempt | null = first;
  while (attempt !== null && !world.signal.aborted) {
    const current: Attempt = attempt;
    const request = assemble(world.log(), current.model);
    const reply = await world.model.stream(request, {
      signal: world.signal,
      onDelta: (kind, text) => world.onDelta(current, kind, text),
    });
    if (world.signal.aborted) {
      if (reply.usage) world.spent(reply.usage);
      return;
    }
    attempt = world.commit(report(current, reply, request.binding, world));
  }
}
