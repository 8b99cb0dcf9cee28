import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v4 as uuidv4 } from 'uuid';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import { Problem, problems } from '#shared/protocol/problem.ts';
import { usualSettings } from '#shared/core/daily/window.ts';
import { routes } from '#shared/protocol/routes.ts';
import { createApp } from './app.ts';
import { newcomer, ORIGIN, problemOf, TestBrowser } from './test-browser.ts';

/** What is read of a request about accounts. */
const SMALL = 32 * 1024;
const signUp = '/api/auth/sign-up';
let ada: TestBrowser;

beforeAll(async () => {
  ada = await newcomer();
});
afterEach(() => vi.restoreAllMocks());

const json = { 'content-type': 'application/json' };

/** A body that says nothing of its length. */
const endless = (chunks: number) =>
  new ReadableStream<Uint8Array>({
    pull(controller) {
      chunks -= 1;
      controller.enqueue(new Uint8Array(64 * 1024).fill(0x20));
      if (chunks <= 0) controller.close();
    },
  });

it('answers every unusable body with a problem that says what is wrong', async () => {
  const cases: ReadonlyArray<[string, BodyInit, Record<string, string>, number, string]> = [
    ['not JSON', '{"email": ', json, 400, 'bad_json'],
    ['not UTF-8', new Uint8Array([0x22, 0xff, 0xfe, 0x22]), json, 400, 'bad_json'],
    ['nested too deeply', `{"email":${'['.repeat(70)}${']'.repeat(70)}}`, json, 400, 'bad_json'],
    ['nested without end', '['.repeat(30_000), json, 400, 'bad_json'],
    ['empty', '', json, 400, 'bad_request'],
    ['a number', '7', json, 400, 'bad_request'],
    ['null', 'null', json, 400, 'bad_request'],
    ['a list', '[]', json, 400, 'bad_request'],
    ['text', '"hello"', json, 400, 'bad_request'],
    [
      'a form',
      'email=a',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'unsupported_media_type',
    ],
    ['plain text', '{}', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    ['of a strange type', '{}', { 'content-type': ';;;' }, 415, 'unsupported_media_type'],
    ['compressed', '{}', { ...json, 'content-encoding': 'gzip' }, 415, 'unsupported_media_type'],
    ['larger than it says', endless(17), json, 413, 'too_large'],
    ['too large', 'x'.repeat(SMALL + 1), json, 413, 'too_large'],
  ];
  for (const [name, raw, headers, status, code] of cases) {
    const response = await new TestBrowser().call('POST', signUp, { raw, headers });
    expect([name, await problemOf(response)]).toEqual([name, [status, code]]);
  }
  // Just small enough, and of a type with parameters: only then is it looked into.
  const largest = new Uint8Array(SMALL).fill(0x20);
  const headers = { 'content-type': 'Application/JSON; charset=utf-8' };
  expect(await problemOf(await ada.call('POST', signUp, { raw: largest, headers }))).toEqual([
    400,
    'bad_json',
  ]);
  const none = await ada.call('POST', signUp, {
    raw: new Uint8Array([0x7b, 0x7d]),
    headers: { 'content-type': '' },
  });
  expect(none.status).toBe(415);
});

it('names the fields that are wrong, and takes nothing that it does not know', async () => {
  const errorsOf = async (body: unknown) => {
    const response = await new TestBrowser().call('POST', signUp, { body });
    const problem = Problem.parse(await response.clone().json());
    expect(await problemOf(response)).toEqual([400, 'bad_request']);
    return problem.errors;
  };
  expect(await errorsOf({})).toEqual([
    { path: 'email', message: 'is missing' },
    { path: 'password', message: 'is missing' },
  ]);
  const fine = { email: 'a@b.example', password: 'long enough' };
  expect(await errorsOf({ ...fine, email: 'nobody' })).toEqual([
    { path: 'email', message: 'must be an email address' },
  ]);
  expect(await errorsOf({ ...fine, password: 'short' })).toEqual([
    { path: 'password', message: 'must have 10 characters or more' },
  ]);
  expect(await errorsOf({ ...fine, password: 'x'.repeat(201) })).toEqual([
    { path: 'password', message: 'must have at most 200 characters' },
  ]);
  expect(await errorsOf({ ...fine, email: 7 })).toEqual([{ path: 'email', message: 'must be a string' }]);
  expect(await errorsOf({ ...fine, name: '  ' })).toEqual([
    { path: 'name', message: 'must have at least 1 characters' },
  ]);
  expect(await errorsOf({ ...fine, timezone: 'Mars/Olympus' })).toEqual([
    { path: 'timezone', message: 'is not a known time zone' },
  ]);
  for (const timezone of ['+02:00', 'x y', 'UTC; drop', 'a'.repeat(65)])
    expect((await errorsOf({ ...fine, timezone }))?.[0]?.path).toBe('timezone');
  expect(await errorsOf({ ...fine, admin: true })).toEqual([
    { path: 'admin', message: 'is not a field of this request' },
  ]);
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`field${n}`, n]));
  expect(await errorsOf({ ...fine, ...many })).toHaveLength(20);
  const raw = `{"email":"a@b.example","password":"long enough","__proto__":{"admin":true}}`;
  expect((await ada.call('POST', signUp, { raw, headers: json })).status).toBe(400);
});

it('replaces characters that nobody could store, wherever they stand', async () => {
  const odd = new TestBrowser();
  const raw = `{"email":"${odd.email}","password":"long \\u0000 enough","name":"a\\u0000b\\ud800c"}`;
  const made = await odd.call('POST', signUp, { raw, headers: json });
  expect([made.status, await made.json()]).toMatchObject([201, { user: { name: 'a\uFFFDb\uFFFDc' } }]);
  for (const email of ['a\u0000@b.example', 'a\uD800@b.example', 'a@b\u0000.example', 'ü@ü.example'])
    for (const path of [signUp, '/api/auth/sign-in'])
      expect(
        (await odd.call('POST', path, { body: { email, password: 'long enough' } })).status,
      ).toBeLessThan(500);
});

it('does the same for a query, and hands no unusable cursor on', async () => {
  const bad = [
    'limit=x',
    'limit=-1',
    'limit=1.5',
    'limit=201',
    'status=busy',
    'kind=x',
    'cursor=x',
    'mine=1',
  ];
  for (const query of [...bad, `q=${'x'.repeat(201)}`, `cursor=${'9'.repeat(201)}`, 'q=x&cursor=x']) {
    const response = await ada.call('GET', `/api/conversations?${query}`);
    expect([query, await problemOf(response)]).toEqual([query, [400, 'bad_request']]);
  }
  for (const query of [
    '',
    'limit=0',
    'limit=200',
    'q=',
    'q=%00',
    'q=%F0%28%8C%28',
    'q=%E0%A4%A',
    'status=archived&kind=chat',
    'q=a&q=b',
  ]) {
    const response = await ada.call('GET', `/api/conversations?${query}`);
    expect([query, response.status]).toEqual([query, 200]);
    expect(await response.json()).toEqual({ items: [], nextCursor: null });
  }
});

it('says which addresses and methods there are', async () => {
  for (const path of [
    '/api',
    '/api/',
    '/api/nothing',
    '/api/me/',
    '/api//me',
    '/hooks/x',
    '/mcp',
    '/api/%00',
    '/api/%E0%A4%A',
  ])
    expect([path, await problemOf(await ada.call('GET', path))]).toEqual([path, [404, 'not_found']]);
  const wrong = await ada.call('DELETE', '/api/conversations');
  expect(wrong.headers.get('allow')).toBe('GET, POST, HEAD, OPTIONS');
  expect(await problemOf(wrong)).toEqual([405, 'method_not_allowed']);
  expect(await problemOf(await ada.call('GET', signUp))).toEqual([405, 'method_not_allowed']);
  expect(await problemOf(await ada.call('PURGE', '/api/me'))).toEqual([405, 'method_not_allowed']);

  const options = await ada.call('OPTIONS', '/api/me', {
    headers: { origin: 'https://evil.example', 'access-control-request-method': 'PATCH' },
  });
  expect([options.status, options.headers.get('allow')]).toEqual([204, 'DELETE, GET, PATCH, HEAD, OPTIONS']);
  expect([...options.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  expect(await problemOf(await ada.call('OPTIONS', '/api/nothing'))).toEqual([404, 'not_found']);

  const head = await ada.call('HEAD', '/api/me');
  expect([head.status, await head.text()]).toEqual([200, '']);
  expect((await new TestBrowser().call('HEAD', '/api/me')).status).toBe(401);
});

/** A body that each route takes, so that only who calls can be at fault. */
const bodies: Record<string, unknown> = {
  updateMe: { name: 'x' },
  createConversation: { title: 'x' },
  updateConversation: { title: 'x' },
  markRead: { seq: 1 },
  sendMessage: { text: 'hello' },
  editMessage: { text: 'hello' },
  answerQuestion: { decision: 'approve' },
  previewCall: { input: {} },
  createSchedule: { at: '2099-01-01T00:00:00Z', instruction: 'x' },
  updateSchedule: { name: 'x' },
  createWebhook: { name: 'x', scheme: 'github' },
  updateWebhook: { name: 'x' },
  rotateWebhook: { overlap: true },
  rehearse: { instruction: 'x' },
  allowRehearsed: { ruleIds: [uuidv4()] },
  setNote: { text: 'x' },
  setDailySettings: usualSettings,
  createChannel: { kind: 'email' },
  updateChannel: { name: 'x' },
  addDailyTask: { text: 'x' },
  updateDailyTask: { title: 'x' },
  readNotifications: { all: true },
  setNotificationSettings: { only: 'all', quiet: null },
};

it('lets nobody in without a token, and shows nobody what belongs to another', async () => {
  const conversationId = uuidv4();
  const made = await ada.call('POST', '/api/conversations', {
    body: { id: conversationId, title: 'of Ada' },
  });
  expect(made.status).toBe(201);
  const eve = await newcomer();
  for (const [name, route] of Object.entries(routes)) {
    if (route.access === 'public' || route.access === 'cookie') continue;
    const ids = (id: string) =>
      route.path.replace(':conversationId', id).replaceAll(/:\w+Id\b/g, () => uuidv4());
    const options = name in bodies ? { body: bodies[name] } : {};
    const nobody = await new TestBrowser().call(route.method, ids(conversationId), options);
    expect([name, await problemOf(nobody)]).toEqual([name, [401, 'unauthenticated']]);
    if (!route.path.includes(':conversationId')) continue;
    for (const id of [conversationId, uuidv4()]) {
      const response = await eve.call(route.method, ids(id), options);
      expect([name, await problemOf(response)]).toEqual([name, [404, 'not_found']]);
    }
    for (const id of [
      'x',
      conversationId.toUpperCase(),
      `${conversationId}x`,
      '%00',
      '%E0%A4%A',
      '..%2F..',
      "1' or 1=1",
    ]) {
      const response = await ada.call(route.method, ids(id), options);
      expect([name, id, await problemOf(response)]).toEqual([name, id, [404, 'not_found']]);
    }
  }
  expect((await ada.call('GET', `/api/conversations/${conversationId}`)).status).toBe(200);
  const list = await eve.call('GET', '/api/conversations');
  expect(await list.json()).toEqual({ items: [], nextCursor: null });
});

it('gives every answer an id of its own and the headers that keep it to itself', async () => {
  const forged = { 'x-request-id': 'mine', 'cf-ray': "8a1b2c3d4e5f6789-CDG'; drop" };
  const own = await ada.call('GET', '/api/me', { headers: forged });
  expect(own.headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  const ray = await ada.call('GET', '/api/nothing', { headers: { 'cf-ray': '8a1b2c3d4e5f6789-CDG' } });
  expect(ray.headers.get('x-request-id')).toBe('8a1b2c3d4e5f6789-CDG');
  for (const { headers } of [own, ray]) {
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers.get('strict-transport-security')).toBeNull();
  }
  for (const [code, { status }] of Object.entries(problems))
    expect([code, status >= 400]).toEqual([code, true]);
});

it('says what is wrong with its settings, without a value, and hides what a bug says', async () => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  const app = createApp({ clock, log });
  app.get('/api/bug', () => {
    throw new Error('secret of the bug');
  });
  const request = () => new Request(`${ORIGIN}/api/health`);
  const bad = await app.fetch(
    request(),
    { ...env, AUTH_SECRET: 'hunter2', PUBLIC_URL: 'x' },
    createExecutionContext(),
  );
  const text = await bad.clone().text();
  expect(await problemOf(bad)).toEqual([500, 'internal']);
  expect(text).toMatch(/AUTH_SECRET.*PUBLIC_URL|PUBLIC_URL.*AUTH_SECRET/);
  expect(text).not.toContain('hunter2');

  const bug = await app.fetch(new Request(`${ORIGIN}/api/bug`), env, createExecutionContext());
  expect(await bug.clone().text()).not.toContain('secret');
  expect(bug.headers.get('cache-control')).toBe('no-store');
  expect(await problemOf(bug)).toEqual([500, 'internal']);
});
