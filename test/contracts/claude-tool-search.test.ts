/** How strict the stand-in is about deferred tools, and what a search finds and costs. */
import { describe, expect, test } from 'vitest';
import { isArray, isObject } from '#dev/stand-in/json.ts';
import { MODEL, post, quickStandIn } from '#dev/claude/testing.ts';

const search = { type: 'tool_search_tool_bm25_20251119', name: 'tool_search_tool_bm25' };
const tool = (name: string, description: string, extra: object = {}) => ({
  name,
  description,
  input_schema: { type: 'object' },
  ...extra,
});
const weather = tool('get_weather', 'Tells how warm or wet it is somewhere.', { defer_loading: true });
const stocks = tool('get_stock', 'Tells the price of a share.', { defer_loading: true });
const user = (text: string) => ({ role: 'user', content: text });
const CALL = '[scenario: tool name=get_weather input={"city": "Oslo"}]';
const id = 'srvtoolu_1';
const searched = { type: 'server_tool_use', id, name: search.name, input: { query: 'weather' } };
const found = (name: string, of = id) => ({
  type: 'tool_search_tool_result',
  tool_use_id: of,
  content: {
    type: 'tool_search_tool_search_result',
    tool_references: [{ type: 'tool_reference', tool_name: name }],
  },
});

async function ask(body: object) {
  const standIn = quickStandIn();
  const response = await post(standIn, '/v1/messages', {
    model: MODEL,
    max_tokens: 500,
    messages: [user(CALL)],
    ...body,
  });
  const answer: unknown = await response.json();
  const blocks = isObject(answer) && isArray(answer['content']) ? answer['content'] : [];
  const content = blocks.filter((block) => isObject(block) && block['type'] !== 'thinking');
  const entry = standIn.journal.list().at(-1);
  return { status: response.status, rule: entry?.rule, tokens: entry?.cache?.tokens ?? 0, content };
}

describe('refused', () => {
  const history = (...content: object[]) => [user('a'), { role: 'assistant', content }, user('b')];
  test.each<[string, string, object]>([
    ['all tools deferred', 'all_deferred', { tools: [weather, stocks] }],
    [
      'a deferred search tool',
      'tool_search_deferred',
      { tools: [{ ...search, defer_loading: true }, weather] },
    ],
    [
      'a mark on a deferred tool',
      'deferred_mark',
      { tools: [search, { ...weather, cache_control: { type: 'ephemeral' } }] },
    ],
    [
      'a reference to no tool',
      'tool_reference',
      { tools: [search, weather], messages: history(searched, found('gone')) },
    ],
    [
      'a call without a result',
      'server_tool_answered',
      { tools: [search, weather], messages: history(searched) },
    ],
    [
      'a result without a call',
      'server_result_orphan',
      { tools: [search, weather], messages: history(found('get_weather')) },
    ],
    [
      'a result of another call',
      'server_result_orphan',
      { tools: [search, weather], messages: history(searched, found('get_weather', 'srvtoolu_2')) },
    ],
  ])('%s', async (_name, rule, body) => {
    expect(await ask(body)).toMatchObject({ status: 400, rule });
  });
});

test('a deferred tool is called only after a search that found it', async () => {
  const { content } = await ask({ tools: [search, weather, stocks] });
  expect(content).toMatchObject([
    { type: 'server_tool_use', name: search.name, input: { query: 'get weather' } },
    { type: 'tool_search_tool_result', content: { tool_references: [{ tool_name: 'get_weather' }, {}] } },
    { type: 'tool_use', name: 'get_weather', input: { city: 'Oslo' } },
  ]);
  const known = [user('a'), { role: 'assistant', content: [searched, found('get_weather')] }, user(CALL)];
  const again = await ask({ tools: [search, weather, stocks], messages: known });
  expect(again.content).toMatchObject([{ type: 'tool_use', name: 'get_weather' }]);
});

test('without a search tool nobody finds it', async () => {
  const { content } = await ask({ tools: [tool('note', 'Notes.'), weather] });
  expect(content).toMatchObject([{ type: 'text' }]);
});

test('deferred tools cost nothing until a reference to them stands in the conversation', async () => {
  const long = { ...weather, description: 'Tells how warm it is. '.repeat(100) };
  const messages = [user('a'), { role: 'assistant', content: [searched, found('get_weather')] }, user('b')];
  const costs = async (tools: object[], said: object[]) => (await ask({ tools, messages: said })).tokens;
  const without = await costs([search], [user('a')]);
  expect(await costs([search, long, stocks], [user('a')])).toBe(without);
  const short = await costs([search, weather], messages);
  expect((await costs([search, long], messages)) - short).toBeGreaterThan(300);
});
