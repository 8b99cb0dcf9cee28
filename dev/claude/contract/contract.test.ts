import { describe, expect, test } from 'vitest';
import { readRequest, type Endpoint } from './body.ts';
import { MAX_OPTIONAL_PARAMETERS } from './schema.ts';

const user = (content: unknown): object => ({ role: 'user', content });
const assistant = (content: unknown): object => ({ role: 'assistant', content });
const call = (id: string): object => ({ type: 'tool_use', id, name: 'look', input: {} });
const result = (id: string): object => ({ type: 'tool_result', tool_use_id: id, content: 'seen' });
const text = (words: string, extra: object = {}): object => ({ type: 'text', text: words, ...extra });
const cached = { cache_control: { type: 'ephemeral' } };
const hour = { cache_control: { type: 'ephemeral', ttl: '1h' } };
const tool = (extra: object = {}): object => ({ name: 'look', input_schema: { type: 'object' }, ...extra });
const strict = (schema: object): object =>
  tool({ strict: true, input_schema: { type: 'object', additionalProperties: false, ...schema } });

const BASE = { model: 'claude-sonnet-5-5', max_tokens: 100, messages: [user('hello')] };

/** What the contract says of a body: `ok`, or the broken rule and the sentence. */
function verdict(change: object, endpoint: Endpoint = 'messages', betas: readonly string[] = []): string {
  const read = readRequest({ ...BASE, ...change }, endpoint, betas);
  return read.ok ? 'ok' : `${read.refusal.rule}: ${read.refusal.message}`;
}

describe('what is refused, by which rule and in which words', () => {
  test.each<[string, object, RegExp]>([
    ['no model', { model: undefined }, /^field_type: model: Input should be a valid string/],
    ['an unknown model', { model: 'claude-sonnet-9' }, /^model_known: model: claude-sonnet-9$/],
    ['no messages', { messages: [] }, /^messages_empty: messages: at least one message is required$/],
    [
      'an unknown role',
      { messages: [{ role: 'bot', content: 'x' }] },
      /^role: messages: Unexpected role "bot"/,
    ],
    [
      'a member of a message nobody knows',
      { messages: [{ ...user('x'), id: 1 }] },
      /^unknown_parameter: messages\.0\.id: Extra/,
    ],
    ['an assistant who speaks first', { messages: [assistant('x'), user('y')] }, /^first_role: /],
    [
      'an empty user turn',
      { messages: [user('')] },
      /^empty_content: messages\.0: user messages must have non-empty content$/,
    ],
    [
      'an empty text block',
      { messages: [user([text('')])] },
      /^empty_text: messages: text content blocks must be non-empty$/,
    ],
    ['a blank text block', { messages: [user([text(' \n')])] }, /^empty_text: .*non-whitespace/],
    [
      'an empty assistant turn in the middle',
      { messages: [user('a'), assistant(''), user('b')] },
      /^empty_content: messages\.1: all messages/,
    ],
    [
      'a prefill',
      { messages: [user('a'), assistant('The answer is')] },
      /^prefill: This model does not support assistant message prefill/,
    ],
    [
      'a block nobody knows',
      { messages: [user([{ type: 'video' }])] },
      /^block_type: messages\.0\.content\.0: Input tag 'video'/,
    ],
    [
      'a call made by the user',
      { messages: [user([call('t1')])] },
      /^block_role: .*`tool_use` blocks can only be in `assistant`/,
    ],
    ['citations in a user turn', { messages: [user([text('x', { citations: [{}] })])] }, /^user_citations: /],
    [
      'a call that is never answered',
      { messages: [user('a'), assistant([call('t1')]), user('b')] },
      /^tool_use_answered: messages\.1: `tool_use` ids were found without `tool_result` blocks immediately after: t1\./,
    ],
    [
      'one of two calls unanswered',
      { messages: [user('a'), assistant([call('t1'), call('t2')]), user([result('t1')])] },
      /^tool_use_answered: .*after: t2\./,
    ],
    [
      'words before the result',
      { messages: [user('a'), assistant([call('t1')]), user([text('wait'), result('t1')])] },
      /^tool_use_answered: /,
    ],
    [
      'an answer a turn too late',
      { messages: [user('a'), assistant([call('t1')]), user('b'), assistant('c'), user([result('t1')])] },
      /^tool_use_answered: /,
    ],
    [
      'a result without a call',
      { messages: [user([result('t9')])] },
      /^tool_result_orphan: messages\.0\.content\.0: unexpected `tool_use_id`/,
    ],
    [
      'two results for one call',
      { messages: [user('a'), assistant([call('t1')]), user([result('t1'), result('t1')])] },
      /^tool_result_once: messages\.2\.content\.1: each tool_use must have a single result/,
    ],
    [
      'one id for two calls',
      {
        messages: [
          user('a'),
          assistant([call('t1')]),
          user([result('t1')]),
          assistant([call('t1')]),
          user([result('t1')]),
        ],
      },
      /^tool_use_unique: messages\.3\.content\.0/,
    ],
    ['no limit', { max_tokens: undefined }, /^field_type: max_tokens/],
    ['a negative limit', { max_tokens: -1 }, /^max_tokens: max_tokens: must be greater/],
    [
      'a limit beyond the model',
      { max_tokens: 128_001 },
      /^max_tokens: max_tokens: 128001 > 128000, which is the maximum/,
    ],
    ['temperature', { temperature: 1 }, /^sampling: temperature: Extra inputs are not permitted$/],
    ['a parameter nobody knows', { mcp_servers: [] }, /^unknown_parameter: mcp_servers: Extra inputs/],
    [
      'two tools of one name',
      { tools: [tool(), tool()] },
      /^tool_names_unique: tools: Tool names must be unique\.$/,
    ],
    [
      'a tool name with a dot',
      { tools: [tool({ name: 'mail.send' })] },
      /^tool_name: tools\.0\.custom\.name: String should match pattern/,
    ],
    ['a tool name of 129 characters', { tools: [tool({ name: 'a'.repeat(129) })] }, /^tool_name: /],
    [
      'a tool without a schema',
      { tools: [{ name: 'look' }] },
      /^field_required: tools\.0\.custom\.input_schema/,
    ],
    [
      'a schema that is no object',
      { tools: [tool({ input_schema: { type: 'array' } })] },
      /^field_value: tools\.0\.custom\.input_schema\.type/,
    ],
    [
      'properties that are a list',
      { tools: [tool({ input_schema: { type: 'object', properties: [] } })] },
      /^tool_schema: .*draft 2020-12/,
    ],
    [
      'a forced tool',
      { tools: [tool()], tool_choice: { type: 'tool', name: 'look' } },
      /^forced_tool_use: tool_choice: type "tool" and "any" are not supported for this model\.$/,
    ],
    ['any forced tool', { tools: [tool()], tool_choice: { type: 'any' } }, /^forced_tool_use: /],
    [
      'thinking switched off on Sonnet 5.5',
      { thinking: { type: 'disabled' } },
      /^thinking_type: "thinking\.type\.disabled" is not supported for this model\. Use "thinking\.type\.between_tools"/,
    ],
    [
      'thinking switched off on Opus 5.5',
      { model: 'claude-opus-5-5', thinking: { type: 'disabled' } },
      /^thinking_type: .*Use "thinking\.type\.adaptive"/,
    ],
    [
      'between_tools on Opus 5.5',
      { model: 'claude-opus-5-5', thinking: { type: 'between_tools' } },
      /^thinking_type: "thinking\.type\.between_tools" is not supported for this model\.$/,
    ],
    [
      'a thinking budget',
      { thinking: { type: 'enabled', budget_tokens: 2048 }, max_tokens: 4096 },
      /^thinking_type: "thinking\.type\.enabled"/,
    ],
    [
      'between_tools with a display',
      { thinking: { type: 'between_tools', display: 'summarized' } },
      /^unknown_parameter: thinking\.between_tools\.display/,
    ],
    [
      'between_tools at the highest effort',
      { thinking: { type: 'between_tools' }, output_config: { effort: 'max' } },
      /^thinking_effort: /,
    ],
    [
      'block_binding without its beta',
      { thinking: { type: 'adaptive', block_binding: {} } },
      /^unknown_parameter: thinking\.adaptive\.block_binding/,
    ],
    [
      'an effort nobody knows',
      { output_config: { effort: 'extreme' } },
      /^field_value: output_config\.effort: Input should be 'low', /,
    ],
    [
      'a system turn at the head',
      { messages: [{ role: 'system', content: 'x' }, user('y')] },
      /^system_turn: messages\.0: use the top-level 'system'/,
    ],
    [
      'a system turn before a user turn',
      { messages: [user('a'), { role: 'system', content: 'x' }, user('y')] },
      /^system_turn: messages\.1: role 'system' must precede/,
    ],
    [
      'a system turn on a model without them',
      { model: 'claude-sonnet-5', messages: [user('a'), { role: 'system', content: 'x' }] },
      /^system_turn: role 'system' is not supported/,
    ],
    [
      'five marks',
      {
        system: [text('a', cached), text('b', cached)],
        messages: [user([text('c', cached), text('d', cached), text('e', cached)])],
      },
      /^cache_breakpoints: A maximum of 4 blocks with cache_control may be provided\. Found 5\.$/,
    ],
    [
      'four marks and the automatic one',
      { ...cached, system: [text('a', cached), text('b', cached), text('c', cached), text('d', cached)] },
      /^cache_breakpoints: .*Found 5\.$/,
    ],
    [
      'an hour after five minutes',
      { system: [text('a', cached)], messages: [user([text('b', hour)])] },
      /^cache_ttl: messages\.0\.content\.0\.cache_control\.ttl: a ttl='1h'/,
    ],
    [
      'a mark on an empty text',
      { system: [text('', cached)] },
      /^empty_text: system\.0: cache_control cannot be set for empty text blocks$/,
    ],
    [
      'a mark on thinking',
      {
        messages: [
          user('a'),
          assistant([{ type: 'thinking', thinking: 'x', signature: 'y', ...cached }, text('z')]),
          user('b'),
        ],
      },
      /^unknown_parameter: messages\.1\.content\.0\.thinking\.cache_control/,
    ],
    [
      'an open object in a strict schema',
      { tools: [tool({ strict: true })] },
      /^strict_schema: tools\.0\.custom: For 'object' type, 'additionalProperties' must be explicitly set to false$/,
    ],
    [
      'bounds in a strict schema',
      {
        tools: [strict({ properties: { n: { type: 'integer', maximum: 9, minimum: 1 } }, required: ['n'] })],
      },
      /^strict_schema: .*For 'integer' type, properties maximum, minimum are not supported$/,
    ],
    [
      'recursion in a strict schema',
      { tools: [strict({ properties: { next: { $ref: '#' } } })] },
      /^strict_schema: .*Recursive/,
    ],
    [
      'too many optional parameters',
      {
        tools: [
          strict({
            properties: Object.fromEntries(
              Array.from({ length: MAX_OPTIONAL_PARAMETERS + 1 }, (_, n) => [`p${n}`, { type: 'string' }]),
            ),
          }),
        ],
      },
      /^strict_schema: Schemas contains too many optional parameters \(25\)/,
    ],
    [
      'too many strict tools',
      {
        tools: Array.from({ length: 21 }, (_, n) => ({
          name: `t${n}`,
          strict: true,
          input_schema: { type: 'object', additionalProperties: false },
        })),
      },
      /^strict_tools_count: Too many strict tools \(21\)/,
    ],
    [
      'an open object in a format',
      { output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } },
      /^strict_schema: output_config\.format\.schema: /,
    ],
    ['an empty stop sequence', { stop_sequences: [''] }, /^stop_sequences: /],
    [
      'a file that is no picture',
      {
        messages: [user([{ type: 'image', source: { type: 'base64', media_type: 'image/tiff', data: '' } }])],
      },
      /^field_value: .*media_type/,
    ],
  ])('%s', (_name, change, expected) => {
    expect(verdict(change)).toMatch(expected);
  });

  test('counting tokens takes no limit and no stream, and applies the same rules otherwise', () => {
    const count = { max_tokens: undefined };
    const without = Object.fromEntries(Object.entries(BASE).filter(([key]) => key !== 'max_tokens'));
    expect(readRequest(without, 'count_tokens', []).ok).toBe(true);
    expect(verdict({}, 'count_tokens')).toMatch(/^unknown_parameter: max_tokens: Extra inputs/);
    expect(verdict({ ...count, tools: [tool()], tool_choice: { type: 'any' } }, 'count_tokens')).toMatch(
      /^unknown_parameter/,
    );
  });

  test('the first breach in the order of the API is the one reported', () => {
    expect(verdict({ zzz: 1, max_tokens: 'x' })).toMatch(/^field_type: max_tokens/);
    expect(verdict({ model: 7, messages: 'x' })).toMatch(/^field_type: model/);
    expect(verdict({ zzz: 1, messages: [assistant('x')] })).toMatch(/^unknown_parameter: zzz/);
  });
});

describe('what is accepted', () => {
  test.each<[string, object]>([
    ['two user messages in a row, which are one turn', { messages: [user('a'), user('b')] }],
    [
      'results spread over two user messages',
      {
        messages: [
          user('a'),
          assistant([call('t1'), call('t2')]),
          user([result('t1')]),
          user([result('t2'), text('go on')]),
        ],
      },
    ],
    [
      'parallel calls answered in another order',
      { messages: [user('a'), assistant([call('t1'), call('t2')]), user([result('t2'), result('t1')])] },
    ],
    [
      'a paused turn handed back',
      {
        messages: [
          user('a'),
          assistant([text('looking'), { type: 'server_tool_use', id: 's1', name: 'web_search', input: {} }]),
        ],
      },
    ],
    ['a system turn at the end', { messages: [user('a'), { role: 'system', content: 'be brief' }] }],
    [
      'four marks, hours first',
      {
        system: [text('a', hour), text('b', hour)],
        messages: [user([text('c', cached), text('d', cached)])],
      },
    ],
    ['an automatic mark', cached],
    [
      'a strict tool within the subset',
      { tools: [strict({ properties: { day: { type: 'string', format: 'date' } }, required: ['day'] })] },
    ],
    ['a tool of Anthropic', { tools: [{ type: 'web_search_20260318', name: 'web_search' }] }],
    [
      'thinking on, shown',
      { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'max' } },
    ],
    ['thinking off on Haiku 5.5', { model: 'claude-haiku-5-5', thinking: { type: 'disabled' } }],
    ['a limit of nothing, which fills the cache', { max_tokens: 0 }],
    [
      'a prefill on a model that still takes one',
      { model: 'claude-haiku-4-5', messages: [user('a'), assistant('The answer is')] },
    ],
  ])('%s', (_name, change) => {
    expect(verdict(change)).toBe('ok');
  });

  test('block_binding with its beta', () => {
    const thinking = { type: 'adaptive', block_binding: { prefix_mismatch_behavior: 'drop_block' } };
    expect(verdict({ thinking }, 'messages', ['thinking-binding-controls-2026-08-01'])).toBe('ok');
  });
});
