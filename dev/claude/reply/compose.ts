/** Makes a reply of a draft: limits, ids, thinking as the request wants to see it, signatures. */
import { textBlock } from '../contract/blocks.ts';
import type { MessageRequest } from '../contract/request.ts';
import { digest, idSuffix } from '../digest.ts';
import { isObject, parseJson, type JsonObject } from '#dev/stand-in/json.ts';
import { endOf } from '../thinking/prefix.ts';
import { sign } from '../thinking/signature.ts';
import type { CacheFigures } from '../usage/cache.ts';
import { messageUsage, type OutputFigures } from '../usage/figures.ts';
import type { Draft, DraftBlock, StopReason } from './draft.ts';
import { limitDraft, type LimitedBlock } from './limit.ts';

export type ReplyBlock =
  | {
      readonly type: 'thinking';
      /** What the request gets to see: nothing, where the display is omitted. */
      readonly tokens: readonly string[];
      readonly signature: string;
    }
  | {
      readonly type: 'text';
      readonly tokens: readonly string[];
      readonly citations?: readonly JsonObject[] | undefined;
    }
  | {
      readonly type: 'tool_use';
      readonly id: string;
      readonly name: string;
      /** The input as JSON text; ends in the middle where the reply was cut there. */
      readonly tokens: readonly string[];
    }
  | { readonly type: 'server'; readonly block: JsonObject };

export interface Reply {
  readonly id: string;
  readonly model: string;
  readonly blocks: readonly ReplyBlock[];
  readonly stopReason: StopReason;
  readonly stopSequence: string | null;
  readonly stopDetails: JsonObject | null;
  readonly output: OutputFigures;
}

/** @param seed decides the ids; another attempt at the same request needs another seed. */
export async function compose(
  draft: Draft,
  request: MessageRequest,
  inputTokens: number,
  seed: string,
): Promise<Reply> {
  const contextRoom = Math.max(0, request.model.contextTokens - inputTokens);
  const room = Math.min(request.maxTokens, contextRoom);
  const limited = limitDraft(
    { ...draft, blocks: visible(draft.blocks, request) },
    draft.stopAt === undefined ? request.stopSequences : [draft.stopAt],
    room,
    contextRoom < request.maxTokens ? 'model_context_window_exceeded' : 'max_tokens',
  );
  const blocks = await signBlocks(limited.blocks, request, seed);
  const count = (kind?: LimitedBlock['type']): number =>
    limited.blocks
      .filter((block) => kind === undefined || block.type === kind)
      .reduce((sum, block) => sum + block.tokens.length, 0);
  return {
    id: `msg_01${idSuffix(`${seed} message`)}`,
    model: request.model.id,
    blocks,
    stopReason: limited.stopReason,
    stopSequence: limited.stopSequence,
    stopDetails: draft.stopDetails ?? null,
    output: { tokens: count(), thinkingTokens: count('thinking'), services: servicesIn(blocks) },
  };
}

/**
 * Thinking belongs in the reply only while thinking is on, and at low effort only before a call; `between_tools` keeps
 * only what stands between calls.
 */
function visible(blocks: readonly DraftBlock[], request: MessageRequest): readonly DraftBlock[] {
  const calls = blocks.some((block) => block.type === 'tool_use');
  const afterResult = request.messages.at(-1)?.content.some((block) => block.type === 'tool_result') ?? false;
  const show =
    request.thinking.type === 'between_tools'
      ? afterResult && calls
      : request.thinking.type !== 'off' && (request.effort !== 'low' || calls);
  return show ? blocks : blocks.filter((block) => block.type !== 'thinking');
}

async function signBlocks(
  blocks: readonly LimitedBlock[],
  request: MessageRequest,
  seed: string,
): Promise<readonly ReplyBlock[]> {
  const walk = endOf(request);
  // Notes between calls come back readable under `between_tools`; otherwise the display setting decides.
  const hidden = 'display' in request.thinking && request.thinking.display === 'omitted';
  const result: ReplyBlock[] = [];
  for (const [index, block] of blocks.entries()) {
    const { type, tokens } = block;
    if (type === 'thinking') {
      const shown = hidden ? [] : tokens;
      const origin = {
        model: request.model.id,
        shown: digest(shown.join('')),
        tokens: tokens.length,
        ...walk.here(),
      };
      const signature = await sign(origin);
      walk.passThinking(signature);
      result.push({ type, tokens: shown, signature });
      continue;
    }
    if (type === 'text') {
      walk.pass('assistant', textBlock(tokens.join('')));
      result.push({ type, tokens, citations: block.citations });
      continue;
    }
    if (type === 'server') {
      if (block.whole.type !== 'server') continue;
      const raw = block.whole.block;
      walk.pass('assistant', { type: 'other', tag: String(raw['type']), raw, mark: undefined });
      result.push({ type, block: raw });
      continue;
    }
    const id = `toolu_01${idSuffix(`${seed} tool ${index}`)}`;
    const input = parseInput(tokens.join(''));
    walk.pass('assistant', { type, id, name: block.name, input, raw: {}, mark: undefined });
    result.push({ type, id, name: block.name, tokens });
  }
  return result;
}

/** What was searched and fetched, which is billed apart; what failed is not billed, and null means nothing was asked. */
function servicesIn(blocks: readonly ReplyBlock[]): OutputFigures['services'] {
  const results = blocks.flatMap((block) => (block.type === 'server' ? [block.block] : []));
  const count = (type: string): number =>
    results.filter(
      (block) => block['type'] === type && !(isObject(block['content']) && 'error_code' in block['content']),
    ).length;
  if (!results.some(({ type }) => /^web_(search|fetch)_tool_result$/.test(String(type)))) return null;
  return {
    web_search_requests: count('web_search_tool_result'),
    web_fetch_requests: count('web_fetch_tool_result'),
  };
}

/** A call that was cut has no input worth the name; the API's non-streaming form shows what it could parse. */
function parseInput(json: string): JsonObject {
  const input = parseJson(json);
  return isObject(input) ? input : {};
}

/** The whole message, as a request without `stream` gets it. */
export function wholeMessage(reply: Reply, input: CacheFigures): JsonObject {
  return {
    ...emptyMessage(reply),
    content: reply.blocks.map(wholeBlock),
    stop_reason: reply.stopReason,
    stop_sequence: reply.stopSequence,
    stop_details: reply.stopDetails,
    usage: messageUsage(input, reply.output),
  };
}

/** The message as `message_start` shows it, without content and without an end. */
export function emptyMessage(reply: Reply): JsonObject {
  return {
    id: reply.id,
    type: 'message',
    role: 'assistant',
    model: reply.model,
    content: [],
    container: null,
    diagnostics: null,
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
  };
}

function wholeBlock(block: ReplyBlock): JsonObject {
  switch (block.type) {
    case 'thinking':
      return { type: 'thinking', thinking: block.tokens.join(''), signature: block.signature };
    case 'text':
      return { type: 'text', text: block.tokens.join(''), citations: block.citations ?? null };
    case 'tool_use':
      return {
        type: 'tool_use',
        id: block.id,
        name: block.name,
        input: parseInput(block.tokens.join('')),
        caller: { type: 'direct' },
      };
    case 'server':
      return block.block;
    default:
      return block satisfies never;
  }
}
