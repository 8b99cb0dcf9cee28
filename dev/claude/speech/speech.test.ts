import { describe, expect, test } from 'vitest';
import { isObject } from '#dev/stand-in/json.ts';
import { MODEL, post, quickStandIn } from '../testing.ts';
import { evaluate } from './arithmetic.ts';
import { sampleOf } from './sample.ts';
import { titleOf } from './words.ts';

const standIn = quickStandIn();

/** What is said to a conversation of user and assistant in turn. */
async function answer(turns: readonly string[], extra: object = {}): Promise<string> {
  const messages = turns.map((content, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content }));
  const reply: unknown = await (
    await post(standIn, '/v1/messages', { model: MODEL, max_tokens: 2000, messages, ...extra })
  ).json();
  const content = isObject(reply) ? reply['content'] : undefined;
  expect(content).toBeInstanceOf(Array);
  const texts = (Array.isArray(content) ? content : []).flatMap((block: unknown) =>
    isObject(block) && typeof block['text'] === 'string' ? [block['text']] : [],
  );
  return texts.join('\n');
}

describe('small talk', () => {
  test.each<[string, readonly string[], RegExp]>([
    ['greets and says what it is', ['hi'], /^Hello\. I am the demo model .* not Claude\./],
    ['greets again without repeating itself', ['hi', 'Hello.', 'hello'], /^Hello( again)?\b(?!.*stand-in)/],
    ['greets by name', ['My name is Ada', 'Hello', 'Hello!'], /^Hello( again)?, Ada/],
    ['never passes for Claude', ['Are you Claude?'], /not Claude/],
    ['says which model it is', ['Which model is this?'], /stand-in/],
    ['says what it can do', ['What can you do?'], /No tools are offered/],
    ['learns a name', ['my name is grace hopper.'], /Nice to meet you, Grace Hopper/],
    ['remembers the name', ['my name is Ada', 'ok', 'what is my name?'], /^Your name is Ada\.$/],
    ['admits that it was not told', ['what is my name?'], /have not told me/],
    [
      'remembers a fact',
      ['My favourite colour is dark blue.', 'ok', "what's my favourite colour?"],
      /favourite colour is dark blue/,
    ],
    ['repeats what was said', ['I like trains', 'ok', 'What did I just say?'], /You said: "I like trains"/],
    ['repeats what it said', ['x', 'A long answer.', 'what did you say?'], /> A long answer\./],
    ['does sums', ['What is 12 * (3 + 4)?'], /\*\*84\*\*/],
    ['does percentages', ['how much is 15% of 80'], /\*\*12\*\*/],
    ['does not divide by zero', ['1/0'], /no finite result/],
    ['takes a date for no sum', ['2026-10-12'], /^(?!.*\*\*).*2026-10-12/],
    ['writes a haiku', ['a haiku about rain, please'], /^For rain:\n/],
    ['writes a plan', ['Make a plan for moving house'], /^A plan for moving house:\n\n1\. /],
    ['draws a table', ['show me a table of the week'], /\|:----\|/],
    ['draws a multiplication table', ['multiplication table of 7'], /\| 9 × 7 \| 63 \|/],
    ['writes code', ['write a function in TypeScript'], /```ts\n/],
    ['does not pretend to watch mail', ['Watch my email for AA flight receipts'], /none are offered to me/],
    ['has no clock', ['what time is it?'], /no clock/],
    ['admits what it does not know', ['Why is the sky blue?'], /\*why is the sky blue\*/i],
    ['echoes what it understood', ['The meeting moved to Thursday.'], /The meeting moved to Thursday/],
    ['thanks back', ['thanks!'], /welcome|Glad|Any time/],
    ['says goodbye', ['bye'], /^Goodbye/],
    ['answers a marker alone', ['[scenario: say text="Exactly [this]."]'], /^Exactly \[this\]\.$/],
  ])('%s', async (_what, turns, expected) => {
    expect(await answer(turns)).toMatch(expected);
  });

  test('always says something, the same to the same words', async () => {
    for (const words of [
      '?',
      '...',
      '🙂',
      'ééé',
      'x'.repeat(5000),
      '# heading',
      '[scenario:',
      '{"a":1}',
      'أهلا',
    ]) {
      const first = await answer([words]);
      expect(first.trim()).not.toBe('');
      expect(await answer([words])).toBe(first);
    }
  });

  test('does not take the note of when a message was sent for words, but reads the time from it', async () => {
    const sent = (text: string): object => ({
      role: 'user',
      content: [
        { type: 'text', text: '[sent 2026-01-15T09:30Z]' },
        { type: 'text', text },
      ],
    });
    expect(await answer([], { messages: [sent('hi')] })).toMatch(/^Hello\./);
    expect(await answer([], { messages: [sent('What time is it?')] })).toContain('2026-01-15 at 09:30 UTC');
    const later = [sent('I like trains'), { role: 'assistant', content: 'ok' }, sent('What did I just say?')];
    expect(await answer([], { messages: later })).toBe('You said: "I like trains"');
    expect(standIn.journal.list().at(-1)?.lastUserText).toBe('What did I just say?');
  });

  test('tells what tools returned, failures as failures', async () => {
    const messages = [
      { role: 'user', content: 'look' },
      {
        role: 'assistant',
        content: ['a', 'b'].map((id) => ({ type: 'tool_use', id, name: `look_${id}`, input: {} })),
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: 'three lamps' },
          { type: 'tool_result', tool_use_id: 'b', content: 'no light', is_error: true },
        ],
      },
    ];
    const text = await answer([], { messages });
    expect(text).toContain('**look_a** returned: three lamps');
    expect(text).toContain('**look_b** failed: no light');
  });
});

describe('tasks for a small model', () => {
  const system = 'Write a short title for this conversation, at most 6 words. Reply with the title only.';

  test.each([
    ['Can you please help me plan my trip to Japan in October?', 'Plan my trip to Japan'],
    ['Watch my email for AA flight receipts, email Rebecca when found', 'Watch my email for AA flight'],
    ['What is the capital of France?', 'Capital of France'],
    ['"Quoted", (bracketed) words!', 'Quoted, bracketed words'],
    ['hi', 'Hi'],
    ['[scenario: overloaded] Fix the printer', 'Fix the printer'],
    ['<user>Sort my photos</user>', 'Sort my photos'],
  ])('make a title of %j', async (words, title) => {
    expect(await answer([words], { system, model: 'claude-haiku-5-5' })).toBe(title);
    expect(titleOf(words).split(' ').length).toBeLessThanOrEqual(6);
  });

  test('make a title of a transcript in one message: from what the user said first', async () => {
    const transcript = 'User: I would like to bake bread\n\nAssistant: With pleasure.\n\nUser: Rye, please';
    expect(await answer([transcript], { system })).toBe('Bake bread');
    const quoted = '<conversation>\nPerson: Help me sort my photos\nClaude: Which ones?\n</conversation>';
    expect(await answer([quoted], { system: 'You name conversations. Answer with a title.' })).toBe(
      'Sort my photos',
    );
  });

  test('summarise in plain words', async () => {
    const summary = await answer(['Bake bread', 'With rye?', 'Yes. And salt.'], {
      system: 'Summarize this conversation.',
    });
    expect(summary).toBe('The user wrote: Bake bread; Yes. The last reply said: With rye?');
  });

  test('answer in the schema that is demanded', async () => {
    const schema = {
      type: 'object',
      properties: {
        title: { type: 'string' },
        urgent: { type: 'boolean' },
        kind: { enum: ['a', 'b'] },
        day: { type: 'string', format: 'date' },
      },
      required: ['title', 'urgent', 'kind', 'day'],
      additionalProperties: false,
    };
    const format = { type: 'json_schema', schema };
    const reply: unknown = JSON.parse(await answer(['Please mend the lamp'], { output_config: { format } }));
    expect(reply).toEqual({ title: 'Mend the lamp', urgent: true, kind: 'a', day: '2026-01-15' });
  });
});

describe('helpers', () => {
  test('evaluate follows the rules of arithmetic and refuses the rest', () => {
    expect(['2+3*4', '(2+3)*4', '2^3^2', '-2^2', '10/4-1', '.5*4'].map(evaluate)).toEqual([
      14, 20, 512, -4, 1.5, 2,
    ]);
    expect(['2+', '(2', '2 3', 'x', '2)('].map(evaluate)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('sampleOf fills what is required, follows references and stops at recursion', () => {
    const schema = {
      type: 'object',
      properties: {
        who: { $ref: '#/$defs/person' },
        skip: { type: 'string' },
        many: { type: 'array', items: { type: 'integer', minimum: 3 } },
      },
      required: ['who', 'many'],
      $defs: {
        person: {
          type: 'object',
          properties: { name: { type: 'string' }, friend: { $ref: '#/$defs/person' } },
          required: ['name', 'friend'],
        },
      },
    };
    const value = sampleOf(schema, 'Ada writes');
    expect(value).toMatchObject({ who: { name: 'Ada writes', friend: { name: 'Ada writes' } }, many: [3] });
    expect(value).not.toHaveProperty('skip');
  });
});
