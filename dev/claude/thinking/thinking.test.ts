import type Anthropic from '@anthropic-ai/sdk';
import { beforeEach, describe, expect, test } from 'vitest';
import { BINDING_BETA } from '../contract/request.ts';
import type { StandIn } from '../stand-in.ts';
import { clientOf } from '#test/contracts/claude-client.ts';
import { MODEL, quickStandIn } from '../testing.ts';

const THINK = '[scenario: think words=30]';
const shown = { type: 'adaptive', display: 'summarized' } as const;
const tools = [{ name: 'look', input_schema: { type: 'object' as const } }];

type Params = Anthropic.MessageCreateParamsNonStreaming;
let standIn: StandIn;
let client: Anthropic;
beforeEach(() => {
  standIn = quickStandIn();
  client = clientOf(standIn.fetch);
});

/** A conversation of one turn with a thought in it, ready for the next question. */
async function begun(params: Partial<Params> = {}): Promise<Params> {
  const first: Params = {
    model: MODEL,
    max_tokens: 2000,
    system: 'Be kind.',
    tools,
    thinking: shown,
    messages: [{ role: 'user', content: THINK }],
    ...params,
  };
  const reply = await client.messages.create(first);
  expect(reply.content[0]?.type).toBe('thinking');
  return {
    ...first,
    messages: [
      ...first.messages,
      { role: 'assistant', content: reply.content },
      { role: 'user', content: 'And now?' },
    ],
  };
}

/** The conversation with its thought changed. */
function withThought(
  params: Params,
  change: (thought: Anthropic.ThinkingBlockParam) => Anthropic.ThinkingBlockParam,
): Params {
  const messages = params.messages.map((message): Anthropic.MessageParam => {
    if (message.role !== 'assistant' || typeof message.content === 'string') return message;
    return {
      ...message,
      content: message.content.map((block) => (block.type === 'thinking' ? change(block) : block)),
    };
  });
  return { ...params, messages };
}

describe('how thinking is shown', () => {
  test('omitted: an empty block with a signature, and its tokens counted', async () => {
    const reply = await client.messages
      .stream({ model: MODEL, max_tokens: 2000, messages: [{ role: 'user', content: THINK }] })
      .finalMessage();
    const [thought] = reply.content;
    expect(thought).toMatchObject({ type: 'thinking', thinking: '' });
    expect(reply.usage.output_tokens_details?.thinking_tokens).toBeGreaterThan(20);
  });

  test('not at all while it is off, nor at low effort without a call', async () => {
    const messages: Anthropic.MessageParam[] = [{ role: 'user', content: THINK }];
    const low = await client.messages.create({
      model: MODEL,
      max_tokens: 500,
      messages,
      output_config: { effort: 'low' },
    });
    expect(low.content.map((block) => block.type)).toEqual(['text']);
    const off = await client.messages.create({
      model: 'claude-haiku-5-5',
      max_tokens: 500,
      messages,
      thinking: { type: 'disabled' },
    });
    expect(off.content.map((block) => block.type)).toEqual(['text']);
  });

  test('a limit that is too small ends inside the thought, before any word', async () => {
    const reply = await client.messages.create({
      model: MODEL,
      max_tokens: 10,
      messages: [{ role: 'user', content: THINK }],
    });
    expect(reply.stop_reason).toBe('max_tokens');
    expect(reply.content.map((block) => block.type)).toEqual(['thinking']);
  });
});

describe('thinking that is sent back', () => {
  test('unchanged is accepted, and costs what it cost, shown or not', async () => {
    const summarized = await client.messages.create(await begun());
    const omitted = await client.messages.create(await begun({ thinking: { type: 'adaptive' } }));
    expect(summarized.usage.input_tokens).toBe(omitted.usage.input_tokens);
  });

  test('with another text or another signature is refused', async () => {
    const params = await begun();
    const invalid = /messages\.1\.content\.0: Invalid `signature` in `thinking` block$/;
    await expect(
      client.messages.create(
        withThought(params, (thought) => ({ ...thought, thinking: `${thought.thinking}!` })),
      ),
    ).rejects.toMatchObject({ status: 400, apiMessage: expect.stringMatching(invalid) });
    await expect(
      client.messages.create(
        withThought(params, (thought) => ({
          ...thought,
          signature: `${thought.signature.slice(0, -4)}AAAA`,
        })),
      ),
    ).rejects.toMatchObject({ apiMessage: expect.stringMatching(invalid) });
    await expect(
      client.messages.create(withThought(params, (thought) => ({ ...thought, signature: 'made up' }))),
    ).rejects.toMatchObject({ apiMessage: expect.stringMatching(invalid) });
  });

  test.each<[string, (params: Params) => Params, RegExp]>([
    ['the system prompt', (params) => ({ ...params, system: 'Be stern.' }), /The system prompt changed\.$/],
    ['the tools', (params) => ({ ...params, tools: [] }), /The tools changed\.$/],
    [
      'an earlier message',
      (params) => ({
        ...params,
        messages: [{ role: 'user', content: 'Something else' }, ...params.messages.slice(1)],
      }),
      /An earlier message changed\.$/,
    ],
  ])('after a change of %s is refused as bound to a different conversation', async (_what, change, words) => {
    const params = change(await begun());
    await expect(client.messages.create(params)).rejects.toMatchObject({
      status: 400,
      apiMessage: expect.stringMatching(
        /messages\.1\.content\.0: Invalid `signature` in `thinking` block\. The block is bound to a different conversation\./,
      ),
    });
    await expect(client.messages.create(params)).rejects.toMatchObject({
      apiMessage: expect.stringMatching(words),
    });
    expect(standIn.journal.list().at(-1)?.rule).toBe('thinking_binding');
  });

  test('after changes that mean nothing is accepted: cache marks, effort, a string for a block', async () => {
    const params = await begun();
    await client.messages.create({
      ...params,
      cache_control: { type: 'ephemeral' },
      output_config: { effort: 'max' },
      system: [{ type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral' } }],
      messages: [{ role: 'user', content: [{ type: 'text', text: THINK }] }, ...params.messages.slice(1)],
    });
    expect(standIn.journal.list().at(-1)).toMatchObject({ outcome: 'answered', rule: null });
  });

  test('may lose its oldest thoughts, not one between others', async () => {
    let params = await begun();
    for (const question of [`${THINK} two`, `${THINK} three`]) {
      params = {
        ...params,
        messages: [...params.messages.slice(0, -1), { role: 'user', content: question }],
      };
      const reply = await client.messages.create(params);
      params = {
        ...params,
        messages: [
          ...params.messages,
          { role: 'assistant', content: reply.content },
          { role: 'user', content: 'go on' },
        ],
      };
    }
    const without = (places: readonly number[]): Params => {
      let seen = -1;
      const messages = params.messages.map((message): Anthropic.MessageParam => {
        if (message.role !== 'assistant' || typeof message.content === 'string') return message;
        seen += 1;
        return places.includes(seen)
          ? { ...message, content: message.content.filter(({ type }) => type !== 'thinking') }
          : message;
      });
      return { ...params, messages };
    };
    await client.messages.create(without([0]));
    await client.messages.create(without([0, 1]));
    await client.messages.create(without([0, 1, 2]));
    await expect(client.messages.create(without([1]))).rejects.toMatchObject({ status: 400 });
  });

  test('is dropped with every later thought where the request asks for it', async () => {
    const params = { ...(await begun()), system: 'Be stern.' };
    const response = await client.messages.create(
      {
        ...params,
        thinking: { ...shown, block_binding: { prefix_mismatch_behavior: 'drop_block' } },
      } as Params,
      { headers: { 'anthropic-beta': BINDING_BETA } },
    );
    expect(response).toMatchObject({
      input_transformations: [
        { type: 'thinking_dropped', path: 'messages.1.content.0', reason: 'prefix_binding_mismatch' },
      ],
    });
  });

  test('to a model that cannot read it is dropped silently, costs nothing, and leaves a note', async () => {
    const sonnet = await begun();
    const kept = await client.messages.create({ ...sonnet, model: 'claude-opus-5-5' });
    expect(standIn.journal.list().at(-1)?.notes).toEqual([]);
    const dropped = await client.messages.create({ ...sonnet, model: 'claude-haiku-5-5' });
    expect(standIn.journal.list().at(-1)?.notes).toEqual([
      'messages.1.content.0: thinking block dropped (model_binding_mismatch)',
    ]);
    expect(dropped.usage.input_tokens).toBeLessThan(kept.usage.input_tokens);
  });

  test('outlives a restart of the stand-in', async () => {
    const params = await begun();
    const restarted = quickStandIn();
    await clientOf(restarted.fetch).messages.create(params);
    expect(restarted.journal.list().at(-1)).toMatchObject({ outcome: 'answered', notes: [] });
  });
});
