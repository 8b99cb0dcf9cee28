/** Content blocks: which there are, who may say them, which members they have. */
import { isArray, isObject, without, type JsonObject } from '#dev/stand-in/json.ts';
import { refuse } from '../refusal.ts';
import * as field from './fields.ts';
import type { Block } from './request.ts';

type Role = 'user' | 'assistant';

/** Members beside `type` and `cache_control`, by kind of block; SDK 1.11.0, `ContentBlockParam`. */
const KINDS: Readonly<
  Record<string, { roles: readonly Role[]; keys: readonly string[]; cacheable: boolean }>
> = {
  text: { roles: ['user', 'assistant'], keys: ['text', 'citations'], cacheable: true },
  image: { roles: ['user'], keys: ['source', 'transformations'], cacheable: true },
  document: { roles: ['user'], keys: ['source', 'citations', 'context', 'title'], cacheable: true },
  search_result: { roles: ['user'], keys: ['content', 'source', 'title', 'citations'], cacheable: true },
  thinking: { roles: ['assistant'], keys: ['thinking', 'signature'], cacheable: false },
  redacted_thinking: { roles: ['assistant'], keys: ['data'], cacheable: false },
  tool_use: {
    roles: ['assistant'],
    keys: ['id', 'name', 'input', 'caller', 'toolset_name'],
    cacheable: true,
  },
  tool_result: {
    roles: ['user'],
    keys: ['tool_use_id', 'content', 'is_error', 'toolset_name'],
    cacheable: true,
  },
  server_tool_use: { roles: ['assistant'], keys: ['id', 'name', 'input', 'caller'], cacheable: true },
  container_upload: { roles: ['user', 'assistant'], keys: ['file_id'], cacheable: true },
};
const SERVER_RESULT =
  /^(web_search|web_fetch|code_execution|bash_code_execution|text_editor_code_execution|tool_search)_tool_result$/;
const TOOL_USE_ID = /^[a-zA-Z0-9_-]+$/;
const MEDIA_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const;

/** Reads `content` of a user or assistant message; a string stands for one text block. */
export function readContent(value: unknown, role: Role, path: string): readonly Block[] {
  if (typeof value === 'string') return value === '' ? [] : [textBlock(value)];
  return field.list(value, path).map((block, index) => readBlock(block, role, `${path}.${index}`));
}

/** A text block made of a string, as the API makes it. */
export function textBlock(text: string): Block {
  return { type: 'text', text, raw: { type: 'text', text }, mark: undefined };
}

export function readBlock(value: unknown, role: Role, path: string): Block {
  const block = field.object(value, path);
  const type = field.text(field.required(block, 'type', `${path}.type`), `${path}.type`);
  const kind = KINDS[type];
  if (kind === undefined && !SERVER_RESULT.test(type)) {
    refuse(
      'block_type',
      `${path}: Input tag '${type}' found using 'type' does not match any of the expected tags`,
    );
  }
  if (!(kind?.roles ?? ['assistant']).includes(role)) {
    refuse('block_role', `${path}: \`${type}\` blocks can only be in \`${other(role)}\` messages`);
  }
  const where = `${path}.${type}`;
  if (kind !== undefined) {
    field.onlyKeys(block, ['type', ...kind.keys, ...(kind.cacheable ? ['cache_control'] : [])], where);
  }
  const common = {
    raw: without(block, 'cache_control'),
    mark: field.cacheMark(block['cache_control'], `${where}.cache_control`),
  };
  switch (type) {
    case 'text':
      // Since version 2026-10-21; what the model cited stays in its own turns.
      if (role === 'user' && isArray(block['citations']) && block['citations'].length > 0) {
        refuse('user_citations', `${where}.citations: citations are not allowed in \`user\` messages`);
      }
      return { ...common, type, text: readText(block, where, common.mark !== undefined) };
    case 'thinking':
      return {
        ...common,
        type,
        thinking: field.text(field.required(block, 'thinking', `${where}.thinking`), `${where}.thinking`),
        signature: field.text(field.required(block, 'signature', `${where}.signature`), `${where}.signature`),
      };
    case 'redacted_thinking':
      return {
        ...common,
        type,
        data: field.text(field.required(block, 'data', `${where}.data`), `${where}.data`),
      };
    case 'tool_use':
      return { ...common, type, ...readToolUse(block, where) };
    case 'tool_result':
      return { ...common, type, ...readToolResult(block, where) };
    case 'image':
      checkImage(block, where);
      return { ...common, type: 'other', tag: type };
    default:
      return { ...common, type: 'other', tag: type };
  }
}

function other(role: Role): Role {
  return role === 'user' ? 'assistant' : 'user';
}

function readText(block: JsonObject, path: string, marked: boolean): string {
  const text = field.text(field.required(block, 'text', `${path}.text`), `${path}.text`);
  if (text === '' && marked)
    refuse('empty_text', `${path}: cache_control cannot be set for empty text blocks`);
  if (text === '') refuse('empty_text', 'messages: text content blocks must be non-empty');
  if (text.trim() === '')
    refuse('empty_text', 'messages: text content blocks must contain non-whitespace text');
  return text;
}

function readToolUse(block: JsonObject, path: string): { id: string; name: string; input: JsonObject } {
  const id = field.text(field.required(block, 'id', `${path}.id`), `${path}.id`);
  if (!TOOL_USE_ID.test(id)) {
    refuse('tool_use_id', `${path}.id: String should match pattern '${TOOL_USE_ID.source}'`);
  }
  const name = field.text(field.required(block, 'name', `${path}.name`), `${path}.name`);
  const input = field.required(block, 'input', `${path}.input`);
  if (!isObject(input)) refuse('tool_use_input', `${path}.input: Input should be an object`);
  return { id, name, input };
}

function readToolResult(
  block: JsonObject,
  path: string,
): { toolUseId: string; text: string; isError: boolean } {
  const toolUseId = field.text(
    field.required(block, 'tool_use_id', `${path}.tool_use_id`),
    `${path}.tool_use_id`,
  );
  const isError = block['is_error'] === undefined ? false : field.flag(block['is_error'], `${path}.is_error`);
  const content = block['content'];
  if (content === undefined) return { toolUseId, text: '', isError };
  if (typeof content === 'string') return { toolUseId, text: content, isError };
  const parts = field.list(content, `${path}.content`).map((part, index) => {
    const where = `${path}.content.${index}`;
    const inner = field.object(part, where);
    const type = field.oneOf(
      field.required(inner, 'type', `${where}.type`),
      ['text', 'image', 'search_result', 'document', 'tool_reference'],
      `${where}.type`,
    );
    if (type === 'text') return readText(inner, `${where}.text`, inner['cache_control'] !== undefined);
    if (type === 'image') checkImage(inner, `${where}.image`);
    return `[${type}]`;
  });
  return { toolUseId, text: parts.join('\n'), isError };
}

function checkImage(block: JsonObject, path: string): void {
  const source = field.object(field.required(block, 'source', `${path}.source`), `${path}.source`);
  const where = `${path}.source`;
  const type = field.oneOf(
    field.required(source, 'type', `${where}.type`),
    ['base64', 'url', 'file'],
    `${where}.type`,
  );
  if (type !== 'base64') return;
  field.oneOf(
    field.required(source, 'media_type', `${where}.base64.media_type`),
    MEDIA_TYPES,
    `${where}.base64.media_type`,
  );
  field.text(field.required(source, 'data', `${where}.base64.data`), `${where}.base64.data`);
}
