import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v4 as uuidv4 } from 'uuid';
import { afterEach, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import { user } from '#durable-objects/user/client.ts';
import { ApiKey, AuditEntry, DeviceSession } from '#shared/protocol/security.ts';
import { Talk } from '#test/workers/talk.ts';
import { createApp } from '../app.ts';
import { newcomer, ORIGIN, problemOf, TestBrowser } from '../test-browser.ts';

afterEach(() => vi.useRealTimers());

const MINUTE = 60_000;
const Made = z.object({ apiKey: ApiKey, secret: z.string() });
const Sessions = z.object({ items: z.array(DeviceSession) });
const Audit = z.object({ items: z.array(AuditEntry), nextCursor: z.nullable(z.string()) });

async function makeKey(browser: TestBrowser, more: object = {}) {
  const body = { name: 'script', scopes: ['read', 'write'], ...more };
  const response = await browser.call('POST', '/api/api-keys', { body });
  if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
  return Made.parse(await response.json());
}

/** Calls with nothing but a bearer token. */
const as =
  (browser: TestBrowser, token: string) =>
  (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    browser.call(method, path, {
      ...(body === undefined ? {} : { body }),
      headers: { ...headers, authorization: `Bearer ${token}`, cookie: '' },
    });

const sessionsOf = async (browser: TestBrowser) =>
  Sessions.parse(await (await browser.call('GET', '/api/sessions')).json()).items;
const actionsOf = async (browser: TestBrowser) =>
  Audit.parse(await (await browser.call('GET', '/api/audit')).json()).items.map(({ action }) => action);

/** Another device of the same person. */
async function secondDevice(first: TestBrowser, userAgent = 'Mozilla/5.0 (X11; Linux) Firefox/140.0') {
  const browser = new TestBrowser();
  const body = { email: first.email, password: first.password };
  const response = await browser.enter('sign-in', { body, headers: { 'user-agent': userAgent } });
  expect(response.status).toBe(200);
  return browser;
}

it('makes an API key that is shown once and does what its scopes say, and nothing that protects the account', async () => {
  const ada = await newcomer();
  const { apiKey, secret } = await makeKey(ada);
  expect(secret).toMatch(/^agt_[0-9a-f]{64}_[\w-]{43}$/);
  expect(secret).toContain(ada.userId.replaceAll('-', '') + apiKey.id.replaceAll('-', ''));
  const listed = await (await ada.call('GET', '/api/api-keys')).text();
  expect(listed).toContain(apiKey.id);
  expect(listed).not.toContain(secret.slice(-43));

  const call = as(ada, secret);
  expect((await call('GET', '/api/me')).status).toBe(200);
  const talk = await Talk.begin(ada);
  expect((await call('POST', `/api/conversations/${talk.id}/messages`, { text: 'by key' })).status).toBe(202);
  const reader = as(ada, (await makeKey(ada, { scopes: ['read'] })).secret);
  const writer = as(ada, (await makeKey(ada, { scopes: ['write'] })).secret);
  const path = `/api/conversations/${talk.id}`;
  expect((await reader('GET', path)).status).toBe(200);
  expect(await problemOf(await reader('PATCH', path, { title: 'x' }))).toEqual([403, 'scope_missing']);
  expect((await writer('PATCH', path, { title: 'x' })).status).toBe(200);
  expect(await problemOf(await writer('GET', path))).toEqual([403, 'scope_missing']);

  // Everything that protects the account is for sessions alone.
  const forbidden: Array<[string, string, unknown?]> = [
    ['GET', '/api/api-keys'],
    ['POST', '/api/api-keys', { name: 'another', scopes: ['read'] }],
    ['DELETE', `/api/api-keys/${apiKey.id}`],
    ['POST', '/api/me/password', { password: 'a new password' }],
    ['POST', '/api/me/email', { email: 'x@example.com' }],
    ['POST', '/api/me/confirm', { password: ada.password }],
    ['PUT', '/api/me/second-factor', { on: false }],
    ['POST', '/api/passkeys/options'],
    ['GET', '/api/me/security'],
    ['DELETE', '/api/me'],
    ['GET', '/api/sessions'],
    ['DELETE', '/api/sessions'],
    ['GET', '/api/audit'],
    ['GET', '/api/export'],
  ];
  for (const [method, to, body] of forbidden)
    expect([to, await problemOf(await call(method, to, body))]).toEqual([to, [403, 'session_only']]);
  // Nor does a ticket that a key took open what only a session may have.
  const { ticket } = z
    .object({ ticket: z.string() })
    .parse(await (await call('POST', '/api/me/ticket')).json());
  expect(
    (await ada.call('GET', `/api/export?ticket=${ticket}`, { headers: { cookie: '' } })).status,
  ).not.toBe(200);

  const [first] = z
    .object({ items: z.array(ApiKey) })
    .parse(await (await ada.call('GET', '/api/api-keys')).json())
    .items.slice(-1);
  expect(first).toMatchObject({ id: apiKey.id, lastUsedAt: expect.any(String), expiresAt: null });
  for (const body of [
    { name: '', scopes: ['read'] },
    { name: 'x', scopes: [] },
    { name: 'x', scopes: ['admin'] },
    { name: 'x', scopes: ['read'], expiresAt: '2020-01-01T00:00:00.000Z' },
  ])
    expect(await problemOf(await ada.call('POST', '/api/api-keys', { body }))).toEqual([400, 'bad_request']);
});

it('refuses a made-up, changed, foreign or expired key', async () => {
  const [ada, eve] = [await newcomer(), await newcomer()];
  const { apiKey, secret } = await makeKey(ada);
  const evil = await makeKey(eve);
  const swapped = secret.replace(ada.userId.replaceAll('-', ''), eve.userId.replaceAll('-', ''));
  const idOfAnother = secret.replace(apiKey.id.replaceAll('-', ''), evil.apiKey.id.replaceAll('-', ''));
  for (const bad of [
    `${secret}x`,
    secret.slice(0, -1),
    swapped,
    idOfAnother,
    'agt_',
    `agt_${'0'.repeat(64)}_${'a'.repeat(43)}`,
  ])
    expect([bad, await problemOf(await as(ada, bad)('GET', '/api/me'))]).toEqual([
      bad,
      [401, 'unauthenticated'],
    ]);

  const expiresAt = new Date(Date.now() + 5 * MINUTE).toISOString();
  const short = (await makeKey(ada, { expiresAt })).secret;
  expect((await as(ada, short)('GET', '/api/me')).status).toBe(200);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(expiresAt) });
  expect(await problemOf(await as(ada, short)('GET', '/api/me'))).toEqual([401, 'unauthenticated']);
});

it('ends a revoked key and a signed-out device at once, also on open sockets and streams', async () => {
  const ada = await newcomer();
  const laptop = await secondDevice(ada);
  const { apiKey, secret } = await makeKey(ada);
  const talk = await Talk.begin(ada);
  const kept = await talk.watch();
  const path = `/api/conversations/${talk.id}/events`;
  const byKey = as(ada, secret);
  const keySocket = (await byKey('GET', path, undefined, { upgrade: 'websocket' })).webSocket;
  const stream = await byKey('GET', path, undefined, { accept: 'text/event-stream' });
  const watching = await new Talk(laptop, talk.id).watch();
  const list = (await laptop.call('GET', '/api/me/events', { headers: { upgrade: 'websocket' } })).webSocket;
  if (!keySocket || !list || !stream.body) throw new Error('not all streams are open');
  const closed = [keySocket, list].map(
    (socket) =>
      new Promise<number>((resolve) => {
        socket.addEventListener('close', ({ code }) => resolve(code));
        socket.accept();
      }),
  );
  const started = Date.now();
  expect((await ada.call('DELETE', `/api/api-keys/${apiKey.id}`)).status).toBe(204);
  const [device] = (await sessionsOf(ada)).filter(({ current }) => !current);
  expect(device).toMatchObject({ device: 'Firefox on Linux' });
  expect((await ada.call('DELETE', `/api/sessions/${device?.id}`)).status).toBe(204);
  expect(await Promise.all(closed)).toEqual([4001, 4001]);
  // The stream ends; what it had said until then is read to its end.
  await new Response(stream.body).text();
  await watching.until(({ closed: isClosed }) => isClosed);
  // They were told: what only looks now and then, or waits for the end of a token, takes longer on any machine.
  expect(Date.now() - started).toBeLessThan(15_000);

  // A door may still take an answer for true that is less than a second old.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1_000 });
  expect(await problemOf(await byKey('GET', '/api/me'))).toEqual([401, 'unauthenticated']);
  expect(await problemOf(await laptop.call('GET', '/api/me'))).toEqual([401, 'unauthenticated']);
  expect(await problemOf(await laptop.call('POST', '/api/auth/refresh'))).toEqual([401, 'refresh_invalid']);
  expect(await problemOf(await ada.call('DELETE', `/api/sessions/${device?.id}`))).toEqual([
    404,
    'not_found',
  ]);
  expect(await problemOf(await ada.call('DELETE', `/api/api-keys/${apiKey.id}`))).toEqual([404, 'not_found']);

  // Who stays signed in notices nothing.
  expect(kept.closed).toBe(false);
  await talk.say('still here');
  await kept.until(({ transcript }) => transcript.messages.length > 0);
  expect(await actionsOf(ada)).toEqual(
    expect.arrayContaining(['api_key_revoked', 'session_ended', 'api_key_made', 'signed_in', 'signed_up']),
  );
});

it('does not open a stream with a ticket whose session has ended, and forgets who has left', async () => {
  const ada = await newcomer();
  const laptop = await secondDevice(ada);
  const talk = await Talk.begin(ada);
  const ticketOf = async (path: string) =>
    z.object({ ticket: z.string() }).parse(await (await laptop.call('POST', path)).json()).ticket;
  const one = await ticketOf(`/api/conversations/${talk.id}/ticket`);
  const two = await ticketOf('/api/me/ticket');
  expect((await ada.call('DELETE', '/api/sessions')).status).toBe(200);
  for (const path of [`/api/conversations/${talk.id}/events?ticket=${one}`, `/api/me/events?ticket=${two}`]) {
    const headers = { upgrade: 'websocket', origin: ORIGIN };
    expect(await problemOf(await laptop.call('GET', path, { headers }))).toEqual([401, 'unauthenticated']);
  }
});

it('lists devices, and signs out all but this one', async () => {
  const ada = await newcomer();
  const devices = [await secondDevice(ada), await secondDevice(ada, 'curl/8.5.0')];
  expect((await sessionsOf(ada)).map(({ device, current }) => [device, current])).toEqual(
    expect.arrayContaining([
      ['curl', false],
      ['Firefox on Linux', false],
      ['Unknown device', true],
    ]),
  );
  const ended = await ada.call('DELETE', '/api/sessions');
  expect(await ended.json()).toEqual({ ended: 2 });
  for (const device of devices)
    expect(await problemOf(await device.enter('refresh'))).toEqual([401, 'refresh_invalid']);
  expect((await ada.enter('refresh')).status).toBe(200);
  expect(await sessionsOf(ada)).toHaveLength(1);
});

it('asks for proof of presence ten minutes after signing in, and takes the password for it', async () => {
  const ada = await newcomer();
  const body = { name: 'late', scopes: ['read'] };
  const now = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now: now + 10 * MINUTE });
  await ada.enter('refresh');
  expect(await problemOf(await ada.call('POST', '/api/api-keys', { body }))).toEqual([
    403,
    'confirm_identity',
  ]);
  expect(await problemOf(await ada.call('DELETE', '/api/me'))).toEqual([403, 'confirm_identity']);
  const confirm = (password: string) => ada.call('POST', '/api/me/confirm', { body: { password } });
  expect(await problemOf(await confirm('not the password'))).toEqual([401, 'bad_credentials']);
  expect((await confirm(ada.password)).status).toBe(204);
  expect((await ada.call('POST', '/api/api-keys', { body })).status).toBe(201);
  // A stolen session must not become a way to guess the password.
  const guesses = await Promise.all(Array.from({ length: 15 }, (_, n) => confirm(`guess number ${n}`)));
  expect(guesses.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(5);
});

it('changes the password: everybody else is out, the old one is void, and keys go when asked to', async () => {
  const ada = await newcomer();
  const laptop = await secondDevice(ada);
  const { secret } = await makeKey(ada);
  const password = `new-${uuidv4()}`;
  const change = (more: object) => ada.call('POST', '/api/me/password', { body: { password, ...more } });
  expect((await change({})).status).toBe(204);
  expect(await problemOf(await laptop.enter('refresh'))).toEqual([401, 'refresh_invalid']);
  expect((await as(ada, secret)('GET', '/api/me')).status).toBe(200);
  expect((await change({ revokeApiKeys: true })).status).toBe(204);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1_000 });
  expect(await problemOf(await as(ada, secret)('GET', '/api/me'))).toEqual([401, 'unauthenticated']);
  expect((await ada.enter('refresh')).status).toBe(200);
  expect(
    await problemOf(
      await new TestBrowser().enter('sign-in', { body: { email: ada.email, password: ada.password } }),
    ),
  ).toEqual([401, 'bad_credentials']);
  expect((await new TestBrowser().enter('sign-in', { body: { email: ada.email, password } })).status).toBe(
    200,
  );
});

it('lets sessions and keys go on while the database is away', async () => {
  const ada = await newcomer();
  const { apiKey, secret } = await makeKey(ada);
  const app = createApp({ clock, log });
  const away = { ...env, DATABASE_URL: 'postgresql://u:p@localhost:1/app' };
  const fetch = (request: Request) => app.fetch(request, away, createExecutionContext());
  const headers = { authorization: `Bearer ${secret}`, cookie: '' };
  expect((await ada.call('GET', '/api/me', { fetch, headers })).status).toBe(200);
  const made = await ada.call('POST', '/api/conversations', {
    fetch,
    headers,
    body: { message: { text: 'hi' } },
  });
  expect(made.status).toBe(201);
  expect((await ada.enter('refresh', { fetch })).status).toBe(200);
  for (const path of ['/api/sessions', '/api/api-keys', '/api/audit'])
    expect((await ada.call('GET', path, { fetch })).status).toBe(200);
  expect((await ada.call('DELETE', `/api/api-keys/${apiKey.id}`, { fetch })).status).toBe(204);
  expect(await problemOf(await ada.call('GET', '/api/me/security', { fetch }))).toEqual([
    503,
    'database_unavailable',
  ]);
});

it('gives native clients the refresh token in the answer, and no page', async () => {
  const ada = await newcomer();
  const native = new TestBrowser();
  const body = { email: ada.email, password: ada.password, session: 'token' };
  const page = await native.call('POST', '/api/auth/sign-in', { body, headers: { origin: ORIGIN } });
  expect(await problemOf(page)).toEqual([400, 'bad_request']);
  const signedIn = await native.call('POST', '/api/auth/sign-in', { body });
  expect(signedIn.headers.get('set-cookie')).toBeNull();
  const { refreshToken } = z.object({ refreshToken: z.string() }).parse(await signedIn.json());
  const refresh = (token: string, headers = {}) =>
    native.call('POST', '/api/auth/refresh', { body: { refreshToken: token }, headers });
  expect(await problemOf(await refresh(refreshToken, { 'sec-fetch-site': 'same-origin' }))).toEqual([
    400,
    'bad_request',
  ]);
  const next = await refresh(refreshToken);
  expect(next.headers.get('set-cookie')).toBeNull();
  const successor = z.object({ refreshToken: z.string() }).parse(await next.json()).refreshToken;
  expect(successor).not.toBe(refreshToken);
  const out = await native.call('POST', '/api/auth/sign-out', { body: { refreshToken: successor } });
  expect(out.status).toBe(204);
  expect(await problemOf(await refresh(successor))).toEqual([401, 'refresh_invalid']);
});

it('tells of a reused refresh token in the activity log, and what was seen is not told again', async () => {
  const ada = await newcomer();
  const laptop = await secondDevice(ada);
  const old = laptop.cookie ?? '';
  await laptop.enter('refresh');
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10_000 });
  const headers = { cookie: `__Host-refresh=${old}`, 'user-agent': 'curl/8.5.0' };
  await new TestBrowser().call('POST', '/api/auth/refresh', { headers });
  expect(await problemOf(await laptop.enter('refresh'))).toEqual([401, 'refresh_invalid']);
  const me = async () =>
    z.object({ alerts: z.number() }).parse(await (await ada.call('GET', '/api/me')).json());
  expect(await me()).toEqual(expect.objectContaining({ alerts: 1 }));
  const { items } = Audit.parse(await (await ada.call('GET', '/api/audit?limit=1')).json());
  expect(items).toMatchObject([
    { action: 'refresh_token_reused', detail: 'Firefox on Linux', device: 'curl', alert: true, seen: false },
  ]);
  expect((await ada.call('POST', '/api/audit/seen')).status).toBe(204);
  expect(await me()).toEqual(expect.objectContaining({ alerts: 0 }));
  // The log is read page by page, without a gap or a repeat.
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = Audit.parse(
      await (await ada.call('GET', `/api/audit?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)).json(),
    );
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  const lines = await user(env, ada.userId).audit({ limit: 200 });
  expect(seen).toEqual(lines?.items.map(({ id }) => id));
  expect(await problemOf(await ada.call('GET', '/api/audit?cursor=x'))).toEqual([400, 'bad_request']);
});
