/** What clients see of the model's blocks. Signatures and blocks that only the model understands stay with us. */
import type { ContentBlock } from '#shared/protocol/conversation.ts';
import type { ModelBlock } from './ports.ts';

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** The arguments of a call: an object by the API's contract, and nothing else is passed on. */
const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

/** The blocks of a reply as clients see them, in order. */
export function toContent(blocks: ReadonlyArray<ModelBlock>): ContentBlock[] {
  return blocks.flatMap((block): ContentBlock[] => {
    switch (block.type) {
      case 'text':
        return text(block['text']) === '' ? [] : [{ type: 'text', text: text(block['text']) }];
      case 'thinking':
        return text(block['thinking']) === '' ? [] : [{ type: 'thinking', text: text(block['thinking']) }];
      case 'tool_use':
        return [
          {
            type: 'tool_use',
            id: text(block['id']),
            name: text(block['name']),
            input: record(block['input']),
          },
        ];
      default:
        return [];
    }
  });
}
