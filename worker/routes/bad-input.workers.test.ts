import { v7 as uuidv7 } from 'uuid';
import { expect, it } from 'vitest';
import { Talk } from '#test/workers/talk.ts';
import { newcomer, problemOf } from '../test-browser.ts';

it('answers every bad input to a conversation with a problem, and changes nothing', async () => {
  const browser = await newcomer();
  const talk = await Talk.begin(browser);
  const long = 'x'.repeat(100_001);
  const bad: Array<[string, string, unknown, number, string]> = [
    ['POST', '/messages', {}, 400, 'bad_request'],
    ['POST', '/messages', [], 400, 'bad_request'],
    ['POST', '/messages', { text: 7 }, 400, 'bad_request'],
    ['POST', '/messages', { text: ' \n\t' }, 400, 'bad_request'],
    ['POST', '/messages', { text: long }, 400, 'bad_request'],
    ['POST', '/messages', { text: 'x'.repeat(2_000_000) }, 413, 'too_large'],
    ['POST', '/messages', { text: 'x', id: 'not-an-id' }, 400, 'bad_request'],
    ['POST', '/messages', { text: 'x', id: uuidv7().toUpperCase() }, 400, 'bad_request'],
    ['POST', '/messages', { text: 'x', role: 'assistant' }, 400, 'bad_request'],
    ['PATCH', `/messages/${uuidv7()}`, { text: 'x' }, 404, 'not_found'],
    ['PATCH', `/messages/${uuidv7()}`, { sendNow: false }, 400, 'bad_request'],
    ['DELETE', `/messages/not-an-id`, undefined, 404, 'not_found'],
    ['POST', `/messages/${uuidv7()}/regenerate`, undefined, 404, 'not_found'],
    ['PATCH', '', { title: '' }, 400, 'bad_request'],
    ['PATCH', '', { title: 'x'.repeat(201) }, 400, 'bad_request'],
    ['PATCH', '', { status: 'background' }, 400, 'bad_request'],
    ['PATCH', '', { ownerId: uuidv7() }, 400, 'bad_request'],
    ['POST', '/read', { seq: -1 }, 400, 'bad_request'],
    ['POST', '/read', { seq: 1.5 }, 400, 'bad_request'],
    ['GET', '/messages?after=-1', undefined, 400, 'bad_request'],
    ['GET', '/messages?after=one', undefined, 400, 'bad_request'],
    ['GET', '/events?after=1e9', undefined, 400, 'bad_request'],
    ['GET', '/events?before=1', undefined, 400, 'bad_request'],
    ['PUT', '/messages', { text: 'x' }, 405, 'method_not_allowed'],
    ['GET', '/nothing', undefined, 404, 'not_found'],
  ];
  for (const [method, path, body, status, code] of bad) {
    const answer = await problemOf(await talk.call(method, path, body));
    expect([method, path, ...answer]).toEqual([method, path, status, code]);
  }
  for (const raw of ['{', '', 'null', '"text"', '[1,2', `{"text":"${'a'.repeat(20)}`]) {
    const answer = await browser.call('POST', `/api/conversations/${talk.id}/messages`, {
      raw,
      headers: { 'content-type': 'application/json' },
    });
    expect((await problemOf(answer))[0]).toBe(400);
  }
  const socket = await browser.call('GET', `/api/conversations/${talk.id}/events?ticket=made-up`, {
    headers: { upgrade: 'websocket' },
  });
  expect(await problemOf(socket)).toEqual([401, 'unauthenticated']);
  expect(
    await problemOf(await browser.call('POST', '/api/conversations', { body: { message: { text: long } } })),
  ).toEqual([400, 'bad_request']);
  expect(await talk.messages()).toEqual({ items: [], lastSeq: 0 });
  expect(await talk.get()).toMatchObject({ title: null, working: false, lastSeq: 0 });
});

it('gives a ticket for one handshake, and none for somebody else', async () => {
  const [ada, eve] = [await newcomer(), await newcomer()];
  const talk = await Talk.begin(ada, 'for Ada alone');
  const { ticket } = (await (await talk.call('POST', '/ticket')).json()) as { ticket: string };
  const open = (id: string) =>
    eve.call('GET', `/api/conversations/${id}/events?ticket=${ticket}`, {
      headers: { upgrade: 'websocket' },
    });
  const other = await Talk.begin(eve);
  expect(await problemOf(await open(other.id))).toEqual([401, 'unauthenticated']);
  const taken = await open(talk.id);
  expect(taken.status).toBe(101);
  taken.webSocket?.accept();
  taken.webSocket?.close();
  expect(await problemOf(await open(talk.id))).toEqual([401, 'unauthenticated']);
});
