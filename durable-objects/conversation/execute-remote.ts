/** One call of a server's tool, from the sealed token to what the model is told. */
import { v7 as uuidv7 } from 'uuid';
import * as z from 'zod/mini';
import { plainResult } from '#shared/core/conversation/calls.ts';
import type { PendingCall } from '#shared/core/conversation/state.ts';
import { imageRef } from '#shared/core/prompt/told.ts';
import type { CatalogTool } from '#shared/core/tools/catalog.ts';
import type { McpInputRequest, McpOutcome, McpProgress } from '#shared/core/tools/mcp.ts';
import { inputAnswers, tellContent, tellFault } from '#shared/core/tools/mcp-result.ts';
import { serverQuestion } from '#shared/core/tools/questions.ts';
import { trimResult } from '#shared/core/tools/trim.ts';
import type { Executed } from '#shared/core/turn/run-turn.ts';
import type { BuiltinContext } from './builtins/context.ts';
import { saveImage, saveResult } from './builtins/files.ts';
import type { Sessions } from './sessions.ts';

/** The longest a server may take for one call. */
const callMs = 60_000;

/** PERSISTED with a call that stopped to ask: what the server asked, and how it goes on. */
const Asked = z.object({ state: z.string(), requests: z.array(z.custom<McpInputRequest>()) });

type Context = Pick<
  BuiltinContext,
  'env' | 'ownerId' | 'conversationId' | 'callId' | 'signal' | 'now' | 'newId'
>;

export async function executeRemote(
  call: PendingCall,
  tool: CatalogTool,
  context: Context,
  sessions: Sessions,
  onProgress: (progress: McpProgress) => void,
): Promise<Executed> {
  const risk = call.risk ?? tool.risk;
  const opened = await sessions.of(tool.from?.connectionId ?? '');
  if (!opened.ok) {
    const { text } = tellFault({ ...opened, mayHaveRun: false }, risk);
    return { type: 'ended', result: plainResult('error', text) };
  }
  const name = tool.remote ?? '';
  // Between the yes and now the server may have put another tool under the same name.
  if (opened.hashes.get(name) !== tool.hash) {
    const text = 'Not done: the server has changed this tool. It is off until the person has looked at it.';
    return { type: 'ended', result: plainResult('denied', text) };
  }
  const asked = call.resume === undefined ? null : Asked.parse(JSON.parse(call.resume.state));
  const outcome = await opened.session.call({
    name,
    args: call.input,
    timeoutMs: callMs,
    signal: context.signal,
    onProgress,
    ...(asked === null || call.resume === undefined
      ? {}
      : { resume: { state: asked.state, answers: inputAnswers(asked.requests, call.resume.answers) } }),
  });
  if (!outcome.ok) {
    const told = tellFault(outcome, risk);
    return {
      type: 'ended',
      result: { ...plainResult(told.outcome, told.text), outside: outcome.message !== '' },
    };
  }
  if (outcome.type === 'input_required') {
    const { state, requests } = outcome;
    const question = serverQuestion(call, tool, requests, { now: context.now(), newId: uuidv7 });
    return { type: 'asks', question, state: JSON.stringify({ state, requests }) };
  }
  return { type: 'ended', result: await resultOf(outcome, tool, context) };
}

async function resultOf(outcome: Extract<McpOutcome, { type: 'done' }>, tool: CatalogTool, context: Context) {
  const { text, images } = tellContent(outcome.content, outcome.structured);
  const trimmed = trimResult(text);
  const full = trimmed.cut ? await saveResult(context, `${tool.name}.txt`, text) : null;
  const saved = await Promise.all(images.map(({ data, mimeType }) => saveImage(context, data, mimeType)));
  const files = saved.filter((file) => file !== null);
  return {
    ...plainResult(outcome.isError ? 'error' : 'ok', trimmed.text),
    outside: true,
    files,
    full,
    raw:
      files.length === 0
        ? null
        : [{ type: 'text', text: trimmed.text }, ...files.map(({ id }) => imageRef(id))],
  };
}
