/**
 * What the app relies on in the Messages API, said with the official client. Runs against the stand-in, and against the
 * real API where there is a key: then only what is cheap, and what the real model can be made to do.
 */
import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, test } from 'vitest';
import { claude } from '#shared/adapters/claude/model.ts';
import { scenarioContract } from './claude-scenarios.ts';

export interface ContractTarget {
  readonly baseURL: string;
  readonly apiKey: string;
  /** The real API: no scenarios, no control endpoint, every token costs. */
  readonly real: boolean;
}

const CHEAP = 'claude-haiku-5-5';
const QUIET = { type: 'disabled' } as const;
const WEATHER: Anthropic.Tool = {
  name: 'get_weather',
  description: 'Current weather in a city.',
  strict: true,
  input_schema: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
};
/** Longer than the shortest prompt that is cached. */
const HANDBOOK = 'Rule: be brief, be kind, and never invent a fact that nobody gave you. '.repeat(120);

export function messagesContract(target: ContractTarget): void {
  const client = new Anthropic({
    apiKey: target.apiKey,
    authToken: null,
    baseURL: target.baseURL,
    maxRetries: target.real ? 2 : 0,
    logLevel: 'off',
  });
  const hello: Anthropic.MessageCreateParamsNonStreaming = {
    model: CHEAP,
    max_tokens: 100,
    thinking: QUIET,
    messages: [{ role: 'user', content: 'Say hello in one short sentence.' }],
  };

  describe('half of a character', () => {
    const content = [{ type: 'text' as const, text: 'Say hello. \uD83C' }];
    const half = { role: 'user' as const, content };
    test('is refused with all of its request', async () => {
      const asked = client.messages.create({ ...hello, messages: [half] });
      await expect(asked).rejects.toThrow(Anthropic.BadRequestError);
    });

    test('leaves the app as a sign that stands for it, wherever it was cut', async () => {
      const { apiKey, baseURL: baseUrl } = target;
      const request = {
        model: CHEAP,
        maxTokens: 100,
        thinking: null,
        system: [],
        tools: [],
        messages: [half],
      };
      const reply = await claude({ apiKey, baseUrl }, Date.now).stream(
        { ...request, effort: null, binding: '', cacheLast: false },
        { signal: new AbortController().signal, onDelta: () => {} },
      );
      expect(reply).toMatchObject({ ok: true });
    });
  });

  describe('a reply', () => {
    test('in one piece has id, content, end and usage', async () => {
      const message = await client.messages.create(hello);
      expect(message).toMatchObject({
        type: 'message',
        role: 'assistant',
        model: CHEAP,
        stop_reason: 'end_turn',
      });
      expect(message.id).toMatch(/^msg_/);
      expect(message._request_id).toMatch(/^req_/);
      expect(message.content.map((block) => block.type)).toEqual(['text']);
      expect(message.usage.input_tokens).toBeGreaterThan(0);
      expect(message.usage.output_tokens).toBeGreaterThan(0);
      expect(message.usage.cache_read_input_tokens).toBe(0);
    });

    test('as a stream comes in the order of the API and adds up to the final message', async () => {
      const stream = client.messages.stream(hello);
      const events: Anthropic.MessageStreamEvent[] = [];
      for await (const event of stream) events.push(event);
      const message = await stream.finalMessage();
      const kinds = events.map((event) => event.type).filter((kind) => kind !== 'content_block_delta');
      expect(kinds).toEqual([
        'message_start',
        'content_block_start',
        'content_block_stop',
        'message_delta',
        'message_stop',
      ]);
      const streamed = events.map((event) =>
        event.type === 'content_block_delta' && event.delta.type === 'text_delta' ? event.delta.text : '',
      );
      const text = message.content.map((block) => (block.type === 'text' ? block.text : ''));
      expect(streamed.join('')).toBe(text.join(''));
      expect(message.stop_reason).toBe('end_turn');
      expect(message.usage.output_tokens).toBeGreaterThan(0);
    });

    test('ends with max_tokens where the limit is reached', async () => {
      const messages = [
        { role: 'user' as const, content: 'Write a plan of twenty long steps for moving house.' },
      ];
      const message = await client.messages.create({ ...hello, max_tokens: 8, messages });
      expect(message.stop_reason).toBe('max_tokens');
      expect(message.usage.output_tokens).toBeLessThanOrEqual(8);
    });

    test('follows a JSON schema where one is demanded', async () => {
      const schema = {
        type: 'object',
        properties: { title: { type: 'string' } },
        required: ['title'],
        additionalProperties: false,
      };
      const message = await client.messages.create({
        ...hello,
        output_config: { format: { type: 'json_schema', schema } },
        messages: [{ role: 'user', content: 'A title for a talk about lamps.' }],
      });
      const [block] = message.content;
      const reply: unknown = JSON.parse(block?.type === 'text' ? block.text : '');
      expect(reply).toEqual({ title: expect.any(String) });
    });

    test('ends at once when the caller aborts', async () => {
      const stream = client.messages.stream({ ...hello, max_tokens: 1000 });
      stream.on('streamEvent', () => stream.abort());
      await expect(stream.finalMessage()).rejects.toThrow(Anthropic.APIUserAbortError);
    });
  });

  describe('tools', () => {
    test('are called with an input, and the result leads to a reply', async () => {
      const marker = target.real ? '' : '[scenario: tool name=get_weather input={"city":"Paris"}] ';
      const content = `${marker}Use get_weather for Paris, then tell me.`;
      const messages: Anthropic.MessageParam[] = [{ role: 'user', content }];
      const first = await client.messages.stream({ ...hello, messages, tools: [WEATHER] }).finalMessage();
      expect(first.stop_reason).toBe('tool_use');
      const call = first.content.find((block) => block.type === 'tool_use');
      expect(call).toMatchObject({ name: 'get_weather', input: { city: expect.stringContaining('Paris') } });
      messages.push(
        { role: 'assistant', content: first.content },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: call?.id ?? '', content: '17 degrees, rain' }],
        },
      );
      const second = await client.messages.create({ ...hello, messages, tools: [WEATHER] });
      expect(second.stop_reason).toBe('end_turn');
      expect(JSON.stringify(second.content)).toMatch(/17|rain/);
    });
  });

  describe('tokens and cache', () => {
    test('are counted without a reply, more for more text', async () => {
      const { model, messages } = hello;
      const short = await client.messages.countTokens({ model, messages });
      const long = await client.messages.countTokens({ model, messages, system: HANDBOOK });
      expect(short.input_tokens).toBeGreaterThan(0);
      expect(long.input_tokens).toBeGreaterThan(short.input_tokens + 500);
    });

    test('a marked prefix is written once and read by the next request', async () => {
      const system: Anthropic.TextBlockParam[] = [
        { type: 'text', text: HANDBOOK, cache_control: { type: 'ephemeral' } },
      ];
      const { usage: first } = await client.messages.create({ ...hello, system });
      const { usage: second } = await client.messages.create({ ...hello, system });
      const cached = (first.cache_creation_input_tokens ?? 0) + (first.cache_read_input_tokens ?? 0);
      expect(cached).toBeGreaterThan(500);
      expect(second.cache_read_input_tokens).toBe(cached);
      expect(second.cache_creation_input_tokens).toBe(0);
    });
  });

  describe('models', () => {
    test('are listed, and one can be looked up', async () => {
      const page = await client.models.list();
      expect(page.data.map((model) => model.id)).toEqual(
        expect.arrayContaining([CHEAP, 'claude-sonnet-5-5']),
      );
      const model = await client.models.retrieve('claude-opus-5-5');
      expect(model.capabilities?.thinking.types.disabled.supported).toBe(false);
      await expect(client.models.retrieve('claude-nobody')).rejects.toThrow(Anthropic.NotFoundError);
    });
  });

  describe('errors', () => {
    test('have a class, a type and a request id', async () => {
      const error = await client.messages
        .create({ ...hello, model: 'claude-nobody' })
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Anthropic.NotFoundError);
      expect(error).toMatchObject({
        status: 404,
        type: 'not_found_error',
        requestID: expect.stringMatching(/^req_/),
      });
    });

    test('without a key: 401 in the envelope', async () => {
      const response = await send(target, hello, {});
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'authentication_error' } });
    });

    test.each<[string, object, RegExp]>(refusals())('refuse %s', async (_what, change, words) => {
      const body = { ...hello, model: 'claude-sonnet-5-5', thinking: undefined, ...change };
      const response = await send(target, body, { 'x-api-key': target.apiKey });
      const answer: { error: { type: string; message: string } } = JSON.parse(await response.text());
      expect([response.status, answer.error.type]).toEqual([400, 'invalid_request_error']);
      expect(answer.error.message).toMatch(words);
    });
  });

  if (!target.real) scenarioContract(target, client);
}

async function send(
  target: ContractTarget,
  body: object,
  key: Readonly<Record<string, string>>,
): Promise<Response> {
  return fetch(`${target.baseURL}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2026-10-21', ...key },
    body: JSON.stringify(body),
  });
}

/** Bodies that cost nothing, because they are refused before the model sees them. */
function refusals(): [string, object, RegExp][] {
  const user = (content: unknown): object => ({ role: 'user', content });
  const calls = {
    role: 'assistant',
    content: [{ type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: {} }],
  };
  const marked = { type: 'text', text: 'x', cache_control: { type: 'ephemeral' } };
  return [
    ['a request without max_tokens', { max_tokens: undefined }, /max_tokens: Field required/],
    ['temperature', { temperature: 0.5 }, /temperature/],
    ['an unknown parameter', { frobnicate: true }, /frobnicate: Extra inputs are not permitted/],
    ['a forced tool', { tools: [WEATHER], tool_choice: { type: 'any' } }, /tool_choice/],
    ['thinking switched off on Sonnet 5.5', { thinking: { type: 'disabled' } }, /between_tools/],
    ['a prefill', { messages: [user('hi'), { role: 'assistant', content: 'Well,' }] }, /prefill/],
    ['an empty text', { messages: [user([{ type: 'text', text: '' }])] }, /non-empty/],
    [
      'a call without a result',
      { tools: [WEATHER], messages: [user('hi'), calls, user('so?')] },
      /`tool_use` ids were found without `tool_result`/,
    ],
    [
      'a result without a call',
      { messages: [user([{ type: 'tool_result', tool_use_id: 'toolu_9', content: 'x' }])] },
      /unexpected `tool_use_id`/,
    ],
    [
      'five cache marks',
      { messages: [user([marked, marked, marked, marked, marked])] },
      /maximum of 4 blocks with cache_control/,
    ],
    ['two tools of one name', { tools: [WEATHER, WEATHER] }, /unique/],
    [
      'a tool name with a dot',
      { tools: [{ ...WEATHER, name: 'mail.send' }] },
      /name: String should match pattern/,
    ],
    [
      'an open object in a strict tool',
      { tools: [{ ...WEATHER, input_schema: { type: 'object' } }] },
      /additionalProperties/,
    ],
    [
      'a made-up thinking signature',
      {
        messages: [
          user('hi'),
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'x', signature: 'abcd' },
              { type: 'text', text: 'y' },
            ],
          },
          user('z'),
        ],
      },
      /Invalid `signature` in `thinking` block/,
    ],
  ];
}
