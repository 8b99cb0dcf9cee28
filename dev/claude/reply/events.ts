/**
 * The events of a streamed reply in the API's order: message_start, ping, then per block content_block_start, deltas
 * and content_block_stop, at last message_delta and message_stop. Shapes: SDK 1.11.0, `RawMessageStreamEvent`.
 */
import { seededRandom } from '../digest.ts';
import type { JsonObject } from '#dev/stand-in/json.ts';
import type { CacheFigures } from '../usage/cache.ts';
import { deltaUsage, messageUsage } from '../usage/figures.ts';
import { emptyMessage, type Reply, type ReplyBlock } from './compose.ts';

export interface StreamEvent {
  readonly name: string;
  readonly data: JsonObject;
  /** How many tokens it took to make: the pace waits for each of them. 0 for events that are not deltas. */
  readonly tokens: number;
}

/** @param extra members of the message that only some requests get (`input_transformations`). */
export function* streamEvents(
  reply: Reply,
  input: CacheFigures,
  extra: JsonObject = {},
): Generator<StreamEvent> {
  const begun = { tokens: Math.min(1, reply.output.tokens), thinkingTokens: 0, services: null };
  const usage = messageUsage(input, begun);
  yield event('message_start', { message: { ...emptyMessage(reply), ...extra, usage } });
  yield event('ping', {});
  for (const [index, block] of reply.blocks.entries()) {
    yield event('content_block_start', { index, content_block: startOf(block) });
    for (const { delta, tokens } of deltasOf(block, reply.id)) {
      yield { ...event('content_block_delta', { index, delta }), tokens };
    }
    yield event('content_block_stop', { index });
  }
  yield event('message_delta', {
    delta: {
      container: null,
      stop_reason: reply.stopReason,
      stop_sequence: reply.stopSequence,
      stop_details: reply.stopDetails,
    },
    usage: deltaUsage(input, reply.output),
  });
  yield event('message_stop', {});
}

function event(name: string, data: JsonObject): StreamEvent {
  return { name, data: { type: name, ...data }, tokens: 0 };
}

function startOf(block: ReplyBlock): JsonObject {
  switch (block.type) {
    case 'thinking':
      return { type: 'thinking', thinking: '', signature: '' };
    case 'text':
      return { type: 'text', text: '', citations: block.citations === undefined ? null : [] };
    case 'tool_use':
      return { type: 'tool_use', id: block.id, name: block.name, input: {}, caller: { type: 'direct' } };
    case 'server':
      // A call's input comes in pieces, a result whole.
      return block.block['type'] === 'server_tool_use' ? { ...block.block, input: {} } : block.block;
    default:
      return block satisfies never;
  }
}

function* deltasOf(block: ReplyBlock, seed: string): Generator<{ delta: JsonObject; tokens: number }> {
  switch (block.type) {
    case 'text':
      for (const citation of block.citations ?? [])
        yield { delta: { type: 'citations_delta', citation }, tokens: 0 };
      for (const text of block.tokens) yield { delta: { type: 'text_delta', text }, tokens: 1 };
      return;
    case 'thinking':
      // Where the display is omitted there is nothing but the signature.
      for (const thinking of block.tokens) yield { delta: { type: 'thinking_delta', thinking }, tokens: 1 };
      yield { delta: { type: 'signature_delta', signature: block.signature }, tokens: 0 };
      return;
    case 'tool_use':
      yield { delta: { type: 'input_json_delta', partial_json: '' }, tokens: 0 };
      for (const piece of awkwardPieces(block.tokens.join(''), `${seed} ${block.id}`)) {
        yield { delta: { type: 'input_json_delta', partial_json: piece }, tokens: 1 };
      }
      return;
    default:
      if (block.block['type'] !== 'server_tool_use') return;
      yield { delta: { type: 'input_json_delta', partial_json: '' }, tokens: 0 };
      for (const piece of awkwardPieces(
        JSON.stringify(block.block['input']),
        `${seed} ${String(block.block['id'])}`,
      )) {
        yield { delta: { type: 'input_json_delta', partial_json: piece }, tokens: 1 };
      }
  }
}

/**
 * JSON text in pieces of 1 to 7 characters: through keys, numbers, literals and escapes, never through a surrogate pair
 * (the API splits at characters; only the bytes of the stream are split anywhere).
 */
export function awkwardPieces(json: string, seed: string): readonly string[] {
  const random = seededRandom(seed);
  const points = Array.from(json);
  const pieces: string[] = [];
  for (let start = 0; start < points.length;) {
    const size = 1 + Math.floor(random() * 7);
    pieces.push(points.slice(start, start + size).join(''));
    start += size;
  }
  return pieces;
}
