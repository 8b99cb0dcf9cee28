/** Records live in an object of their own for each user; here are their two tools. */
import { records } from '#durable-objects/records/client.ts';
import type { BuiltinResult } from '#shared/core/tools/builtin.ts';
import { Statement } from '#shared/core/tools/builtins/records.ts';
import type { BuiltinContext } from './context.ts';

export async function recordsQuery(
  input: Record<string, unknown>,
  { env, ownerId }: BuiltinContext,
): Promise<BuiltinResult> {
  const { sql, params } = Statement.parse(input);
  const found = await records(env, ownerId).query(sql, params ?? []);
  return { isError: !found.ok, text: found.text, outside: found.outside };
}

export async function recordsWrite(
  input: Record<string, unknown>,
  { env, ownerId, callId, tainted }: BuiltinContext,
): Promise<BuiltinResult> {
  const { sql, params } = Statement.parse(input);
  const done = await records(env, ownerId).write(callId, sql, params ?? [], tainted);
  return { isError: !done.ok, text: done.text, outside: done.outside };
}
