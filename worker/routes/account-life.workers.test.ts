import { env } from 'cloudflare:workers';
import { createExecutionContext, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { neon } from '@neondatabase/serverless';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import { conversation } from '#durable-objects/conversation/client.ts';
import { records } from '#durable-objects/records/client.ts';
import { user } from '#durable-objects/user/client.ts';
import { Deletion } from '#shared/protocol/security.ts';
import { FakeServers, listingOf } from '#test/workers/fake-servers.ts';
import { mailTo } from '#test/workers/mailbox.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';
import { createApp } from '../app.ts';
import { newcomer, problemOf, TestBrowser } from '../test-browser.ts';

const MINUTE = 60_000;
/** Nobody listens there. */
const AWAY = 'postgresql://u:p@localhost:1/app';
const address = env.DATABASE_URL;

beforeEach(() => standIn.hurry());
afterEach(() => {
  env.DATABASE_URL = address;
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const post = (browser: TestBrowser, path: string, body: object) => browser.call('POST', path, { body });
const verify = (browser: TestBrowser, token = '') => post(browser, '/api/auth/verify', { token });
const reset = (browser: TestBrowser, token = '', password = 'a new password') =>
  post(browser, '/api/auth/reset/confirm', { token, password });
const signIn = (email: string, password: string) =>
  new TestBrowser().enter('sign-in', { body: { email, password } });
const me = async (browser: TestBrowser) =>
  z.looseObject({ user: z.looseObject({}) }).parse(await (await browser.call('GET', '/api/me')).json()).user;

it('confirms an address by the link of the sign-up mail, once', async () => {
  const ada = await newcomer();
  expect(await me(ada)).toMatchObject({ emailVerified: false });
  const { token, subject } = await mailTo(ada.email);
  expect(subject).toBe('Confirm your address');
  // Whoever reads the mail need not be signed in there.
  const phone = new TestBrowser();
  const verified = await verify(phone, token);
  expect([verified.status, await verified.json()]).toEqual([200, { email: ada.email }]);
  expect(await me(ada)).toMatchObject({ emailVerified: true });
  expect(await problemOf(await verify(phone, token))).toEqual([410, 'link_expired']);
  expect(await problemOf(await ada.call('POST', '/api/me/verification'))).toEqual([409, 'already_verified']);
  for (const bad of ['x', token?.replace(/.$/, 'Z'), '0'.repeat(32) + '.' + 'a'.repeat(43)])
    expect(await problemOf(await verify(phone, bad))).toEqual([410, 'link_expired']);
});

it('lets links expire, and keeps one good when the database was away', async () => {
  const ada = await newcomer();
  const first = (await mailTo(ada.email)).token;
  const app = createApp({ clock, log });
  const away = { ...env, DATABASE_URL: AWAY };
  const fetch = (request: Request) => app.fetch(request, away, createExecutionContext());
  const tried = await ada.call('POST', '/api/auth/verify', { fetch, body: { token: first } });
  expect(await problemOf(tried)).toEqual([503, 'database_unavailable']);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 48 * 60 * MINUTE });
  expect(await problemOf(await verify(ada, first))).toEqual([410, 'link_expired']);
  vi.useRealTimers();
  expect((await verify(ada, first)).status).toBe(200);
});

it('answers the same to a known and an unknown address that forgot the password', async () => {
  const ada = await newcomer();
  const known = await post(ada, '/api/auth/reset', { email: ada.email });
  const unknown = await post(ada, '/api/auth/reset', { email: `nobody-${ada.email}` });
  expect([known.status, await known.text()]).toEqual([unknown.status, await unknown.text()]);
  expect(known.status).toBe(202);
  expect((await mailTo(ada.email, 'password')).token).toBeDefined();
});

it('sets a new password by mail: once, for everybody out, and of two at once only one', async () => {
  const ada = await newcomer();
  const key = z
    .object({ secret: z.string() })
    .parse(await (await post(ada, '/api/api-keys', { name: 'k', scopes: ['read'] })).json()).secret;
  await post(ada, '/api/auth/reset', { email: ada.email });
  const { token } = await mailTo(ada.email, 'password');
  expect(await problemOf(await verify(ada, token))).toEqual([410, 'link_expired']);
  const both = await Promise.all(
    ['one password here', 'two passwords here'].map((p) => reset(ada, token, p)),
  );
  expect(both.map(({ status }) => status).toSorted()).toEqual([204, 410]);
  const winner = both[0]?.status === 204 ? 'one password here' : 'two passwords here';
  expect((await signIn(ada.email, winner)).status).toBe(200);
  expect((await signIn(ada.email, ada.password)).status).toBe(401);
  expect(await problemOf(await ada.enter('refresh'))).toEqual([401, 'refresh_invalid']);
  // Nobody had proved the address before: what else opened the account may have been a stranger's.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1_000 });
  const byKey = await ada.call('GET', '/api/me', { headers: { authorization: `Bearer ${key}` } });
  expect(await problemOf(byKey)).toEqual([401, 'unauthenticated']);
  vi.useRealTimers();
  expect(await problemOf(await reset(ada, token))).toEqual([410, 'link_expired']);
  expect((await mailTo(ada.email, 'was changed')).subject).toBe('Your password was changed');
});

it('moves the account to another address when its link is followed, and tells the old one', async () => {
  const [ada, eve] = [await newcomer(), await newcomer()];
  await verify(ada, (await mailTo(ada.email)).token);
  const email = `new-${ada.email}`;
  expect((await post(ada, '/api/me/email', { email })).status).toBe(202);
  expect(await me(ada)).toMatchObject({ email: ada.email });
  // A reset that was asked for before must not open the account from the old address afterwards.
  await post(ada, '/api/auth/reset', { email: ada.email });
  const old = (await mailTo(ada.email, 'password')).token;
  expect((await verify(eve, (await mailTo(email)).token)).status).toBe(200);
  expect(await me(ada)).toMatchObject({ email, emailVerified: true });
  expect((await mailTo(ada.email, 'another address')).text).toContain(email);
  expect(await problemOf(await reset(ada, old))).toEqual([410, 'link_expired']);
  expect((await signIn(email, ada.password)).status).toBe(200);
  expect((await signIn(ada.email, ada.password)).status).toBe(401);
  // An address that somebody has: said to its reader only.
  expect((await post(ada, '/api/me/email', { email: eve.email })).status).toBe(202);
  const { token } = await mailTo(eve.email, 'new address');
  expect(await problemOf(await verify(ada, token))).toEqual([409, 'email_taken']);
});

it('tells the owner of an address that somebody signed up with it, once a day', async () => {
  const ada = await newcomer();
  for (let n = 0; n < 3; n += 1) {
    const again = await post(new TestBrowser(), '/api/auth/sign-up', {
      email: ada.email,
      password: 'not hers at all',
    });
    expect(await problemOf(again)).toEqual([409, 'email_taken']);
  }
  expect((await mailTo(ada.email, 'already have')).text).toContain('nothing was changed');
  const audit = await user(env, ada.userId).audit({});
  expect(audit?.items.filter(({ action }) => action === 'sign_up_repeated')).toHaveLength(1);
});

/** Every table of an object. */
const tablesOf = (stub: DurableObjectStub) =>
  runInDurableObject(stub, async (_instance, { storage }) => ({
    alarm: await storage.getAlarm(),
    tables: storage.sql
      .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'")
      .toArray()
      .map(({ name }) => name),
  }));

async function rowsOf(userId: string, email: string): Promise<Record<string, number>> {
  const sql = neon(env.DATABASE_URL);
  const tables = await sql.query(
    `select table_name from information_schema.tables where table_schema = 'public'`,
  );
  const counts: Record<string, number> = {};
  for (const { table_name: table } of z.array(z.object({ table_name: z.string() })).parse(tables)) {
    const rows = await sql.query(
      `select count(*)::int as n from "${table}" t where to_jsonb(t)::text like any (array[$1, $2])`,
      [`%${userId}%`, `%${email}%`],
    );
    const n = Number(rows[0]?.['n']);
    if (n > 0) counts[table] = n;
  }
  return counts;
}

/** Lets time go on, and the object ring, until the deletion says that it is done. */
async function untilDeleted(userId: string, deletionId: string, from: number): Promise<void> {
  let ring = 0;
  await vi.waitFor(
    async () => {
      vi.setSystemTime(from + (ring += 1) * 60_000);
      await runDurableObjectAlarm(user(env, userId));
      const page = await new TestBrowser().call('GET', `/api/deletions/${deletionId}`);
      expect(Deletion.parse(await page.json()).state).toBe('done');
    },
    { interval: 50 },
  );
}

it('deletes an account with everything it owns, and leaves a line that tells of nobody', async () => {
  const ada = await newcomer();
  const talks = [await Talk.begin(ada, 'one'), await Talk.begin(ada, 'two'), await Talk.begin(ada)];
  for (const talk of talks.slice(0, 2)) await (await talk.watch()).ended();
  const open = await talks[0]?.watch();
  await post(ada, '/api/api-keys', { name: 'k', scopes: ['read'] });
  const server = 'https://tools.example.com/mcp';
  new FakeServers().set(server, listingOf('search'));
  expect((await post(ada, '/api/connections', { url: server })).status).toBe(201);
  for (const raw of ['one file', 'another file'])
    expect((await ada.call('POST', '/api/files', { raw })).status).toBe(201);
  await records(env, ada.userId).write(uuidv7(), 'CREATE TABLE tea (name TEXT)', [], false);
  const bytes = async () => (await env.FILES.list({ prefix: `${ada.userId}/` })).objects.length;
  expect(await bytes()).toBe(2);
  expect(Object.keys(await rowsOf(ada.userId, ada.email)).toSorted()).toEqual(
    expect.arrayContaining(['accounts', 'audit', 'conversations', 'messages']),
  );

  const asked = await ada.call('DELETE', '/api/me');
  expect(asked.status).toBe(202);
  expect(ada.cookie).toBeNull();
  const { deletionId } = z.object({ deletionId: z.string() }).parse(await asked.json());
  await open?.until(({ closed }) => closed);
  // At once nobody can act as this user any more, or become it.
  const now = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now: now + 3_000 });
  expect(await problemOf(await ada.call('GET', '/api/me'))).toEqual([401, 'unauthenticated']);
  const stub = user(env, ada.userId);
  const state = async () =>
    Deletion.parse(await (await new TestBrowser().call('GET', `/api/deletions/${deletionId}`)).json());
  await untilDeleted(ada.userId, deletionId, now);
  expect(await state()).toMatchObject({
    state: 'done',
    removed: { conversations: 3, sessions: 1, apiKeys: 1, connections: 1, files: 2 },
  });
  expect(await rowsOf(ada.userId, ada.email)).toEqual({});
  expect(await tablesOf(stub)).toEqual({ alarm: null, tables: [] });
  for (const { id } of talks)
    expect(await tablesOf(conversation(env, id))).toEqual({ alarm: null, tables: [] });
  expect(await tablesOf(records(env, ada.userId))).toEqual({ alarm: null, tables: [] });
  expect(await bytes()).toBe(0);
  vi.useRealTimers();
  expect((await mailTo(ada.email, 'deleted')).subject).toBe('Your account is being deleted');
  expect((await signIn(ada.email, ada.password)).status).toBe(401);
  // The address is free.
  const again = await new TestBrowser().enter('sign-up', {
    body: { email: ada.email, password: ada.password },
  });
  expect(again.status).toBe(201);
});

it('goes on deleting when the database comes back', async () => {
  const ada = await newcomer();
  await Talk.begin(ada);
  env.DATABASE_URL = AWAY;
  const asked = await ada.call('DELETE', '/api/me');
  expect(asked.status).toBe(202);
  expect(await problemOf(await ada.enter('refresh'))).toEqual([401, 'refresh_missing']);
  env.DATABASE_URL = address;
  // Not even with the right password, while the account's row is still there.
  expect((await signIn(ada.email, ada.password)).status).toBe(401);
  const now = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now });
  const { deletionId } = z.object({ deletionId: z.string() }).parse(await asked.json());
  await untilDeleted(ada.userId, deletionId, now);
  expect(await rowsOf(ada.userId, ada.email)).toEqual({});
});
