/** The list of messages, item by item: role, content, nothing else. How they follow each other is in turns.ts. */
import { refuse } from '../refusal.ts';
import { readContent } from './blocks.ts';
import * as field from './fields.ts';
import type { Message } from './request.ts';

const MAX_MESSAGES = 100_000;

export function readMessages(value: unknown): readonly Message[] {
  const items = field.list(value, 'messages');
  if (items.length === 0) refuse('messages_empty', 'messages: at least one message is required');
  if (items.length > MAX_MESSAGES) {
    refuse('messages_count', `messages: List should have at most ${MAX_MESSAGES} items, not ${items.length}`);
  }
  return items.map(readMessage);
}

function readMessage(value: unknown, index: number): Message {
  const path = `messages.${index}`;
  const item = field.object(value, path);
  const role = field.text(field.required(item, 'role', `${path}.role`), `${path}.role`);
  if (role !== 'user' && role !== 'assistant' && role !== 'system') {
    refuse('role', `messages: Unexpected role "${role}". Allowed roles are "user" or "assistant"`);
  }
  const content = field.required(item, 'content', `${path}.content`);
  field.onlyKeys(item, ['role', 'content'], path);
  if (role !== 'system') return { role, content: readContent(content, role, `${path}.content`) };
  const blocks =
    typeof content === 'string' ? [{ type: 'text', text: content }] : field.list(content, `${path}.content`);
  return {
    role,
    content: blocks.map((block, place) => {
      const where = `${path}.content.${place}`;
      const inner = field.object(block, where);
      const type = field.text(field.required(inner, 'type', `${where}.type`), `${where}.type`);
      if (type !== 'text') {
        refuse(
          'system_turn',
          `${path}: role 'system' supports text, tool_addition, and tool_removal blocks only`,
        );
      }
      const text = field.text(field.required(inner, 'text', `${where}.text.text`), `${where}.text.text`);
      if (text.trim() === '') {
        refuse('system_turn', `${path}: system text blocks must contain non-whitespace text`);
      }
      const mark = field.cacheMark(inner['cache_control'], `${where}.text.cache_control`);
      return { type: 'text', text, raw: { type: 'text', text }, mark };
    }),
  };
}
