import { beforeEach, describe, expect, test } from 'vitest';
import { createStandIn, type StandIn } from '../stand-in.ts';
import { clientOf } from '#test/contracts/claude-client.ts';
import { MODEL, post, quickStandIn } from '../testing.ts';

let standIn: StandIn;
beforeEach(() => {
  standIn = quickStandIn();
});

const body = (text: string, extra: object = {}): object => ({
  model: MODEL,
  max_tokens: 500,
  messages: [{ role: 'user', content: text }],
  ...extra,
});
const TITLE = { model: 'claude-haiku-5-5', system: 'Write a short title for this conversation.' };

async function control(action: unknown): Promise<Response> {
  return post(standIn, '/__control', action);
}
async function ask(text: string, extra: object = {}): Promise<Response> {
  return post(standIn, '/v1/messages', body(text, extra));
}

describe('the queue', () => {
  test('strikes as many requests as it says, then answers, and a client that retries gets through', async () => {
    await control({
      action: 'queue',
      scenario: 'rate-limit',
      options: { 'retry-after': 0, 'retry-after-ms': 1 },
      times: 2,
    });
    const message = await clientOf(standIn.fetch)
      .withOptions({ maxRetries: 2 })
      .messages.create({ model: MODEL, max_tokens: 100, messages: [{ role: 'user', content: 'hi' }] });
    expect(message.stop_reason).toBe('end_turn');
    expect(standIn.journal.list().map(({ status, retry }) => [status, retry])).toEqual([
      [429, 0],
      [429, 1],
      [200, 2],
    ]);
  });

  test('waits for the request it was meant for', async () => {
    await control([
      { action: 'queue', scenario: 'overloaded', match: { kind: 'chat' } },
      { action: 'queue', scenario: 'server-error', match: { text: 'second' } },
      { action: 'queue', scenario: 'unauthorized', match: { model: 'haiku', stream: true } },
    ]);
    expect((await ask('first', TITLE)).status).toBe(200);
    expect((await ask('the second', TITLE)).status).toBe(500);
    expect((await ask('first')).status).toBe(529);
    expect((await ask('first')).status).toBe(200);
    expect((await ask('x', { ...TITLE, stream: true })).status).toBe(401);
  });

  test('gives a reply word for word, calls included', async () => {
    const reply = [
      { type: 'text', text: 'One moment.' },
      { type: 'tool_use', name: 'look', input: { at: 'it' } },
    ];
    await control({ action: 'queue', reply });
    const message: unknown = await (await ask('hello')).json();
    expect(message).toMatchObject({
      stop_reason: 'tool_use',
      content: [
        { type: 'text', text: 'One moment.' },
        { type: 'tool_use', name: 'look', input: { at: 'it' } },
      ],
    });
  });

  test('refuses what it does not understand, in words', async () => {
    for (const action of [
      { action: 'dance' },
      { action: 'queue' },
      { action: 'queue', scenario: 'nope' },
      { action: 'queue', scenario: 'overloaded', times: 0 },
    ]) {
      const response = await control(action);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ ok: false, problem: expect.any(String) });
    }
    const simple = new Request('http://localhost/__control', { method: 'POST', body: '{"action":"reset"}' });
    expect((await standIn.fetch(simple)).status).toBe(415);
  });
});

describe('holds', () => {
  test('keep a request before its first byte until it is released', async () => {
    await control({ action: 'hold' });
    const asked = ask('hello');
    expect(await (await control({ action: 'await', held: 1 })).json()).toMatchObject({
      ok: true,
      state: { held: [1] },
    });
    expect(standIn.journal.list()[0]).toMatchObject({ outcome: 'running', held: true });
    await control({ action: 'release', id: 1 });
    expect((await asked).status).toBe(200);
  });

  test('keep a stream after so many deltas, and let go of it when its client is gone', async () => {
    await control({ action: 'hold', deltas: 3, match: { kind: 'chat' } });
    const stream = clientOf(standIn.fetch).messages.stream({
      model: MODEL,
      max_tokens: 100,
      messages: [{ role: 'user', content: 'hi' }],
    });
    let text = '';
    stream.on('text', (piece) => void (text += piece));
    await control({ action: 'await', held: 1 });
    expect(text).toBe('Hello. I');
    stream.abort();
    await expect(stream.finalMessage()).rejects.toThrow(/abort/i);
    await control({ action: 'await', finished: 1 });
    expect(standIn.journal.list()[0]).toMatchObject({ outcome: 'aborted', held: false, deltas: 3 });
    expect(standIn.control.state()).toMatchObject({ held: [], holds: [] });
  });

  test('of an owner are waited for and released by that name alone', async () => {
    const hold = (text: string, owner: string) => control({ action: 'hold', match: { text }, owner });
    await Promise.all([hold('held one', 'one'), hold('later one', 'one'), hold('held two', 'two')]);
    const [one, two] = [ask('held one'), ask('held two')];
    await control({ action: 'await', held: 2 });
    const more = await control({ action: 'await', held: 2, owner: 'one', timeoutMs: 1 });
    expect(more.status).toBe(400);
    expect((await control({ action: 'await', held: 1, owner: 'two' })).status).toBe(200);
    await control({ action: 'release', owner: 'two' });
    expect((await two).status).toBe(200);
    // Neither what is held nor what nobody has claimed yet is gone.
    expect(standIn.control.state()).toMatchObject({ held: [1], holds: [{ match: { text: 'later one' } }] });
    await control({ action: 'release', owner: 'one' });
    expect((await one).status).toBe(200);
    expect(standIn.control.state()).toMatchObject({ held: [], holds: [] });
  });

  test('that nobody claimed are forgotten with a release; an unknown id is said', async () => {
    await control([{ action: 'hold' }, { action: 'release' }]);
    expect((await ask('hello')).status).toBe(200);
    expect((await control({ action: 'release', id: 99 })).status).toBe(400);
    expect((await control({ action: 'await', held: 1, timeoutMs: 1 })).status).toBe(400);
  });
});

describe('markers in a message', () => {
  test('fail the first attempts at the same request and then let it through, in every conversation anew', async () => {
    const statuses = async (): Promise<number[]> => {
      const all: number[] = [];
      for (let attempt = 0; attempt < 3; attempt += 1)
        all.push((await ask('[scenario: overloaded times=2] hi')).status);
      return all;
    };
    expect(await statuses()).toEqual([529, 529, 200]);
    expect(await statuses()).toEqual([529, 529, 200]);
    expect((await ask('[scenario: unauthorized]')).status).toBe(401);
    expect((await ask('[scenario: unauthorized]')).status).toBe(401);
  });

  test('carry retry-after in seconds and milliseconds', async () => {
    const response = await ask('[scenario: rate-limit retry-after=7 retry-after-ms=6500]');
    expect(response.headers.get('retry-after')).toBe('7');
    expect(response.headers.get('retry-after-ms')).toBe('6500');
    expect(await response.json()).toMatchObject({
      type: 'error',
      error: { type: 'rate_limit_error' },
      request_id: response.headers.get('request-id'),
    });
  });

  test('count in the newest words only, and mean nothing to titles', async () => {
    const later = {
      messages: [
        { role: 'user', content: '[scenario: overloaded]' },
        { role: 'assistant', content: 'x' },
        { role: 'user', content: 'hi' },
      ],
    };
    expect((await ask('', later)).status).toBe(200);
    const title: unknown = await (await ask('[scenario: overloaded] plan my garden', TITLE)).json();
    expect(title).toMatchObject({ content: [{ type: 'text', text: 'Plan my garden' }] });
  });

  test('with a name that is none are answered with the names there are', async () => {
    const message: unknown = await (await ask('[scenario: dance]')).json();
    expect(JSON.stringify(message)).toMatch(/There is no scenario `dance`\. There are: `say`/);
  });
});

describe('journal and page', () => {
  test('list what was asked without keys, bounded in number and size', async () => {
    standIn = createStandIn({
      pace: { firstTokenMs: 0, tokenMs: 0 },
      journal: { entries: 3, characters: 3000 },
    });
    for (const text of ['one', 'two', 'x'.repeat(2000), 'four']) await ask(text);
    const response = await standIn.fetch(new Request('http://localhost/__journal?after=2'));
    const { entries }: { entries: { id: number; request: unknown }[] } = JSON.parse(await response.text());
    expect(entries.map(({ id }) => id)).toEqual([3, 4]);
    expect(entries[0]?.request).toMatch(/dropped/);
    expect(entries[1]?.request).toMatchObject({ max_tokens: 500 });
    expect(standIn.journal.list()).toHaveLength(3);
    expect(JSON.stringify(standIn.journal.list())).not.toContain('test-key');
  });

  test('show a request as text: nothing in it is markup, nothing can run, and the page says what it is', async () => {
    await ask('<script>alert(1)</script> & "quotes"');
    const list = await standIn.fetch(new Request('http://localhost/'));
    const markup = await list.text();
    expect(markup).toContain('Stand-in, not Claude.');
    expect(markup).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot;');
    expect(markup).not.toMatch(/<script/);
    expect(list.headers.get('content-security-policy')).toContain("default-src 'none'");
    const entry = await (await standIn.fetch(new Request('http://localhost/entry/1'))).text();
    expect(entry).toContain('&quot;max_tokens&quot;: 500');
    expect((await standIn.fetch(new Request('http://localhost/entry/9'))).status).toBe(404);
  });

  test('are empty again after a reset', async () => {
    await ask('hello');
    await control([
      { action: 'pace', firstTokenMs: 5, tokenMs: 5 },
      { action: 'queue', scenario: 'overloaded' },
      { action: 'reset' },
    ]);
    expect(standIn.journal.list()).toEqual([]);
    expect(standIn.control.state()).toMatchObject({ queued: [], pace: { firstTokenMs: 0, tokenMs: 0 } });
  });
});
