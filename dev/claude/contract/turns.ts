/**
 * How messages follow each other: who begins, who ends, that nobody says nothing, and that every call of a tool is
 * answered exactly once in the very next user turn. Consecutive messages of one role count as one turn, as the SDK's
 * documentation of `messages` says.
 */
import type { ModelSpec } from '../models.ts';
import { refuse } from '../refusal.ts';
import type { Block, Message } from './request.ts';

/** A block with the place it had in the request, for messages. */
interface Placed {
  readonly block: Block;
  readonly message: number;
  readonly path: string;
}
interface Turn {
  readonly role: 'user' | 'assistant';
  readonly blocks: readonly Placed[];
  readonly first: number;
}

export function checkTurns(messages: readonly Message[], model: ModelSpec): void {
  checkSystemTurns(messages, model);
  const turns = mergeTurns(messages);
  if (turns[0]?.role !== 'user') refuse('first_role', 'messages: first message must use the "user" role');
  for (const [index, turn] of turns.entries()) {
    if (turn.blocks.length > 0) continue;
    if (turn.role === 'user') {
      refuse('empty_content', `messages.${turn.first}: user messages must have non-empty content`);
    }
    if (index < turns.length - 1) {
      refuse(
        'empty_content',
        `messages.${turn.first}: all messages must have non-empty content except for the optional final assistant message`,
      );
    }
  }
  checkToolPairs(turns);
  checkPrefill(turns.at(-1), model);
}

function mergeTurns(messages: readonly Message[]): readonly Turn[] {
  const turns: { role: 'user' | 'assistant'; blocks: Placed[]; first: number }[] = [];
  for (const [message, { role, content }] of messages.entries()) {
    if (role === 'system') continue;
    const placed = content.map((block, index) => ({
      block,
      message,
      path: `messages.${message}.content.${index}`,
    }));
    const last = turns.at(-1);
    if (last?.role === role) last.blocks.push(...placed);
    else turns.push({ role, blocks: placed, first: message });
  }
  return turns;
}

/** Only on models that take them, after a user turn, before an assistant turn or at the end. */
function checkSystemTurns(messages: readonly Message[], model: ModelSpec): void {
  for (const [index, message] of messages.entries()) {
    if (message.role !== 'system') continue;
    if (!model.systemTurns) refuse('system_turn', `role 'system' is not supported on this model`);
    if (message.content.length === 0) {
      refuse('system_turn', `messages.${index}: system content must contain at least one block`);
    }
    if (index === 0) {
      refuse('system_turn', `messages.0: use the top-level 'system' parameter for the initial system prompt`);
    }
    if (messages[index + 1]?.role === 'user') {
      refuse(
        'system_turn',
        `messages.${index}: role 'system' must precede an 'assistant' message or end the array`,
      );
    }
  }
}

function checkToolPairs(turns: readonly Turn[]): void {
  const seen = new Set<string>();
  for (const [index, turn] of turns.entries()) {
    if (turn.role === 'user') {
      checkResults(turn, turns[index - 1]);
      continue;
    }
    const calls: string[] = [];
    for (const { block, path } of turn.blocks) {
      if (block.type !== 'tool_use') continue;
      if (seen.has(block.id)) refuse('tool_use_unique', `${path}: \`tool_use\` ids must be unique`);
      seen.add(block.id);
      calls.push(block.id);
    }
    const answered = leadingResults(turns[index + 1]);
    const open = calls.filter((id) => !answered.has(id));
    if (open.length > 0) {
      refuse(
        'tool_use_answered',
        `messages.${turn.blocks.at(-1)?.message ?? turn.first}: \`tool_use\` ids were found without \`tool_result\` ` +
          `blocks immediately after: ${open.join(', ')}. Each \`tool_use\` block must have a corresponding ` +
          '`tool_result` block in the next message.',
      );
    }
  }
}

/** Results count only where they stand first in the user turn: text before them separates them from the call. */
function leadingResults(turn: Turn | undefined): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { block } of turn?.blocks ?? []) {
    if (block.type !== 'tool_result') break;
    ids.add(block.toolUseId);
  }
  return ids;
}

function checkResults(turn: Turn, before: Turn | undefined): void {
  const calls = new Set(
    (before?.blocks ?? []).flatMap(({ block }) => (block.type === 'tool_use' ? [block.id] : [])),
  );
  const seen = new Set<string>();
  for (const { block, path } of turn.blocks) {
    if (block.type !== 'tool_result') continue;
    const id = block.toolUseId;
    if (!calls.has(id)) {
      refuse(
        'tool_result_orphan',
        `${path}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must ` +
          'have a corresponding `tool_use` block in the previous message.',
      );
    }
    if (seen.has(id)) {
      refuse(
        'tool_result_once',
        `${path}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${id}`,
      );
    }
    seen.add(id);
  }
}

/** A final assistant turn is a prefill, unless it is a paused turn handed back: that one ends with a server tool. */
function checkPrefill(last: Turn | undefined, model: ModelSpec): void {
  if (last?.role !== 'assistant' || model.prefill) return;
  const end = last.blocks.at(-1)?.block;
  if (end === undefined || end.type === 'other') return;
  refuse(
    'prefill',
    'This model does not support assistant message prefill. The conversation must end with a user message.',
  );
}
