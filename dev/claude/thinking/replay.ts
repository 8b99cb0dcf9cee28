/**
 * Looks at thinking blocks that are sent back. Changed ones are refused; those of a model whose thinking this one
 * cannot read are dropped without a word; those before which something changed are refused, or dropped with every later
 * one where the request asks for it.
 */
import { BINDING_BETA, type Block, type Message, type MessageRequest } from '../contract/request.ts';
import { digest } from '../digest.ts';
import { findModel, type ModelSpec } from '../models.ts';
import type { Refusal } from '../refusal.ts';
import { PrefixWalk, type Surroundings } from './prefix.ts';
import { verify, type Origin } from './signature.ts';

export interface Dropped {
  readonly path: string;
  readonly reason: 'model_binding_mismatch' | 'prefix_binding_mismatch';
}
export type Replay =
  | {
      ok: true;
      /** The conversation as the model sees it, without the dropped blocks. */
      messages: readonly Message[];
      dropped: readonly Dropped[];
      /** Tokens of a block by its signature. */
      tokens: (signature: string) => number;
    }
  | { ok: false; refusal: Refusal };

export async function checkReplay(request: MessageRequest): Promise<Replay> {
  const walk = new PrefixWalk(request);
  const dropped: Dropped[] = [];
  const tokens = new Map<string, number>();
  const kept: Message[] = [];
  const dropOnMismatch =
    'onPrefixMismatch' in request.thinking && request.thinking.onPrefixMismatch === 'drop_block';
  let broken = false;
  for (const [index, message] of request.messages.entries()) {
    const content: Block[] = [];
    for (const [place, block] of message.content.entries()) {
      if (block.type !== 'thinking') {
        walk.pass(message.role, block);
        content.push(block);
        continue;
      }
      const path = `messages.${index}.content.${place}`;
      const origin = await verify(block.signature);
      if (origin === undefined || origin.shown !== digest(block.thinking)) return invalid(path);
      const here = walk.here();
      walk.passThinking(block.signature);
      if (!canRead(request.model, origin.model)) {
        dropped.push({ path, reason: 'model_binding_mismatch' });
        continue;
      }
      const change = bindsBoth(request.model, origin) ? changed(origin, here) : undefined;
      if (change !== undefined && !dropOnMismatch) return mismatch(path, change, request.betas);
      broken ||= change !== undefined;
      if (broken) {
        dropped.push({ path, reason: 'prefix_binding_mismatch' });
        continue;
      }
      tokens.set(block.signature, origin.tokens);
      content.push(block);
    }
    kept.push({ role: message.role, content });
  }
  return { ok: true, messages: kept, dropped, tokens: (signature) => tokens.get(signature) ?? 0 };
}

function canRead(reader: ModelSpec, writer: string): boolean {
  return alias(reader.id) === alias(writer) || reader.readsThinkingOf.includes(alias(writer));
}

/** `claude-haiku-4-5-20251001` and `claude-haiku-4-5` are one model. */
function alias(model: string): string {
  return model.replace(/-20\d{6}$/, '');
}

function bindsBoth(reader: ModelSpec, origin: Origin): boolean {
  return reader.bindsPrefix && (findModel(origin.model)?.bindsPrefix ?? false);
}

/** What differs from the time the block was written, in words for the message. */
function changed(origin: Origin, here: Surroundings): string | undefined {
  if (origin.system !== here.system) return 'The system prompt changed.';
  if (origin.tools !== here.tools) return 'The tools changed.';
  if (origin.before !== here.before) return 'An earlier message changed.';
  // A leading run of thinking blocks may be left out, one between others may not.
  if (here.previous !== '' && origin.previous !== here.previous)
    return 'A thinking block before it is missing or moved.';
  return undefined;
}

function invalid(path: string): Replay {
  const message = `${path}: Invalid \`signature\` in \`thinking\` block`;
  return {
    ok: false,
    refusal: { status: 400, type: 'invalid_request_error', message, rule: 'thinking_signature' },
  };
}

function mismatch(path: string, change: string, betas: readonly string[]): Replay {
  const needed = betas.includes(BINDING_BETA)
    ? ''
    : ` That setting requires the \`${BINDING_BETA}\` value in the \`anthropic-beta\` header.`;
  const message =
    `${path}: Invalid \`signature\` in \`thinking\` block. The block is bound to a different conversation. Remove the ` +
    `block, or set \`thinking.block_binding.prefix_mismatch_behavior\` to "drop_block".${needed} ${change}`;
  return {
    ok: false,
    refusal: { status: 400, type: 'invalid_request_error', message, rule: 'thinking_binding' },
  };
}
