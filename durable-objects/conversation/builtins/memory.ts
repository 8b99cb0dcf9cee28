/** Memory lives in the user's object; here are its two tools. */
import { user } from '#durable-objects/user/client.ts';
import type { BuiltinResult } from '#shared/core/tools/builtin.ts';
import { Recall, Remember } from '#shared/core/tools/builtins/memory.ts';
import type { BuiltinContext } from './context.ts';

const refusals: Readonly<Record<string, string>> = {
  limit_reached: 'Not kept: there is no room. Recall, and replace what is no longer needed.',
  not_found: 'Not kept: there is no memory with that id to replace.',
};

export async function remember(
  input: Record<string, unknown>,
  { env, ownerId, callId, tainted, conversationId }: BuiltinContext,
): Promise<BuiltinResult> {
  const { text, replaces } = Remember.parse(input);
  const memory = { callId, text: text.trim(), replaces: replaces ?? null, outside: tainted, conversationId };
  const kept = await user(env, ownerId).remember(memory);
  if (!kept.ok) return { isError: true, text: refusals[kept.code] ?? 'Not kept.', outside: false };
  return {
    isError: false,
    text: `Kept, id ${kept.id}. The person can see, change and delete it.`,
    outside: false,
  };
}

export async function recall(
  input: Record<string, unknown>,
  { env, ownerId }: BuiltinContext,
): Promise<BuiltinResult> {
  const { query } = Recall.parse(input);
  const memories = await user(env, ownerId).recall(query ?? null);
  const lines = memories.map(({ id, text, updatedAt }) => `${id}  (${updatedAt.slice(0, 10)})  ${text}`);
  return {
    isError: false,
    text: lines.length === 0 ? 'Nothing is kept about that.' : lines.join('\n'),
    outside: memories.some(({ outside }) => outside),
  };
}
