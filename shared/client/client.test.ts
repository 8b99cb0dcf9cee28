import { calls } from '#shared/protocol/calls.ts';
import { describe, expect, test } from 'vitest';
import { createClient } from './client.ts';
import { ProblemError } from './problem-error.ts';

const id = '019a0000-0000-7000-8000-000000000001';

/** A client over a scripted network: every request is kept, answers are given in order. */
function make(answers: Array<Response | Error>, tokens: Array<string | null> = ['one']) {
  const asked: Array<{ url: string; init: RequestInit }> = [];
  const renewed: Array<string | null> = [];
  const client = createClient(calls, {
    baseUrl: 'https://app.test',
    fetch: async (url, init) => {
      asked.push({ url: String(url), init: init ?? {} });
      const answer = answers.shift() ?? new Error('nothing more was scripted');
      if (answer instanceof Error) throw answer;
      return answer;
    },
    getAccessToken: () => tokens[0] ?? null,
    onUnauthorized: async (used) => {
      renewed.push(used);
      tokens.shift();
      return tokens[0] ?? null;
    },
  });
  return { client, asked, renewed };
}

const header = (init: RequestInit, name: string) => new Headers(init.headers).get(name);

describe('the API client', () => {
  test('builds the address from the table, escapes it, and sends the token and a JSON body', async () => {
    const { client, asked } = make([
      Response.json({ messageId: id, turnId: id, seq: 4 }, { status: 202 }),
      Response.json({ items: [], nextCursor: null }),
    ]);
    const reply = await client.call('sendMessage', {
      params: { conversationId: 'a/b' },
      body: { text: 'hi' },
    });
    expect(reply.seq).toBe(4);
    await client.call('listConversations', { query: { q: 'two words & more', limit: 50 } });
    expect(asked.map(({ url }) => url)).toEqual([
      'https://app.test/api/conversations/a%2Fb/messages',
      'https://app.test/api/conversations?q=two+words+%26+more&limit=50',
    ]);
    expect(asked[0]?.init.method).toBe('POST');
    expect(header(asked[0]?.init ?? {}, 'authorization')).toBe('Bearer one');
    expect(header(asked[0]?.init ?? {}, 'content-type')).toBe('application/json');
    expect(asked[0]?.init.body).toBe('{"text":"hi"}');
    expect(header(asked[1]?.init ?? {}, 'content-type')).toBeNull();
    await expect(client.call('getConversation', { params: { conversationId: '' } })).rejects.toThrow(
      TypeError,
    );
  });

  test('a route that takes no token is never given one', async () => {
    const { client, asked } = make([new Response(null, { status: 204 })]);
    expect(await client.call('signOut')).toBeUndefined();
    expect(header(asked[0]?.init ?? {}, 'authorization')).toBeNull();
  });

  test('a refusal becomes a ProblemError with code, fields, request id and time to wait', async () => {
    const problem = {
      type: 'about:blank',
      title: 'Wait.',
      status: 429,
      code: 'too_many_requests',
      requestId: 'r1',
      errors: [{ path: 'email', message: 'no' }],
    };
    const { client } = make([Response.json(problem, { status: 429, headers: { 'retry-after': '7' } })]);
    const error = await client.call('getMe').catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ code: 'too_many_requests', status: 429, requestId: 'r1', retryAfter: 7 });
    expect(error).toMatchObject({ errors: [{ path: 'email', message: 'no' }] });
  });

  test('no answer is `offline`, a foreign answer is `bad_reply`, an abort stays an abort', async () => {
    const aborted = new AbortController();
    aborted.abort();
    const { client } = make([
      new TypeError('Failed to fetch'),
      new Response('<h1>Bad gateway</h1>', { status: 502 }),
      Response.json({ user: 'not one' }),
      new DOMException('aborted', 'AbortError'),
    ]);
    await expect(client.call('getMe')).rejects.toMatchObject({ code: 'offline', status: 0 });
    await expect(client.call('getMe')).rejects.toMatchObject({ code: 'bad_reply', status: 502 });
    await expect(client.call('getMe')).rejects.toMatchObject({ code: 'bad_reply', status: 200 });
    await expect(client.call('getMe', { signal: aborted.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  test('a 401 asks for a fresh token and repeats the call once, never twice', async () => {
    const no = () =>
      Response.json(
        { type: 'about:blank', title: 'Expired.', status: 401, code: 'token_expired', requestId: 'r' },
        { status: 401 },
      );
    const good = make([no(), Response.json({ ticket: 't', expiresIn: 30 }, { status: 201 })], ['one', 'two']);
    expect(await good.client.call('userTicket')).toEqual({ ticket: 't', expiresIn: 30 });
    expect(good.renewed).toEqual(['one']);
    expect(header(good.asked[1]?.init ?? {}, 'authorization')).toBe('Bearer two');

    const twice = make([no(), no()], ['one', 'two']);
    await expect(twice.client.call('userTicket')).rejects.toMatchObject({ code: 'token_expired' });
    expect(twice.asked).toHaveLength(2);

    const over = make([no()], ['one']);
    await expect(over.client.call('userTicket')).rejects.toMatchObject({ status: 401 });
    expect(over.asked).toHaveLength(1);
  });

  test('a key names the act, also when it is sent again with another token', async () => {
    const no = Response.json(
      { type: 'about:blank', title: 'Expired.', status: 401, code: 'token_expired', requestId: 'r' },
      { status: 401 },
    );
    const yes = Response.json({ turnId: id }, { status: 202 });
    const { client, asked } = make([no, yes], ['one', 'two']);
    const params = { conversationId: id, messageId: id };
    await client.call('regenerate', { params, key: 'act' });
    expect(asked.map(({ init }) => header(init, 'idempotency-key'))).toEqual(['act', 'act']);
  });

  test('a 401 that refuses a proof is not about the token: a wrong password is sent once', async () => {
    for (const code of ['bad_credentials', 'passkey_refused']) {
      const no = Response.json(
        { type: 'about:blank', title: 'Wrong.', status: 401, code, requestId: 'r' },
        { status: 401 },
      );
      const { client, asked, renewed } = make([no], ['one', 'two']);
      await expect(client.call('userTicket')).rejects.toMatchObject({ code });
      expect(asked).toHaveLength(1);
      expect(renewed).toEqual([]);
    }
  });
});
