/** A call of the board of a daily run, for a conversation that has a part in it. */
import { dailyRun } from '#durable-objects/daily-run/client.ts';
import { plainResult } from '#shared/core/conversation/calls.ts';
import type { CallResult } from '#shared/core/conversation/input.ts';
import type { PendingCall } from '#shared/core/conversation/state.ts';
import { shownEvidence } from '#shared/core/daily/evidence.ts';
import { isBoardTool } from '#shared/core/tools/builtins/daily-agent.ts';
import { trimResult } from '#shared/core/tools/trim.ts';
import type { BuiltinContext } from './builtins/context.ts';
import type { ConversationStore } from './store.ts';

/** The result of a call to the board; null for any other tool. The board knows a repeat of it by the call's id. */
export async function boardCall(
  call: PendingCall,
  store: ConversationStore,
  { env, callId, tainted }: Pick<BuiltinContext, 'env' | 'callId'> & { tainted: boolean },
): Promise<CallResult | null> {
  const { work, ownerId, id } = store.state();
  if (work === undefined || !isBoardTool(call.name)) return null;
  const { name, input } = call;
  const shown = shownEvidence(name, input, store.transcript().messages);
  const act = { actorId: id, callId, name, input, tainted, shown };
  const answer = await dailyRun(env, work.runId).act(ownerId, act);
  const result = plainResult(answer.isError ? 'error' : 'ok', trimResult(answer.text).text);
  return { ...result, outside: answer.outside };
}
