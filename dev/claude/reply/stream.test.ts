import { APIError } from '@anthropic-ai/sdk';
import type Anthropic from '@anthropic-ai/sdk';
import { describe, expect, test } from 'vitest';
import { clientOf } from '#test/contracts/claude-client.ts';
import { MODEL, post, quickStandIn } from '../testing.ts';
import { awkwardPieces } from './events.ts';
import { awkwardChunks } from './sse.ts';

const TOOL = { name: 'note', input_schema: { type: 'object' as const } };
const INPUT = { text: 'naïve 東京 🙂 "quoted" \\ \n', count: -12.5e3, deep: [{ yes: true, no: null }] };
const RICH = `[scenario: tools calls=[{"name":"note","input":${JSON.stringify(INPUT)}},{"name":"note","input":{}}]]`;
const SHOWN = { type: 'adaptive', display: 'summarized' } as const;

function params(text: string): Omit<Anthropic.MessageCreateParamsNonStreaming, 'stream'> {
  return {
    model: MODEL,
    max_tokens: 2000,
    thinking: SHOWN,
    tools: [TOOL],
    messages: [{ role: 'user', content: text }],
  };
}

/** The bytes of one streamed reply. */
async function record(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await post(quickStandIn(), '/v1/messages', { ...params(text), stream: true });
  return new Uint8Array(await response.arrayBuffer());
}

/** What the official client makes of a body: the message, or the error it throws. */
async function read(body: ReadableStream<Uint8Array>): Promise<Anthropic.Message | Error> {
  const client = clientOf(
    async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
  );
  try {
    return await client.messages.stream(params('anything')).finalMessage();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function bodyOf(chunks: readonly Uint8Array[], end: 'close' | 'error'): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream({
    pull(controller) {
      const chunk = chunks[next];
      next += 1;
      if (chunk !== undefined) controller.enqueue(chunk);
      else if (end === 'close') controller.close();
      else controller.error(new TypeError('The connection was reset'));
    },
  });
}

describe('a streamed reply', () => {
  test('has its events in the order of the API, and the client reads from it what the whole form says', async () => {
    const text = new TextDecoder().decode(await record(RICH));
    const names = [...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name ?? '');
    expect(names.slice(0, 3)).toEqual(['message_start', 'ping', 'content_block_start']);
    expect(names.slice(-3)).toEqual(['content_block_stop', 'message_delta', 'message_stop']);
    expect(names.filter((name) => name === 'content_block_start')).toHaveLength(3);

    const streamed = await clientOf(quickStandIn().fetch).messages.stream(params(RICH)).finalMessage();
    const whole = await clientOf(quickStandIn().fetch).messages.create(params(RICH));
    expect(streamed.content.filter((block) => block.type === 'tool_use').map((block) => block.input)).toEqual(
      [INPUT, {}],
    );
    const bare = ({ content, stop_reason, usage }: Anthropic.Message): unknown =>
      JSON.parse(JSON.stringify([content, stop_reason, usage]).replace(/toolu_\w+/g, 'id'));
    expect(bare(streamed)).toEqual(bare(whole));
    expect(streamed.stop_reason).toBe('tool_use');
  });

  test('splits JSON through keys and escapes, never through a character, and bytes through characters', () => {
    const json = JSON.stringify({ emoji: '🙂🙂🙂🙂🙂🙂🙂🙂', quote: '"""' });
    for (const seed of ['a', 'b', 'c', 'd', 'e']) {
      const pieces = awkwardPieces(json, seed);
      expect(pieces.join('')).toBe(json);
      expect(pieces.every((piece) => !/[\uD800-\uDBFF]$/.test(piece))).toBe(true);
      expect(pieces.length).toBeGreaterThan(json.length / 8);
    }
    const [head, tail] = awkwardChunks(new TextEncoder().encode('data: é'));
    expect([head?.length, tail?.length]).toEqual([7, 1]);
  });

  test('does not change by how its bytes are split', async () => {
    const bytes = await record(RICH);
    const expected = await read(bodyOf([bytes], 'close'));
    expect(expected).toHaveProperty('stop_reason', 'tool_use');
    for (const size of [1, 2, 3, 5, 7, 64]) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
        bytes.slice(n * size, (n + 1) * size),
      );
      expect(await read(bodyOf(chunks, 'close'))).toEqual(expected);
    }
  });

  test('cut at any byte gives a whole message or an error, never half of one', async () => {
    const bytes = await record('[scenario: tool name=note input={"text":"é 🙂"}]');
    const whole = JSON.stringify(await read(bodyOf([bytes], 'close')));
    const lastNeeded = new TextDecoder().decode(bytes).lastIndexOf('message_stop"}');
    const outcomes = { whole: 0, error: 0, half: [] as number[] };
    for (let at = 0; at <= bytes.length; at += 1) {
      for (const end of ['close', 'error'] as const) {
        const message = await read(bodyOf([bytes.slice(0, at)], end));
        const isWhole = JSON.stringify(message) === whole && at > lastNeeded;
        if (isWhole) outcomes.whole += 1;
        else if (message instanceof Error) outcomes.error += 1;
        else outcomes.half.push(at);
      }
    }
    expect(outcomes.half).toEqual([]);
    expect(outcomes.whole + outcomes.error).toBe(2 * (bytes.length + 1));
    expect(outcomes.error).toBeGreaterThan(bytes.length);
    expect(outcomes.whole).toBeGreaterThan(0);
  });

  test.each(['reset', 'end'])('cut by the stand-in itself (%s) ends at exactly that byte', async (how) => {
    const standIn = quickStandIn();
    const response = await post(standIn, '/v1/messages', {
      ...params(`[scenario: cut byte=333 how=${how}]`),
      stream: true,
    });
    let received = 0;
    const reading = async (): Promise<string> => {
      for await (const chunk of response.body ?? []) received += chunk.length;
      return 'end';
    };
    expect(await reading().catch(() => 'reset')).toBe(how);
    expect(received).toBe(333);
    expect(standIn.journal.list()[0]).toMatchObject({ outcome: 'cut', bytes: 333 });
  });

  test('errs after the given number of deltas, with HTTP 200 behind it and no retry by the client', async () => {
    const standIn = quickStandIn();
    const stream = clientOf(standIn.fetch).messages.stream(params('[scenario: error-after deltas=4] hello'));
    let deltas = 0;
    stream.on('streamEvent', (event) => void (deltas += event.type === 'content_block_delta' ? 1 : 0));
    const error = await stream.finalMessage().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ type: 'overloaded_error', status: undefined });
    expect(deltas).toBe(4);
    expect(standIn.journal.list()).toHaveLength(1);
    const again = await clientOf(standIn.fetch)
      .messages.stream(params('[scenario: error-after deltas=4] hello'))
      .finalMessage();
    expect(again.stop_reason).toBe('end_turn');
  });

  test('falls silent after the given number of deltas until the client gives up', async () => {
    const standIn = quickStandIn();
    const stream = clientOf(standIn.fetch).messages.stream(params('[scenario: silence deltas=2] hello'));
    const seen: string[] = [];
    await new Promise<void>((resolve) => {
      stream.on('text', (piece) => {
        seen.push(piece);
        if (seen.length === 2) resolve();
      });
    });
    expect(standIn.journal.list()[0]?.outcome).toBe('running');
    stream.abort();
    await expect(stream.finalMessage()).rejects.toThrow(/abort/i);
    await standIn.journal.until(
      () => standIn.journal.list()[0]?.outcome === 'aborted',
      AbortSignal.timeout(2000),
    );
    expect(standIn.journal.list()[0]).toMatchObject({ outcome: 'aborted', deltas: 2 });
  });

  test('that fits its limit exactly is complete, one token less cuts it', async () => {
    const ask = async (max_tokens: number): Promise<Anthropic.Message> =>
      clientOf(quickStandIn().fetch).messages.create({ ...params('hi'), max_tokens });
    const { usage, content } = await ask(2000);
    expect(await ask(usage.output_tokens)).toMatchObject({ stop_reason: 'end_turn', content });
    const cut = await ask(usage.output_tokens - 1);
    expect(cut).toMatchObject({
      stop_reason: 'max_tokens',
      usage: { output_tokens: usage.output_tokens - 1 },
    });
  });

  test('is the same for the same request, but for the ids of another attempt', async () => {
    const plain = async (standIn = quickStandIn()): Promise<string> =>
      (await post(standIn, '/v1/messages', params('Tell me a haiku about rain'))).text();
    expect(await plain()).toBe(await plain());
    const standIn = quickStandIn();
    const [first, second] = [await plain(standIn), await plain(standIn)];
    expect(second).not.toBe(first);
    expect(second.replace(/msg_\w+/g, 'id')).toBe(first.replace(/msg_\w+/g, 'id'));
  });
});
