/** One call of a built-in tool, as the loop sees it. */
import { log } from '#durable-objects/lib/log.ts';
import { plainResult } from '#shared/core/conversation/calls.ts';
import type { PendingCall } from '#shared/core/conversation/state.ts';
import { instant } from '#shared/core/schedule/instant.ts';
import { noteIn } from '#shared/core/tools/builtins/note.ts';
import type { CatalogTool } from '#shared/core/tools/catalog.ts';
import { outsideSources } from '#shared/core/tools/taint.ts';
import { trimResult } from '#shared/core/tools/trim.ts';
import type { Executed } from '#shared/core/turn/run-turn.ts';
import type { BuiltinContext } from './builtins/context.ts';
import { boardCall } from './execute-board.ts';
import { runBuiltin } from './builtins/index.ts';
import { saveResult } from './builtins/files.ts';
import { kitOf } from './kit.ts';
import { scheduleCall } from './execute-schedule.ts';
import { webhookCall } from './execute-webhook.ts';
import type { ConversationStore } from './store.ts';

export async function executeBuiltin(
  call: PendingCall,
  given: Omit<BuiltinContext, 'tainted' | 'timezone'>,
  store: ConversationStore,
  catalog: ReadonlyArray<CatalogTool>,
): Promise<Executed> {
  if (call.name === 'update_note') {
    const note = noteIn(call.input);
    const text = note === '' ? 'The note is gone.' : 'The note is written.';
    return { type: 'ended', result: { ...plainResult('ok', text), note } };
  }
  if (call.name === 'archive_conversation') {
    const text = 'The conversation will be archived when this turn ends.';
    return { type: 'ended', result: { ...plainResult('ok', text), archive: true } };
  }
  try {
    const scheduled = await scheduleCall(call, store, given);
    const hooked = scheduled ?? webhookCall(call, store, given);
    if (hooked !== null) return { type: 'ended', result: hooked };
    const tainted = outsideSources(store.log(), catalog, instant(given.now())).length > 0;
    const posted = await boardCall(call, store, { ...given, tainted });
    if (posted !== null) return { type: 'ended', result: posted };
    const { timezone } = await kitOf(given.env, given.ownerId);
    const context: BuiltinContext = { ...given, timezone, tainted };
    const done = await runBuiltin(call.name, call.input, context);
    const trimmed = trimResult(done.text);
    const outcome = done.unknown ? 'unknown' : done.isError ? 'error' : 'ok';
    const result = {
      ...plainResult(outcome, trimmed.text),
      outside: done.outside,
      files: done.files ?? [],
      full: trimmed.cut ? await saveResult(context, `${call.name}.txt`, done.text) : null,
    };
    return { type: 'ended', result };
  } catch (error) {
    log.error('tool_broke', { conversationId: given.conversationId, kind: call.name, error });
    const mayHaveRun = call.risk !== 'read' && call.repeatable !== true;
    const result = mayHaveRun
      ? plainResult('unknown', 'Outcome unknown: something broke on our side while this ran.')
      : plainResult('error', 'Not done: something broke on our side.');
    return { type: 'ended', result };
  }
}
