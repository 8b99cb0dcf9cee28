/**
 * Tool search as the API runs it: a deferred tool is unknown to the model until a reference to it stands in the
 * conversation. Whatever wants to call one, a scenario or a queued reply, has to search first, and can call only what the
 * search found.
 */
import { isToolSearch, referencesIn } from '../contract/server-tools.ts';
import type { MessageRequest, ToolSpec } from '../contract/request.ts';
import { digest, idSuffix } from '../digest.ts';
import type { Draft, DraftBlock } from '../reply/draft.ts';
import { isObject } from '#dev/stand-in/json.ts';

/** References in one result (3 to 5 in the documentation). */
const FOUND = 5;
/** The usual constants of BM25. */
const K = 1.2;
const B = 0.75;

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** What is searched: names, descriptions, names and descriptions of arguments. */
function textOf({ name, description, inputSchema }: ToolSpec): string {
  const { properties } = inputSchema;
  const members = isObject(properties) ? Object.entries(properties) : [];
  const told = members.map(([key, one]) => `${key} ${isObject(one) ? String(one['description'] ?? '') : ''}`);
  return [name, description, ...told].join(' ');
}

/** Tools by BM25, best first; those without a word of the query are left out. */
function searchTools(tools: readonly ToolSpec[], query: string): readonly string[] {
  const texts = tools.map((tool) => wordsOf(textOf(tool)));
  const mean = texts.reduce((sum, words) => sum + words.length, 0) / Math.max(1, texts.length);
  const wanted = [...new Set(wordsOf(query))];
  const weights = wanted.map((word) => {
    const having = texts.filter((words) => words.includes(word)).length;
    return Math.log(1 + (texts.length - having + 0.5) / (having + 0.5));
  });
  const scores = texts.map((words) =>
    wanted.reduce((sum, word, at) => {
      const times = words.filter((one) => one === word).length;
      const damped = (times * (K + 1)) / (times + K * (1 - B + (B * words.length) / mean));
      return sum + (weights[at] ?? 0) * damped;
    }, 0),
  );
  return tools
    .map(({ name }, at) => ({ name, score: scores[at] ?? 0 }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))
    .slice(0, FOUND)
    .map(({ name }) => name);
}

/** An id for a block of a server tool: equal for equal places in equal conversations. */
export const serverId = (request: MessageRequest, place: string): string =>
  `srvtoolu_01${idSuffix(digest(JSON.stringify([request.messages.map(({ content }) => content.map(({ raw }) => raw)), place])))}`;

/** A search and its result, and what it found. */
export function searching(
  request: MessageRequest,
  query: string,
): { blocks: readonly DraftBlock[]; found: readonly string[] } {
  const tool = request.tools.find(isToolSearch);
  if (tool === undefined) return { blocks: [], found: [] };
  const found = searchTools(
    request.tools.filter(({ deferred }) => deferred),
    query,
  );
  const id = serverId(request, `search ${query}`);
  const references = found.map((name) => ({ type: 'tool_reference', tool_name: name }));
  const call = { type: 'server_tool_use', id, name: tool.name, input: { query } };
  const content = { type: 'tool_search_tool_search_result', tool_references: references };
  return {
    found,
    blocks: [
      { type: 'server', block: { ...call, caller: { type: 'direct' } } },
      { type: 'server', block: { type: 'tool_search_tool_result', tool_use_id: id, content } },
    ],
  };
}

/** The draft with a search before each call of a deferred tool that the conversation does not know yet. */
export function withSearches(draft: Draft, request: MessageRequest): Draft {
  const hidden = new Set(request.tools.filter(({ deferred }) => deferred).map(({ name }) => name));
  for (const { content } of request.messages)
    for (const block of content) for (const name of referencesIn(block)) hidden.delete(name);
  const blocks = draft.blocks.flatMap((block): readonly DraftBlock[] => {
    if (block.type === 'server') {
      for (const name of referencesIn({ type: 'other', tag: '', raw: block.block, mark: undefined }))
        hidden.delete(name);
    }
    if (block.type !== 'tool_use' || !hidden.has(block.name)) return [block];
    const { blocks: search, found } = searching(request, wordsOf(block.name.replaceAll('_', ' ')).join(' '));
    for (const name of found) hidden.delete(name);
    if (!hidden.has(block.name)) return [...search, block];
    return [...search, { type: 'text', text: `I searched for ${block.name} and did not find it.` }];
  });
  return { ...draft, blocks };
}
