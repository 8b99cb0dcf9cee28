/** What clients see of the model's blocks. Signatures and blocks that only the model understands stay with us. */
import type { ContentBlock } from '#shared/protocol/conversation.ts';
import type { ModelBlock } from './ports.ts';

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** The arguments of a call: an object by the API's contract, and nothing else is passed on. */
const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** What was found, fetched or printed: pages by title and address, tools by name, output as it is. */
function linesOf(content: unknown): string[] {
  const whole = record(content);
  const { title } = record(whole['content']);
  const pages = Array.isArray(content) ? content : [{ title, url: whole['url'] }];
  return [
    ...pages.map((each) =>
      [text(record(each)['title']), text(record(each)['url'])].filter(Boolean).join(' '),
    ),
    ...list(whole['tool_references']).map((each) => text(record(each)['tool_name'])),
    text(whole['stdout']).trimEnd(),
    text(whole['stderr']).trimEnd(),
  ];
}

/** What the model's own service brought, in short: the whole of it is the model's. */
function serverResult(block: ModelBlock): ContentBlock {
  const { content } = block;
  const failed = record(content)['error_code'];
  const lines = linesOf(content);
  return {
    type: 'tool_result',
    toolUseId: text(block['tool_use_id']),
    isError: failed !== undefined,
    text: failed === undefined ? lines.filter(Boolean).join('\n') : text(failed),
    outcome: failed === undefined ? 'ok' : 'error',
    outside: block.type === 'web_search_tool_result' || block.type === 'web_fetch_tool_result',
  };
}

/** The blocks of a reply as clients see them, in order. */
export function toContent(blocks: ReadonlyArray<ModelBlock>): ContentBlock[] {
  return blocks.flatMap((block): ContentBlock[] => {
    switch (block.type) {
      case 'text':
        return text(block['text']) === '' ? [] : [{ type: 'text', text: text(block['text']) }];
      case 'thinking':
        return text(block['thinking']) === '' ? [] : [{ type: 'thinking', text: text(block['thinking']) }];
      case 'server_tool_use':
      case 'tool_use':
        return [
          {
            type: 'tool_use',
            id: text(block['id']),
            name: text(block['name']),
            input: record(block['input']),
            ...(block.type === 'server_tool_use' ? { server: true as const } : {}),
          },
        ];
      case 'web_search_tool_result':
      case 'web_fetch_tool_result':
      case 'code_execution_tool_result':
      case 'bash_code_execution_tool_result':
      case 'text_editor_code_execution_tool_result':
      case 'tool_search_tool_result':
        return [serverResult(block)];
      default:
        return [];
    }
  });
}
