import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { SignJWT } from 'jose';
import { v4 as uuidv4 } from 'uuid';
import { afterEach, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import { createAccount } from '#shared/adapters/db/accounts.ts';
import { connect } from '#shared/adapters/db/client.ts';
import { Me, Session } from '#shared/protocol/account.ts';
import { createApp } from '../app.ts';
import { makeAccessTokens } from '../auth/access-tokens.ts';
import { makePasswords } from '../auth/passwords.ts';
import { settingsOf } from '../env.ts';
import { newcomer, ORIGIN, problemOf, TestBrowser } from '../test-browser.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The session that a browser signed in with. */
async function sessionOf(browser: TestBrowser): Promise<string> {
  const [, payload = ''] = (browser.accessToken ?? '').split('.');
  return z.object({ sid: z.string() }).parse(JSON.parse(atob(payload))).sid;
}

/** The same app with other settings. */
function appWith(settings: Partial<Env>) {
  const app = createApp({ clock, log });
  const other = { ...env, ...settings };
  return { fetch: (request: Request) => app.fetch(request, other, createExecutionContext()) };
}

it('signs up, signs in, refreshes and signs out', async () => {
  const browser = new TestBrowser();
  const up = await browser.enter('sign-up', {
    body: { email: ` ${browser.email.toUpperCase()} `, password: browser.password, timezone: 'Europe/Paris' },
  });
  expect(up.status).toBe(201);
  expect(up.headers.get('set-cookie')).toMatch(
    /^__Host-refresh=[^;]+; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  );
  const { user, expiresIn } = Session.parse(await up.json());
  expect(user).toMatchObject({
    email: browser.email,
    name: browser.email.split('@')[0]?.toUpperCase().toLowerCase(),
    timezone: 'Europe/Paris',
  });
  expect(expiresIn).toBe(600);

  const { model } = settingsOf(env);
  const me = Me.parse(await (await browser.call('GET', '/api/me')).json());
  expect(me).toEqual({ user, model: { name: model.chat, demo: model.demo }, alerts: 0, unread: 0 });

  const again = new TestBrowser();
  const signedIn = await again.enter('sign-in', {
    body: { email: browser.email, password: browser.password },
  });
  expect(signedIn.status).toBe(200);
  expect(again.userId).toBe(user.id);

  const before = browser.cookie;
  expect((await browser.enter('refresh')).status).toBe(200);
  expect(browser.cookie).not.toBe(before);

  const out = await browser.call('POST', '/api/auth/sign-out');
  expect([out.status, await out.text(), browser.cookie]).toEqual([204, '', null]);
  expect(await problemOf(await browser.call('POST', '/api/auth/refresh'))).toEqual([401, 'refresh_missing']);
  expect((await browser.call('POST', '/api/auth/sign-out')).status).toBe(204);
  // The other session goes on.
  expect((await again.enter('refresh')).status).toBe(200);
});

it('refuses a wrong password and an unknown address alike, and an address that is taken', async () => {
  const known = await newcomer();
  const stranger = new TestBrowser();
  const wrong = { email: known.email, password: 'not the password' };
  const [a, b] = [await stranger.enter('sign-in', { body: wrong }), await stranger.enter('sign-in')];
  expect([a.status, b.status]).toEqual([401, 401]);
  const bodies = await Promise.all([a, b].map(async (r) => ({ ...(await r.json<object>()), requestId: '' })));
  expect(bodies[0]).toEqual(bodies[1]);
  expect(bodies[0]).toMatchObject({ code: 'bad_credentials' });
  const taken = { email: known.email.toUpperCase(), password: 'another password' };
  expect(await problemOf(await stranger.enter('sign-up', { body: taken }))).toEqual([409, 'email_taken']);

  const racer = new TestBrowser();
  const race = await Promise.all(Array.from({ length: 5 }, () => racer.enter('sign-up')));
  expect(race.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409]);
});

it('gives one of fifty parallel refreshes a successor, and ends the session when an old cookie is used', async () => {
  const browser = await newcomer();
  const old = browser.cookie;
  const now = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now });
  const headers = { cookie: `__Host-refresh=${old}` };
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => browser.call('POST', '/api/auth/refresh', { headers })),
  );
  const refused = answers.filter(({ ok }) => !ok);
  expect(refused).toHaveLength(49);
  for (const response of refused) {
    expect(response.headers.get('retry-after')).toBe('1');
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(await problemOf(response)).toEqual([409, 'refresh_in_progress']);
  }
  expect((await browser.enter('refresh')).status).toBe(200);
  vi.setSystemTime(now + 10_000);
  const reuse = await new TestBrowser().call('POST', '/api/auth/refresh', { headers });
  expect(await problemOf(reuse)).toEqual([401, 'refresh_invalid']);
  expect(await problemOf(await browser.call('POST', '/api/auth/refresh'))).toEqual([401, 'refresh_invalid']);
});

it('keeps other sites away from what the cookie opens', async () => {
  const browser = await newcomer();
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: ORIGIN.replace('http:', 'https:') },
    { 'sec-fetch-site': 'cross-site' },
    { origin: ORIGIN, 'sec-fetch-site': 'cross-site' },
  ];
  for (const headers of foreign)
    for (const path of ['sign-up', 'sign-in', 'refresh', 'sign-out']) {
      const body =
        path.startsWith('sign-') && path !== 'sign-out'
          ? { body: { email: 'a@b.example', password: 'x'.repeat(10) } }
          : {};
      const response = await browser.call('POST', `/api/auth/${path}`, { headers, ...body });
      expect(await problemOf(response)).toEqual([403, 'bad_origin']);
    }
  const own = { origin: ORIGIN, 'sec-fetch-site': 'same-origin' };
  expect((await browser.enter('refresh', { headers: own })).status).toBe(200);

  // In production only the public address counts, wherever the request was sent to.
  const { fetch } = appWith({
    PUBLIC_URL: 'https://app.example.com',
    ALLOW_LOCAL_URLS: 'false',
    VAULT_KEYS: `k1:${btoa('x'.repeat(32))}`,
    GOOGLE_CLIENT_ID: '',
    GOOGLE_CLIENT_SECRET: '',
  });
  const production = (origin: string) =>
    browser.call('POST', '/api/auth/refresh', { fetch, headers: { origin } });
  expect(await problemOf(await production(ORIGIN))).toEqual([403, 'bad_origin']);
  const served = await production('https://app.example.com');
  expect(served.status).toBe(200);
  expect(served.headers.get('strict-transport-security')).toMatch(/^max-age=\d+/);
});

it('accepts only access tokens of its own making, and says when one has expired', async () => {
  const browser = await newcomer();
  const tokens = makeAccessTokens(settingsOf(env), clock);
  const sessionId = await sessionOf(browser);
  const caller = { id: browser.userId, sessionId };
  const good = await tokens.sign(caller);
  const [header = '', payload = '', signature = ''] = good.split('.');
  const encode = (value: object) => btoa(JSON.stringify(value)).replaceAll('=', '');
  const claims: Record<string, unknown> = JSON.parse(atob(payload));
  expect(claims).toEqual({
    iss: ORIGIN,
    aud: `${ORIGIN}/api`,
    sub: caller.id,
    sid: caller.sessionId,
    jti: expect.any(String),
    iat: expect.any(Number),
    nbf: claims['iat'],
    exp: Number(claims['iat']) + 600,
  });
  // Signed with the secret itself instead of the key derived from it.
  const secret = new TextEncoder().encode(env.AUTH_SECRET);
  const raw = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'access-1' })
    .sign(secret);
  const forOther = makeAccessTokens({ ...settingsOf(env), publicOrigin: 'https://other.example' }, clock);
  const otherSecret = makeAccessTokens({ ...settingsOf(env), authSecrets: ['y'.repeat(40)] }, clock);
  const bad = [
    '',
    'x',
    `${header}.${payload}`,
    `${header}.${payload}.`,
    `${encode({ alg: 'none', typ: 'at+jwt', kid: 'access-1' })}.${payload}.`,
    `${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.${signature}`,
    `${encode({ alg: 'HS512', typ: 'at+jwt' })}.${payload}.${signature}`,
    `${header}.${encode({ ...claims, sub: uuidv4() })}.${signature}`,
    raw,
    await forOther.sign(caller),
    await otherSecret.sign(caller),
    await tokens.sign({ ...caller, id: 'not an id' }),
    `${good}x`,
    'a'.repeat(5_000),
    browser.cookie ?? '',
    'agt_key_secret',
  ];
  for (const token of bad) {
    const response = await browser.call('GET', '/api/me', { headers: { authorization: `Bearer ${token}` } });
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect([token, await problemOf(response)]).toEqual([token, [401, 'unauthenticated']]);
  }
  for (const authorization of [good, `Basic ${good}`, `Bearer ${good} ${good}`])
    expect((await browser.call('GET', '/api/me', { headers: { authorization } })).status).toBe(401);

  vi.useFakeTimers({ toFake: ['Date'], now: Number(claims['iat']) * 1_000 + 599_000 });
  const headers = { authorization: `bearer  ${good}` };
  expect((await browser.call('GET', '/api/me', { headers })).status).toBe(200);
  vi.setSystemTime(Number(claims['iat']) * 1_000 + 600_000);
  const expired = await browser.call('GET', '/api/me', { headers });
  expect(expired.headers.get('www-authenticate')).toMatch(/invalid_token/);
  expect(await problemOf(expired)).toEqual([401, 'token_expired']);
});

it('refuses a token that is well signed but not an access token for this API', async () => {
  const tokens = makeAccessTokens(settingsOf(env), clock);
  const caller = { id: uuidv4(), sessionId: uuidv4() };
  // The derived key is not to be had from outside, so the signer itself is made to write something else.
  const { setProtectedHeader, setAudience, setIssuer } = SignJWT.prototype;
  const signed = (change: () => void) => {
    change();
    return tokens.sign(caller).finally(() => vi.restoreAllMocks());
  };
  const header = (wrong: object) => () =>
    vi.spyOn(SignJWT.prototype, 'setProtectedHeader').mockImplementation(function (this: SignJWT, right) {
      return setProtectedHeader.call(this, { ...right, ...wrong });
    });
  const wrong = [
    header({ typ: 'JWT' }),
    header({ kid: 'another' }),
    () =>
      vi.spyOn(SignJWT.prototype, 'setAudience').mockImplementation(function (this: SignJWT) {
        return setAudience.call(this, 'https://other.example/api');
      }),
    () =>
      vi.spyOn(SignJWT.prototype, 'setIssuer').mockImplementation(function (this: SignJWT) {
        return setIssuer.call(this, 'https://other.example');
      }),
  ];
  for (const change of wrong)
    expect(await tokens.verify(await signed(change))).toEqual({ ok: false, code: 'unauthenticated' });
  expect(await tokens.verify(await tokens.sign(caller))).toEqual({ ok: true, bearer: caller });
});

it('makes good an account whose object was never made', async () => {
  const browser = new TestBrowser();
  const passwordHash = await makePasswords().hash(browser.password);
  const account = {
    id: uuidv4(),
    email: browser.email,
    emailVerified: false,
    name: 'Half',
    timezone: 'Asia/Tokyo',
    createdAt: new Date().toISOString(),
  };
  await createAccount(connect(env.DATABASE_URL), { ...account, passwordHash: passwordHash ?? '' });
  expect((await browser.enter('sign-in')).status).toBe(200);
  expect(browser.user).toEqual(account);
});

it('goes on without the database, except for signing up and in and for search', async () => {
  const browser = await newcomer();
  const { fetch } = appWith({ DATABASE_URL: 'postgresql://u:p@localhost:1/app' });
  for (const path of ['sign-up', 'sign-in'] as const) {
    const response = await new TestBrowser().enter(path, { fetch });
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await problemOf(response)).toEqual([503, 'database_unavailable']);
  }
  expect(await problemOf(await browser.call('GET', '/api/conversations?q=x', { fetch }))).toEqual([
    503,
    'database_unavailable',
  ]);
  expect((await browser.enter('refresh', { fetch })).status).toBe(200);
  expect((await browser.call('GET', '/api/me', { fetch })).status).toBe(200);
  expect((await browser.call('PATCH', '/api/me', { fetch, body: { name: 'New' } })).status).toBe(200);
  expect((await browser.call('GET', '/api/conversations', { fetch })).status).toBe(200);
  const health = await browser.call('GET', '/api/health', { fetch });
  expect(await health.json()).toEqual({
    ok: false,
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    checks: { database: 'down', model: expect.any(String) },
  });
});

it('hashes a few passwords at once and turns the rest away', async () => {
  const passwords = makePasswords({ atOnce: 1, waiting: 2 });
  const hashes = await Promise.all(Array.from({ length: 6 }, (_, n) => passwords.hash(`password ${n}`)));
  expect(hashes.map((hash) => hash !== null)).toEqual([true, true, true, false, false, false]);
  expect(hashes[0]).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[\w-]{22}\$[\w-]{43}$/);
  expect(new Set(hashes.filter(Boolean)).size).toBe(3);
  const stored = hashes[0] ?? '';
  // Typed on another keyboard the same letters are other code points.
  const umlaut = await passwords.hash('pässwörter');
  expect(await passwords.verify('pa\u0308sswo\u0308rter', umlaut)).toBe(true);
  expect(await passwords.verify('password 0', stored)).toBe(true);
  expect(await passwords.verify('password 1', stored)).toBe(false);
  expect(await passwords.verify('password 0', null)).toBe(false);
  expect(await passwords.verify('password 0', 'damaged')).toBe(false);
});
