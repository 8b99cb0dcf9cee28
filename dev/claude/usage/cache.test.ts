import { describe, expect, test } from 'vitest';
import { MODEL, post, quickStandIn } from '../testing.ts';
import { isObject } from '#dev/stand-in/json.ts';
import { countTokens, tokenize } from './tokens.ts';
import { TTL_MS } from '../cache-rules.ts';

const mark = { cache_control: { type: 'ephemeral' } };
const hour = { cache_control: { type: 'ephemeral', ttl: '1h' } };
/** About 700 tokens, above the minimum of 512. */
const LONG = 'the quiet house keeps its rules and its reasons '.repeat(80).trim();
const text = (words: string, extra: object = {}): object => ({ type: 'text', text: words, ...extra });
const user = (...content: object[]): object => ({ role: 'user', content });
const assistant = (words: string): object => ({ role: 'assistant', content: [text(words)] });

interface Figures {
  input: number;
  read: number;
  written: number;
  written5m: number;
  written1h: number;
  attainable: number;
}

/** A stand-in with a clock of its own, and what each request costs there. */
function ledger() {
  let time = 0;
  const standIn = quickStandIn({ now: () => time });
  const number = (object: unknown, key: string): number => {
    const value = isObject(object) ? object[key] : undefined;
    return typeof value === 'number' ? value : Number.NaN;
  };
  return {
    standIn,
    pass: (ms: number): void => void (time += ms),
    async ask(body: object, key = 'a key'): Promise<Figures> {
      const asked = { model: MODEL, max_tokens: 50, messages: [user(text('hello'))], ...body };
      const reply: unknown = await (await post(standIn, '/v1/messages', asked, { 'x-api-key': key })).json();
      const usage = isObject(reply) ? reply['usage'] : undefined;
      const creation = isObject(usage) ? usage['cache_creation'] : undefined;
      return {
        input: number(usage, 'input_tokens'),
        read: number(usage, 'cache_read_input_tokens'),
        written: number(usage, 'cache_creation_input_tokens'),
        written5m: number(creation, 'ephemeral_5m_input_tokens'),
        written1h: number(creation, 'ephemeral_1h_input_tokens'),
        attainable: standIn.journal.list().at(-1)?.cache?.attainable ?? Number.NaN,
      };
    },
  };
}

describe('tokens', () => {
  test('are the text again when joined, and never half a character', () => {
    for (const words of ['', 'a', 'Hello, wörld!  123456', '東京🙂👩‍💻', '\n\n  x\t', 'ﬁ\u0301\u0301']) {
      const tokens = tokenize(words);
      expect(tokens.join('')).toBe(words);
      expect(tokens.every((token) => !/[\uD800-\uDBFF]$|^[\uDC00-\uDFFF]/.test(token))).toBe(true);
    }
    expect(countTokens('The quick brown fox jumps over the lazy dog.')).toBe(10);
  });
});

describe('the prompt cache', () => {
  test('writes a marked prefix once and reads it afterwards; the sum is what count_tokens says', async () => {
    const { ask, standIn } = ledger();
    const body = { system: [text(LONG, mark)] };
    const first = await ask(body);
    expect(first).toMatchObject({
      read: 0,
      written: countTokens(LONG),
      written5m: countTokens(LONG),
      written1h: 0,
    });
    const second = await ask({ ...body, messages: [user(text('something else'))] });
    expect(second).toMatchObject({ read: first.written, written: 0 });
    const counted: unknown = await (
      await post(standIn, '/v1/messages/count_tokens', {
        model: MODEL,
        messages: [user(text('hello'))],
        ...body,
      })
    ).json();
    expect(counted).toEqual({ input_tokens: first.input + first.written });
  });

  test('caches nothing below the minimum of the model, and says so in the journal alone', async () => {
    const { ask, standIn } = ledger();
    const words = 'word '.repeat(505).trim();
    expect(await ask({ system: [text(words, mark)] })).toMatchObject({ read: 0, written: 0 });
    expect(await ask({ system: [text(words, mark)] })).toMatchObject({ read: 0, written: 0 });
    expect(standIn.journal.list()[0]?.notes.join()).toMatch(/below the minimum of 512/);
    const enough = 'word '.repeat(512).trim();
    expect(countTokens(enough)).toBe(512);
    expect(await ask({ system: [text(enough, mark)] })).toMatchObject({ written: 512 });
    expect(await ask({ model: 'claude-sonnet-5', system: [text(enough, mark)] })).toMatchObject({
      written: 0,
    });
  });

  test('lets an entry live five minutes or an hour from its last use', async () => {
    const { ask, pass } = ledger();
    const short = { system: [text(LONG, mark)] };
    const long = { system: [text(`${LONG} and more`, hour)] };
    await ask(short);
    expect((await ask(long)).written1h).toBeGreaterThan(0);
    pass(TTL_MS['5m'].value - 1);
    expect((await ask(short)).read).toBeGreaterThan(0);
    pass(TTL_MS['5m'].value - 1);
    expect((await ask(short)).read).toBeGreaterThan(0);
    pass(TTL_MS['5m'].value);
    expect(await ask(short)).toMatchObject({ read: 0 });
    expect((await ask(long)).read).toBeGreaterThan(0);
    pass(TTL_MS['1h'].value);
    expect(await ask(long)).toMatchObject({ read: 0 });
  });

  test('keeps alive what is read, even where the reading request puts its mark elsewhere', async () => {
    const { ask, pass } = ledger();
    const first = [user(text(LONG, mark))];
    await ask({ messages: first });
    pass(TTL_MS['5m'].value - 1);
    const later = await ask({ messages: [user(text(LONG), text('and a question', mark))] });
    expect(later.read).toBeGreaterThan(0);
    pass(TTL_MS['5m'].value - 1);
    expect(await ask({ messages: first })).toMatchObject({ read: later.read, written: 0 });
  });

  test('grows with a conversation under the automatic mark: each turn reads what the last one wrote', async () => {
    const { ask } = ledger();
    const turns = [user(text(LONG))];
    let cached = 0;
    for (const words of ['one', 'two', 'three']) {
      const figures = await ask({ ...mark, messages: turns });
      expect(figures.read).toBe(cached);
      cached = figures.read + figures.written;
      turns.push(assistant(`reply ${words}`), user(text(`question ${words}`)));
    }
  });

  test('looks back over twenty places and no further; a run of calls is one place', async () => {
    const blocks = (count: number): object[] => Array.from({ length: count }, (_, n) => text(`block ${n}`));
    const near = ledger();
    await near.ask({ messages: [user(text(LONG, mark))] });
    // The mark is the first of twenty places, the entry the last.
    const within = [user(text(LONG), ...blocks(18), text('end', mark))];
    expect((await near.ask({ messages: within })).read).toBeGreaterThan(0);

    const far = ledger();
    await far.ask({ messages: [user(text(LONG, mark))] });
    const beyond = [user(text(LONG), ...blocks(19), text('end', mark))];
    expect(await far.ask({ messages: beyond })).toMatchObject({ read: 0 });

    const run = ledger();
    await run.ask({ messages: [user(text(LONG, mark))] });
    const ids = Array.from({ length: 30 }, (_, n) => `t${n}`);
    const parallel = [
      user(text(LONG)),
      { role: 'assistant', content: ids.map((id) => ({ type: 'tool_use', id, name: 'look', input: {} })) },
      user(
        ...ids.map((id) => ({ type: 'tool_result', tool_use_id: id, content: 'seen' })),
        text('end', mark),
      ),
    ];
    expect((await run.ask({ messages: parallel })).read).toBeGreaterThan(0);
  });

  test('loses messages, but not tools and system, when tool_choice, thinking or effort change', async () => {
    const { ask } = ledger();
    const tools = [{ name: 'look', input_schema: { type: 'object' }, description: LONG, ...mark }];
    const messages = [user(text(LONG, mark))];
    const base = await ask({ tools, messages });
    const whole = base.written;
    const again = await ask({ tools, messages });
    expect(again.read).toBe(whole);
    for (const change of [
      { tool_choice: { type: 'none' } },
      { thinking: { type: 'between_tools' } },
      { output_config: { effort: 'low' } },
    ]) {
      const figures = await ask({ tools, messages, ...change });
      expect(figures.read).toBeGreaterThan(0);
      expect(figures.read).toBeLessThan(whole);
    }
    const other = await ask({
      tools: [...tools, { name: 'more', input_schema: { type: 'object' } }],
      messages,
    });
    expect(other.read).toBeLessThan(whole);
  });

  test('sees every byte before the mark: another order of keys is another prefix', async () => {
    const { ask } = ledger();
    const description = LONG;
    await ask({ tools: [{ name: 'look', description, input_schema: { type: 'object' }, ...mark }] });
    const turned = { description, name: 'look', input_schema: { type: 'object' }, ...mark };
    expect(await ask({ tools: [turned] })).toMatchObject({ read: 0 });
  });

  test('shares nothing between models or keys', async () => {
    const { ask } = ledger();
    const body = { system: [text(LONG, mark)] };
    await ask(body);
    expect(await ask({ ...body, model: 'claude-opus-5-5' })).toMatchObject({ read: 0 });
    expect(await ask(body, 'another key')).toMatchObject({ read: 0 });
    expect((await ask(body)).read).toBeGreaterThan(0);
  });

  test('splits what it writes by time to live', async () => {
    const { ask } = ledger();
    const system = [text(LONG, hour)];
    const messages = [user(text(`${LONG} again`, mark))];
    const figures = await ask({ system, messages });
    expect(figures.written1h).toBe(countTokens(LONG));
    expect(figures.written5m).toBe(figures.written - figures.written1h);
    expect(figures.written5m).toBeGreaterThan(0);
  });

  test('says what better marks would have read, whatever the marks were', async () => {
    const { ask } = ledger();
    const messages = [user(text(LONG))];
    expect(await ask({ messages })).toMatchObject({ read: 0, attainable: 0 });
    const longer = [...messages, assistant('Yes?'), user(text('And now?'))];
    const missed = await ask({ messages: longer });
    expect(missed.read).toBe(0);
    expect(missed.attainable).toBeGreaterThan(countTokens(LONG));
    const other = await ask({ messages: [user(text(`Not ${LONG}`)), ...longer.slice(1)] });
    expect(other.attainable).toBe(0);
  });

  test('is filled by a request that generates nothing', async () => {
    const { ask } = ledger();
    const body = { system: [text(LONG, mark)] };
    expect(await ask({ ...body, max_tokens: 0 })).toMatchObject({ written: countTokens(LONG) });
    expect(await ask(body)).toMatchObject({ read: countTokens(LONG), written: 0 });
  });
});
