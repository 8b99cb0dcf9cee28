/** The part of the contract that only a stand-in can be made to show: every way a reply can end, fail or break off. */
import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, test } from 'vitest';
import type { ContractTarget } from './claude.contract.ts';

const NOTE: Anthropic.Tool = { name: 'note', input_schema: { type: 'object' } };

export function scenarioContract(target: ContractTarget, client: Anthropic): void {
  const ask = (content: string): Omit<Anthropic.MessageCreateParamsNonStreaming, 'stream'> => ({
    model: 'claude-sonnet-5-5',
    max_tokens: 4000,
    messages: [{ role: 'user', content }],
    tools: [NOTE],
  });
  const streamed = async (content: string): Promise<Anthropic.Message> =>
    client.messages.stream(ask(content)).finalMessage();
  const thrown = async (content: string): Promise<unknown> =>
    streamed(content).catch((error: unknown) => error);

  describe('how a reply can end', () => {
    test('refusal, with its reason', async () => {
      const message = await streamed('[scenario: refusal category=cyber words=4]');
      expect(message).toMatchObject({
        stop_reason: 'refusal',
        stop_details: { type: 'refusal', category: 'cyber', explanation: expect.any(String) },
      });
      expect(message.content).toHaveLength(1);
      expect((await streamed('[scenario: refusal]')).content).toEqual([]);
    });

    test('stop_sequence, with the sequence', async () => {
      const message = await streamed('[scenario: stop-sequence text="END"]');
      expect(message).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'END' });
      const asked = await client.messages.create({
        ...ask('make a plan for a talk'),
        stop_sequences: ['3.'],
      });
      expect(asked).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: '3.' });
      expect(JSON.stringify(asked.content)).not.toContain('3.');
    });

    test('max_tokens in the middle of words, and the window of the model', async () => {
      const cut = await streamed('[scenario: max-tokens after=7]');
      expect(cut).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 7 } });
      expect((await streamed('[scenario: context-exceeded]')).stop_reason).toBe(
        'model_context_window_exceeded',
      );
    });

    test('max_tokens in the middle of a call: its JSON stays open', async () => {
      const stream = client.messages.stream(
        ask('[scenario: max-tokens-tool name=note input={"text":"a b c d e f g"} after=5]'),
      );
      let json = '';
      stream.on('inputJson', (piece) => void (json += piece));
      const message = await stream.finalMessage();
      expect(message.stop_reason).toBe('max_tokens');
      expect(message.content.at(-1)).toMatchObject({ type: 'tool_use', name: 'note' });
      expect(() => JSON.parse(json)).toThrow(SyntaxError);
    });

    test('pause_turn: sent back as it is, the turn goes on', async () => {
      const params = ask('[scenario: pause-turn] lamps');
      const paused = await client.messages.stream(params).finalMessage();
      expect(paused.stop_reason).toBe('pause_turn');
      const messages: Anthropic.MessageParam[] = [
        ...params.messages,
        { role: 'assistant', content: paused.content },
      ];
      const rest = await client.messages.stream({ ...params, messages }).finalMessage();
      expect(rest.stop_reason).toBe('end_turn');
    });

    test('several calls at once, each with its own id', async () => {
      const message = await streamed(
        '[scenario: tools calls=[{"name":"note","input":{"n":1}},{"name":"note","input":{"n":2}}]]',
      );
      const calls = message.content.filter((block) => block.type === 'tool_use');
      expect(calls.map((call) => call.input)).toEqual([{ n: 1 }, { n: 2 }]);
      expect(new Set(calls.map((call) => call.id)).size).toBe(2);
    });

    test('a long reply, whole', async () => {
      const message = await streamed('[scenario: long words=600]');
      const [block] = message.content;
      expect((block?.type === 'text' ? block.text : '').split(/\s+/)).toHaveLength(600);
    });
  });

  describe('how it can fail', () => {
    test.each([
      ['rate-limit', Anthropic.RateLimitError, 429, 'rate_limit_error'],
      ['overloaded', Anthropic.OverloadedError, 529, 'overloaded_error'],
      ['server-error', Anthropic.InternalServerError, 500, 'api_error'],
      ['unauthorized', Anthropic.AuthenticationError, 401, 'authentication_error'],
      ['too-long', Anthropic.BadRequestError, 400, 'invalid_request_error'],
    ])('%s', async (name, errorClass, status, type) => {
      const error = await thrown(`[scenario: ${name} times=always]`);
      expect(error).toBeInstanceOf(errorClass);
      expect(error).toMatchObject({ status, type, requestID: expect.stringMatching(/^req_/) });
    });

    test('an error event after HTTP 200, by its type', async () => {
      const error = await thrown('[scenario: error-after deltas=2] hi');
      expect(error).toBeInstanceOf(Anthropic.APIError);
      expect(error).toMatchObject({ type: 'overloaded_error', status: undefined });
    });

    test('a stream that is cut, by a broken connection or without a word', async () => {
      expect(await thrown('[scenario: cut byte=900] hi')).toBeInstanceOf(Error);
      expect(await thrown('[scenario: cut byte=900 how=end] hi')).toBeInstanceOf(Anthropic.AnthropicError);
    });

    test('retries of the client get through once the fault has passed', async () => {
      const patient = client.withOptions({ maxRetries: 2 });
      const text = '[scenario: rate-limit times=2 retry-after=0 retry-after-ms=1] thanks';
      const message = await patient.messages.create(ask(text));
      expect(message.stop_reason).toBe('end_turn');
    });
  });

  test('the target says that it is a stand-in', async () => {
    const response = await fetch(target.baseURL);
    expect(response.headers.get('x-stand-in')).toContain('not Claude');
    expect(await response.text()).toContain('Stand-in, not Claude.');
    const model = await client.models.retrieve('claude-sonnet-5-5');
    expect(model.display_name).toBe('Claude Sonnet 5.5 (stand-in)');
  });
}
