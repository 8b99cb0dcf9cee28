/** The doing of the built-in tools, by name. `ask_user` and `archive_conversation` are carried out by the loop itself. */
import type { BuiltinResult } from '#shared/core/tools/builtin.ts';
import { currentTime } from '#shared/core/tools/builtins/here.ts';
import type { BuiltinContext } from './context.ts';
import { listFiles, readFile, writeFile } from './files.ts';
import { httpRequest } from './http.ts';
import { recall, remember } from './memory.ts';
import { recordsQuery, recordsWrite } from './records.ts';

type Run = (input: Record<string, unknown>, context: BuiltinContext) => Promise<BuiltinResult>;

const runs: Readonly<Record<string, Run>> = {
  get_current_time: async (_input, { now, timezone }) => ({
    isError: false,
    text: currentTime(now(), timezone),
    outside: false,
  }),
  http_request: httpRequest,
  list_files: (_input, context) => listFiles(context),
  read_file: readFile,
  recall,
  records_query: recordsQuery,
  records_write: recordsWrite,
  remember,
  write_file: writeFile,
};

/** Carries one call out; its arguments were checked. Throws only for what is broken on our side. */
export async function runBuiltin(
  name: string,
  input: Readonly<Record<string, unknown>>,
  context: BuiltinContext,
): Promise<BuiltinResult> {
  const run = Object.hasOwn(runs, name) ? runs[name] : undefined;
  if (run === undefined) return { isError: true, text: `There is no tool named "${name}".`, outside: false };
  return run({ ...input }, context);
}
