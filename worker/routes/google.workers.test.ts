import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { v4 as uuidv4 } from 'uuid';
import { afterEach, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import { findAccount, markVerified, setPasswordHash } from '#shared/adapters/db/accounts.ts';
import { connect } from '#shared/adapters/db/client.ts';
import { listIdentities } from '#shared/adapters/db/identities.ts';
import { accounts, identities } from '#shared/adapters/db/schema.ts';
import { AuditEntry } from '#shared/protocol/security.ts';
import { createApp } from '../app.ts';
import { newcomer, ORIGIN, problemOf, TestBrowser } from '../test-browser.ts';
import { type Chosen, START, Visitor, whereTo } from '#test/workers/google-visitor.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const STAND_IN = env.GOOGLE_BASE_URL;
const database = () => connect(env.DATABASE_URL);

/** The same app with other settings. */
function appWith(settings: Partial<Env>) {
  const app = createApp({ clock, log });
  const other = { ...env, ...settings };
  return { fetch: (request: Request) => app.fetch(request, other, createExecutionContext()) };
}

/** Spoils the next sign-in of this address. */
const fault = async (name: string, email: string): Promise<void> => {
  const response = await fetch(`${STAND_IN}/__control`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ action: 'fault', fault: name, email }),
  });
  if (!response.ok) throw new Error(`The stand-in refused: ${await response.text()}`);
};

const somebody = (): Chosen & { sub: string } => ({
  email: `${uuidv4()}@gmail.example`,
  sub: String(BigInt(`0x${uuidv4().replaceAll('-', '')}`)),
});

async function actionsOf(browser: TestBrowser): Promise<Array<[string, string | null]>> {
  const response = await browser.call('GET', '/api/audit');
  const { items } = z.object({ items: z.array(AuditEntry) }).parse(await response.json());
  return items.map(({ action, detail }) => [action, detail]);
}

it('makes an account, and knows it again by its subject when the address at Google has changed', async () => {
  const ada = somebody();
  const visitor = new Visitor();
  const response = await visitor.visit(`${START}?returnTo=${encodeURIComponent('/settings/security?x=1#y')}`);
  expect(response.headers.get('set-cookie')).toMatch(
    /^__Host-google=[^;]{100,3000}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  const at = new URL(whereTo(response) ?? '');
  expect(at.href.startsWith(`${STAND_IN}/o/oauth2/v2/auth?`)).toBe(true);
  // Nobody can read in the cookie what the address at Google does not show.
  const [header = ''] = (visitor.google ?? '').split('.');
  expect(JSON.parse(atob(header))).toMatchObject({ alg: 'dir', enc: 'A256GCM' });

  const back = await visitor.visit(await visitor.choose(at, { ...ada, name: 'Ada L.' }));
  expect(whereTo(back)).toBe('/settings/security?x=1#y');
  const cookies = back.headers.getSetCookie();
  expect(cookies).toEqual([
    expect.stringMatching(/^__Host-google=; Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    expect.stringMatching(/^__Host-refresh=[^;]+; .*HttpOnly; Secure; SameSite=Strict$/),
  ]);
  await visitor.load();
  expect(visitor.user).toMatchObject({ email: ada.email, emailVerified: true, name: 'Ada L.' });
  expect(await listIdentities(database(), visitor.userId)).toEqual([
    { provider: 'google', email: ada.email, linkedAt: visitor.user?.createdAt },
  ]);
  expect((await findAccount(database(), ada.email))?.passwordHash).toBeNull();

  const moved = `${uuidv4()}@elsewhere.example`;
  const again = new Visitor();
  // Also where Google has not verified the new address: it is the same account there.
  expect(await again.come({ ...ada, email: moved, verified: 'no' })).toBe('/');
  await again.load();
  expect([again.userId, again.user?.email]).toEqual([visitor.userId, ada.email]);
  expect(await listIdentities(database(), again.userId)).toMatchObject([{ email: moved }]);
  expect(await findAccount(database(), moved)).toBeNull();
  expect(await actionsOf(again)).toEqual([
    ['signed_in', 'google'],
    ['signed_up', 'sign_up'],
  ]);
});

it('opens nothing to whoever did not leave with this browser, or comes twice', async () => {
  const ada = somebody();
  const visitor = new Visitor();
  const back = await visitor.choose(await visitor.leave(), ada);
  const own = visitor.google;

  // Somebody is made to follow a link with a code and a state that are an attacker's.
  const victim = new Visitor();
  expect(whereTo(await victim.visit(back))).toBe('/sign-in?google=expired');
  await victim.leave();
  expect(whereTo(await victim.visit(back))).toBe('/sign-in?google=refused');
  expect([victim.google, victim.cookie]).toEqual([null, null]);

  const strange = [
    'x',
    'a.b.c',
    `${own}x`,
    'x'.repeat(5_000),
    own?.replace(/\.[^.]+$/, '.AAAAAAAAAAAAAAAAAAAAAA'),
  ];
  for (const cookie of strange) {
    victim.google = cookie ?? '';
    expect([cookie, whereTo(await victim.visit(back))]).toEqual([cookie, '/sign-in?google=expired']);
  }
  const states = [
    back.replace(/state=[^&]+/, 'state='),
    back.replace(/state=[^&]+&?/, ''),
    `${back}&state=x`,
  ];
  for (const path of [
    ...states,
    `${back}&iss=https://accounts.evil.example`,
    back.replace(/code=[^&]+/, 'code='),
  ]) {
    visitor.google = own;
    expect([path, whereTo(await visitor.visit(path))]).toEqual([path, '/sign-in?google=refused']);
    expect([visitor.google, visitor.cookie]).toEqual([null, null]);
  }

  visitor.google = own;
  expect(whereTo(await visitor.visit(back))).toBe('/');
  // A replay: without the cookie, and with one that was kept.
  expect(whereTo(await visitor.visit(back))).toBe('/sign-in?google=expired');
  visitor.google = own;
  expect(whereTo(await visitor.visit(back))).toBe('/sign-in?google=expired');

  const late = new Visitor();
  const slow = await late.choose(await late.leave(), ada);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 601_000 });
  expect(whereTo(await late.visit(slow))).toBe('/sign-in?google=expired');
});

it('goes on over a change of the secret, and takes no cookie that another secret sealed', async () => {
  const secret = env.AUTH_SECRET;
  const next = 'the secret after that: 0123456789abcdefghijklmnopqrstuvwxyz';
  for (const [previous, expected] of [
    [secret, '/'],
    ['', '/sign-in?google=expired'],
  ] as const) {
    const visitor = new Visitor();
    const back = await visitor.choose(await visitor.leave(), somebody());
    visitor.options = appWith({ AUTH_SECRET: next, AUTH_SECRET_PREVIOUS: previous });
    expect(whereTo(await visitor.visit(back))).toBe(expected);
  }
});

it('verifies what Google says, and says on the page what did not work', async () => {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(String(line)));
  const refused = [
    'wrong_nonce',
    'wrong_audience',
    'wrong_issuer',
    'expired',
    'foreign_key',
    'unsigned',
    'symmetric',
  ];
  for (const [names, expected] of [
    [refused, 'refused'],
    [['token_error', 'token_garbage', 'token_without_id_token'], 'unavailable'],
  ] as const)
    for (const name of names) {
      const ada = somebody();
      const visitor = new Visitor();
      await fault(name, ada.email);
      expect([name, await visitor.come(ada)]).toEqual([name, `/sign-in?google=${expected}`]);
      expect([visitor.google, visitor.cookie]).toEqual([null, null]);
      expect(await findAccount(database(), ada.email)).toBeNull();
    }
  const visitor = new Visitor();
  expect(await visitor.come('deny')).toBe('/sign-in?google=denied');
  for (const [error, expected] of [
    ['server_error', 'unavailable'],
    ['invalid_scope', 'refused'],
  ]) {
    const { searchParams } = await visitor.leave();
    const query = new URLSearchParams({ state: searchParams.get('state') ?? '', error: error ?? '' });
    expect(whereTo(await visitor.visit(`${START}/callback?${query}`))).toBe(`/sign-in?google=${expected}`);
  }
  expect(await visitor.come({ ...somebody(), verified: 'no' })).toBe('/sign-in?google=unverified');

  // Nothing that could be used is in the log.
  const at = await visitor.leave();
  const back = await visitor.choose(at, somebody());
  const secrets = [at.searchParams.get('state'), at.searchParams.get('nonce'), visitor.google];
  expect(whereTo(await visitor.visit(`${back}&iss=x`))).toBe('/sign-in?google=refused');
  secrets.push(new URLSearchParams(back.split('?')[1]).get('code'));
  const logged = lines.join('\n');
  expect(logged).toContain('google_sign_in_failed');
  for (const value of secrets) expect([value, logged.includes(value ?? '')]).toEqual([value, false]);
  expect(logged).not.toContain('@gmail.example');
});

it('leads to a page also where Google, the database or the client is missing', async () => {
  const dead = 'http://localhost:1';
  const visitor = new Visitor();
  visitor.options = appWith({ GOOGLE_CLIENT_ID: '', GOOGLE_CLIENT_SECRET: '' });
  expect((await visitor.leave()).href).toBe(`${ORIGIN}/sign-in?google=unavailable`);
  visitor.options = {};
  const back = await visitor.choose(await visitor.leave(), somebody());
  visitor.options = appWith({ GOOGLE_BASE_URL: dead });
  // Names itself otherwise than the Google that this attempt left for.
  expect(whereTo(await visitor.visit(back))).toBe('/sign-in?google=refused');
  visitor.options = {};
  const next = (await visitor.choose(await visitor.leave(), somebody())).replace(/iss=[^&]+&?/, '');
  visitor.options = appWith({ GOOGLE_BASE_URL: dead });
  expect(whereTo(await visitor.visit(next))).toBe('/sign-in?google=unavailable');

  visitor.options = {};
  const last = await visitor.choose(await visitor.leave(), somebody());
  visitor.options = appWith({ DATABASE_URL: 'postgresql://postgres:pw@localhost:1/app' });
  expect(whereTo(await visitor.visit(last))).toBe('/sign-in?google=unavailable');
  expect([visitor.google, visitor.cookie]).toEqual([null, null]);
});

it('leads back only to a page of ours, and is begun only by ours', async () => {
  const ada = somebody();
  const elsewhere = [
    'https://evil.example/',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '\n//evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    'javascript:alert(1)',
    'settings',
    '@evil.example',
    '.evil.example',
    '',
    '/api/auth/google',
    '/x/../api/auth/google?returnTo=/',
  ];
  for (const returnTo of elsewhere) {
    expect([returnTo, await new Visitor().come(ada, returnTo)]).toEqual([returnTo, '/']);
  }
  for (const [returnTo, expected] of [
    ['/c/01a1?x=//evil.example#//y', '/c/01a1?x=//evil.example#//y'],
    ['/suche/ü 🌍', '/suche/%C3%BC%20%F0%9F%8C%8D'],
    ['/a/../settings', '/settings'],
    ['/@evil.example', '/@evil.example'],
  ])
    expect([returnTo, await new Visitor().come(ada, returnTo)]).toEqual([returnTo, expected]);
  const long = await new Visitor().visit(`${START}?returnTo=/${'x'.repeat(600)}`);
  expect(await problemOf(long)).toEqual([400, 'bad_request']);

  const visitor = new Visitor();
  const foreign = await visitor.call('GET', START, { headers: { 'sec-fetch-site': 'cross-site' } });
  expect([whereTo(foreign), foreign.headers.get('set-cookie')]).toEqual(['/sign-in?google=refused', null]);
});

it('gives an account whose address nobody had proved to its owner, and to nobody else any more', async () => {
  const eve = await newcomer();
  const apiKey = z
    .object({ secret: z.string() })
    .parse(
      await (await eve.call('POST', '/api/api-keys', { body: { name: 'mine', scopes: ['read'] } })).json(),
    ).secret;
  const withKey = { headers: { authorization: `Bearer ${apiKey}` } };
  expect((await eve.call('GET', '/api/me', withKey)).status).toBe(200);
  await userObject(env, eve.userId).setSecondFactor(true, ['a-code-of-eve']);

  const owner = new Visitor();
  expect(await owner.come({ ...somebody(), email: eve.email })).toBe('/');
  await owner.load();
  expect(owner.userId).toBe(eve.userId);
  expect(owner.user).toMatchObject({ email: eve.email, emailVerified: true });

  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1_100 });
  expect(await problemOf(await eve.call('GET', '/api/me'))).toEqual([401, 'unauthenticated']);
  expect(await problemOf(await eve.call('GET', '/api/me', withKey))).toEqual([401, 'unauthenticated']);
  expect(await problemOf(await eve.enter('refresh'))).toEqual([401, 'refresh_invalid']);
  expect(await problemOf(await eve.enter('sign-in'))).toEqual([401, 'bad_credentials']);
  expect(await userObject(env, owner.userId).security()).toEqual({
    secondFactor: false,
    recoveryCodesLeft: 0,
  });
  const actions = await actionsOf(owner);
  expect(actions.slice(0, 4)).toEqual([
    ['sign_in_failed', null],
    ['signed_in', 'google'],
    ['google_linked', eve.email],
    ['email_verified', null],
  ]);
});

it('links an account whose address is proved, and leaves everything else that opens it', async () => {
  const ada = await newcomer();
  await markVerified(database(), ada.userId, ada.email, new Date());
  const visitor = new Visitor();
  expect(await visitor.come({ ...somebody(), email: ada.email.toUpperCase() })).toBe('/');
  await visitor.load();
  expect(visitor.userId).toBe(ada.userId);
  expect((await ada.call('GET', '/api/me')).status).toBe(200);
  expect((await ada.enter('sign-in')).status).toBe(200);
  expect(await actionsOf(visitor)).toContainEqual(['google_linked', ada.email]);

  // Another account at Google that has come by the same address.
  const second = new Visitor();
  expect(await second.come({ ...somebody(), email: ada.email })).toBe('/');
  expect(await listIdentities(database(), ada.userId)).toHaveLength(2);

  // Unless Google has verified it, the address of somebody means nothing.
  const eve = new Visitor();
  expect(await eve.come({ ...somebody(), email: ada.email, verified: 'no' })).toBe(
    '/sign-in?google=unverified',
  );
  expect(await listIdentities(database(), ada.userId)).toHaveLength(2);
});

it('makes one account of several first sign-ins at once, also beside a sign-up', async () => {
  const ada = somebody();
  const visitors = Array.from({ length: 4 }, () => new Visitor());
  const backs = await Promise.all(
    visitors.map(async (visitor) => visitor.choose(await visitor.leave(), ada)),
  );
  const ends = await Promise.all(
    visitors.map(async (visitor, index) => whereTo(await visitor.visit(backs[index] ?? ''))),
  );
  expect(ends).toEqual(['/', '/', '/', '/']);
  await Promise.all(visitors.map((visitor) => visitor.load()));
  expect(new Set(visitors.map(({ userId }) => userId)).size).toBe(1);
  const rows = await database().select().from(accounts).where(eq(accounts.email, ada.email));
  expect(rows).toHaveLength(1);
  expect(await database().select().from(identities).where(eq(identities.subject, ada.sub))).toHaveLength(1);
  const told = (await actionsOf(visitors[0] ?? new Visitor())).map(([action]) => action);
  expect(told.toSorted()).toEqual(['signed_in', 'signed_in', 'signed_in', 'signed_up']);

  const racer = new Visitor();
  const back = await racer.choose(await racer.leave(), { ...somebody(), email: racer.email });
  const typist = new TestBrowser();
  const body = { email: racer.email, password: typist.password };
  const [end] = await Promise.all([racer.visit(back), typist.enter('sign-up', { body })]);
  expect(whereTo(end)).toBe('/');
  await racer.load();
  expect(await database().select().from(accounts).where(eq(accounts.email, racer.email))).toHaveLength(1);
  const signIn = await typist.call('POST', '/api/auth/sign-in', { body });
  expect(await problemOf(signIn)).toEqual([401, 'bad_credentials']);
});

it('asks for the second factor of an account that has one, and ends the session that the browser had before', async () => {
  const ada = somebody();
  const visitor = new Visitor();
  await visitor.come(ada);
  const first = await (await visitor.load()).cookie;
  expect(await visitor.come(ada, '/settings')).toBe('/settings');
  await visitor.load();
  await vi.waitFor(async () => {
    const sessions = await userObject(env, visitor.userId).listSessions(null);
    expect(sessions).toHaveLength(1);
  });
  const headers = { cookie: `__Host-refresh=${first}` };
  const old = await new TestBrowser().call('POST', '/api/auth/refresh', { headers });
  expect(await problemOf(old)).toEqual([401, 'refresh_invalid']);

  await userObject(env, visitor.userId).setSecondFactor(true, []);
  const asked = new Visitor();
  expect(await asked.come(ada)).toMatch(/^\/sign-in#pending=[\w-]+\.[\w-]+\.[\w-]+$/);
  expect([asked.google, asked.cookie]).toEqual([null, null]);
});

it('unlinks, unless nothing else would open the account', async () => {
  const ada = somebody();
  const visitor = new Visitor();
  await visitor.come(ada);
  await visitor.load();
  const unlink = () => visitor.call('DELETE', '/api/me/google');
  expect(await problemOf(await unlink())).toEqual([409, 'last_way_in']);
  expect(await listIdentities(database(), visitor.userId)).toHaveLength(1);
  await setPasswordHash(database(), visitor.userId, 'some hash');
  const at = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now: at + 11 * 60_000 });
  await visitor.load();
  expect(await problemOf(await unlink())).toEqual([403, 'confirm_identity']);
  vi.setSystemTime(at);
  await visitor.come(ada);
  await visitor.load();
  expect((await unlink()).status).toBe(204);
  expect(await listIdentities(database(), visitor.userId)).toEqual([]);
  expect(await problemOf(await unlink())).toEqual([404, 'not_found']);
  expect((await actionsOf(visitor))[0]).toEqual(['google_unlinked', ada.email]);
});
