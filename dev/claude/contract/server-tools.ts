/**
 * Rules on tools that the API runs itself: which may be deferred, that every call of one has its result in the same
 * turn (only a paused turn that is handed back may end without), and that a reference names a tool of the request.
 * Belongs to platform.claude.com/docs/en/agents-and-tools/tool-use (tool-search-tool, web-search-tool,
 * tool-use-with-prompt-caching); the sentences of these refusals, and that a mark on a deferred tool is one, were written
 * from memory and not checked against those pages or a live key.
 */
import { isArray, isObject } from '#dev/stand-in/json.ts';
import { refuse } from '../refusal.ts';
import type { Block, Message, ToolSpec } from './request.ts';

const SEARCH = /^tool_search_tool_(regex|bm25)_/;

export const isToolSearch = ({ builtin }: ToolSpec): boolean => SEARCH.test(builtin ?? '');

export function checkDeferred(tools: readonly ToolSpec[]): void {
  for (const [index, tool] of tools.entries()) {
    if (!tool.deferred) continue;
    if (isToolSearch(tool)) {
      refuse('tool_search_deferred', `tools.${index}: the tool search tool itself cannot have defer_loading`);
    }
    if (tool.mark !== undefined) {
      refuse(
        'deferred_mark',
        `tools.${index}: cache_control cannot be set on a tool with defer_loading set to true`,
      );
    }
  }
  if (tools.length > 0 && tools.every(({ deferred }) => deferred)) {
    refuse(
      'all_deferred',
      'tools: All tools have defer_loading set. At least one tool must be non-deferred.',
    );
  }
}

/** The kind of block that answers a call of this server tool. */
const resultTypeOf = (name: string): string =>
  `${name.startsWith('tool_search_tool_') ? 'tool_search' : name}_tool_result`;

/** The names of the tools that a block refers to. */
export function referencesIn(block: Block): readonly string[] {
  if (block.type !== 'other' && block.type !== 'tool_result') return [];
  const { content } = block.raw;
  const list = isObject(content) ? content['tool_references'] : content;
  return (isArray(list) ? list : []).flatMap((one) =>
    isObject(one) && one['type'] === 'tool_reference' && typeof one['tool_name'] === 'string'
      ? [one['tool_name']]
      : [],
  );
}

export function checkServerBlocks(messages: readonly Message[], tools: readonly ToolSpec[]): void {
  const known = new Set(tools.map(({ name }) => name));
  let open = new Map<string, string>();
  for (const [index, { role, content }] of messages.entries()) {
    if (role === 'user' && open.size > 0) {
      const [[id, name] = ['', '']] = open;
      refuse(
        'server_tool_answered',
        `messages.${index - 1}: \`${name}\` tool use with id \`${id}\` was found without a corresponding ` +
          `\`${resultTypeOf(name)}\` block`,
      );
    }
    for (const [place, block] of content.entries()) {
      const path = `messages.${index}.content.${place}`;
      for (const name of referencesIn(block)) {
        if (!known.has(name)) {
          refuse(
            'tool_reference',
            `${path}: Tool reference '${name}' not found in available tools: it has no corresponding tool definition`,
          );
        }
      }
      if (block.type === 'other') open = passed(block.raw, block.tag, path, open);
    }
  }
}

/** What is open after this block. */
function passed(
  raw: Block['raw'],
  tag: string,
  path: string,
  open: ReadonlyMap<string, string>,
): Map<string, string> {
  const after = new Map(open);
  if (tag === 'server_tool_use') after.set(String(raw['id']), String(raw['name']));
  if (!tag.endsWith('_tool_result')) return after;
  const id = String(raw['tool_use_id']);
  const name = after.get(id);
  if (name === undefined || resultTypeOf(name) !== tag) {
    refuse(
      'server_result_orphan',
      `${path}: unexpected \`tool_use_id\` found in \`${tag}\` blocks: ${id}. Each \`${tag}\` block must have a ` +
        'corresponding `server_tool_use` block before it.',
    );
  }
  after.delete(id);
  return after;
}
