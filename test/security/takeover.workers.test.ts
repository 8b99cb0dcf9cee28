/**
 * Attacks that a review proved against earlier versions: ways in which somebody who held an account, or was about to be
 * thrown out of it, could stay. Each ends with the owner alone.
 */
import { env } from 'cloudflare:workers';
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { neon } from '@neondatabase/serverless';
import { v4 as uuidv4 } from 'uuid';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { user } from '#durable-objects/user/client.ts';
import { UserDO } from '#durable-objects/user/user-do.ts';
import { ABSOLUTE_MS } from '#shared/core/auth/refresh.ts';
import { newcomer, problemOf, TestBrowser } from '#worker/test-browser.ts';
import { Visitor } from '../workers/google-visitor.ts';
import { mailTo } from '../workers/mailbox.ts';
import { standIn } from '../workers/stand-in.ts';
import { Talk } from '../workers/talk.ts';

beforeEach(() => standIn.hurry());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const UNAUTHENTICATED = [401, 'unauthenticated'];
const post = (browser: TestBrowser, path: string, body: object) => browser.call('POST', path, { body });
const signIn = (email: string, password: string) =>
  new TestBrowser().enter('sign-in', { body: { email, password } });

/** Another session of the same account: whoever knows the password. */
async function thiefOf(owner: TestBrowser): Promise<TestBrowser> {
  const thief = new TestBrowser();
  const body = { email: owner.email, password: owner.password };
  expect((await thief.enter('sign-in', { body })).status).toBe(200);
  return thief;
}

/** A request whose body is kept back until `finish`. */
async function held(browser: TestBrowser, method: string, path: string, body: object) {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const text = new TextEncoder().encode(JSON.stringify(body));
  const headers = { 'content-type': 'application/json' };
  const answer = browser.call(method, path, { raw: readable, headers });
  await writer.write(text.slice(0, 3));
  return {
    finish: async () => {
      await writer.write(text.slice(3)).catch(() => {});
      await writer.close().catch(() => {});
      return answer;
    },
  };
}

/** Doors take a session for good for a second after it ended. */
const aSecondLater = () => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1_000 });

it('does not finish what an ended session began with a body that it kept back', async () => {
  const ada = await newcomer();
  const thief = await thiefOf(ada);
  const talk = await Talk.begin(ada);
  const begun = [
    await held(thief, 'POST', '/api/api-keys', { name: 'mine', scopes: ['read'] }),
    await held(thief, 'POST', '/api/me/password', { password: 'the thief chose this' }),
    await held(thief, 'POST', '/api/me/email', { email: `${uuidv4()}@example.com` }),
    await held(thief, 'POST', `/api/conversations/${talk.id}/messages`, { text: 'too late' }),
    await held(thief, 'POST', '/api/conversations', { message: { text: 'too late' } }),
  ];
  const password = `owner-${uuidv4()}`;
  expect((await post(ada, '/api/me/password', { password, revokeApiKeys: true })).status).toBe(204);
  aSecondLater();
  for (const { finish } of begun) expect(await problemOf(await finish())).toEqual(UNAUTHENTICATED);
  vi.useRealTimers();
  expect((await signIn(ada.email, password)).status).toBe(200);
  expect((await signIn(ada.email, 'the thief chose this')).status).toBe(401);
  expect(await user(env, ada.userId).listKeys()).toEqual([]);
});

it('leaves no password of a stranger to whoever claims the address with Google', async () => {
  const eve = await newcomer();
  const change = await held(eve, 'POST', '/api/me/password', { password: 'eve waited for you' });
  const owner = new Visitor();
  await owner.come({ email: eve.email });
  await owner.load();
  aSecondLater();
  expect(await problemOf(await change.finish())).toEqual(UNAUTHENTICATED);
  vi.useRealTimers();
  expect((await signIn(eve.email, 'eve waited for you')).status).toBe(401);
  expect((await owner.enter('refresh')).status).toBe(200);
});

it('undoes a password that reached the database after its session had ended', async () => {
  const ada = await newcomer();
  const thief = await thiefOf(ada);
  // The session ends between the two writes: the object says so, and the password goes again.
  const reach = globalThis.fetch;
  let ended = false;
  globalThis.fetch = async (input, init) => {
    const response = await reach(input, init);
    const sent = typeof init?.body === 'string' ? init.body : '';
    if (!ended && sent.includes('update \\"accounts\\" set \\"password_hash\\"')) {
      ended = true;
      await ada.call('DELETE', '/api/sessions');
    }
    return response;
  };
  try {
    expect(
      await problemOf(await post(thief, '/api/me/password', { password: 'the thief chose this' })),
    ).toEqual(UNAUTHENTICATED);
  } finally {
    globalThis.fetch = reach;
  }
  expect(ended).toBe(true);
  expect((await signIn(ada.email, 'the thief chose this')).status).toBe(401);
});

it('makes a change of address void when the owner throws everybody out, and tells the present address of it', async () => {
  const ada = await newcomer();
  await post(ada, '/api/auth/verify', { token: (await mailTo(ada.email, 'Confirm')).token });
  const thief = await thiefOf(ada);
  const evil = `evil-${ada.email}`;
  expect((await post(thief, '/api/me/email', { email: evil })).status).toBe(202);
  const { token } = await mailTo(evil);
  expect((await mailTo(ada.email, 'may get another')).text).toContain('Nothing has changed yet');
  await post(ada, '/api/me/password', { password: `owner-${uuidv4()}` });
  expect(await problemOf(await post(thief, '/api/auth/verify', { token }))).toEqual([410, 'link_expired']);
});

it('keeps no key that was made before the address was confirmed by somebody who is not signed in', async () => {
  const eve = await newcomer();
  const { secret } = z
    .object({ secret: z.string() })
    .parse(await (await post(eve, '/api/api-keys', { name: 'k', scopes: ['read'] })).json());
  const owner = new TestBrowser();
  const { token } = await mailTo(eve.email, 'Confirm');
  expect((await post(owner, '/api/auth/verify', { token })).status).toBe(200);
  aSecondLater();
  const headers = { authorization: `Bearer ${secret}`, cookie: '' };
  expect(await problemOf(await owner.call('GET', '/api/me', { headers }))).toEqual(UNAUTHENTICATED);
  vi.useRealTimers();
  // Who confirms where they signed up keeps what they made.
  const ada = await newcomer();
  await post(ada, '/api/api-keys', { name: 'k', scopes: ['read'] });
  await post(ada, '/api/auth/verify', { token: (await mailTo(ada.email, 'Confirm')).token });
  expect(await user(env, ada.userId).listKeys()).toHaveLength(1);
});

it('throws everybody out before a new password is written, whatever comes of the rest', async () => {
  const ada = await newcomer();
  const thief = await thiefOf(ada);
  await post(ada, '/api/auth/reset', { email: ada.email });
  const { token } = await mailTo(ada.email, 'password');
  vi.spyOn(UserDO.prototype, 'passwordReset').mockImplementationOnce(() => {
    throw new Error('the object is away');
  });
  const confirm = () => post(ada, '/api/auth/reset/confirm', { token, password: 'the owner chose this' });
  expect((await confirm()).status).toBe(500);
  expect(await problemOf(await thief.enter('refresh'))).toEqual([401, 'refresh_invalid']);
  // The link is good again at once.
  expect((await confirm()).status).toBe(204);
  expect((await signIn(ada.email, 'the owner chose this')).status).toBe(200);
});

it('asks the database when nobody said how a link ended', async () => {
  const ada = await newcomer();
  const { token = '' } = await mailTo(ada.email, 'Confirm');
  const stub = user(env, ada.userId);
  expect(await stub.claimLink(token)).toMatchObject({ purpose: 'verify' });
  // The worker wrote to the database and was gone.
  await neon(env.DATABASE_URL).query('update accounts set email_verified_at = now() where id = $1', [
    ada.userId,
  ]);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
  await runDurableObjectAlarm(stub);
  await vi.waitFor(async () => expect((await stub.profile())?.emailVerified).toBe(true));
});

it('takes no second factor for a first one that was shown before the password changed', async () => {
  const ada = await newcomer();
  const stub = user(env, ada.userId);
  await stub.setSecondFactor(true, ['a hash']);
  const asked = await signIn(ada.email, ada.password);
  const { pending } = z.object({ pending: z.string() }).parse(await asked.json());
  const payload = z.object({ iat: z.number() }).parse(JSON.parse(atob(pending.split('.')[1] ?? '')));
  const device = { userAgent: null, place: null };
  expect((await stub.openFamily(device, 'second_factor', payload.iat * 1_000)).ok).toBe(true);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 5_000 });
  await post(ada, '/api/me/password', { password: 'another password' });
  expect(await stub.openFamily(device, 'second_factor', payload.iat * 1_000)).toEqual({
    ok: false,
    code: 'void',
  });
});

it('does not take the password for proof of presence where a second factor is asked for', async () => {
  const ada = await newcomer();
  await user(env, ada.userId).setSecondFactor(true, ['a hash']);
  const confirm = await post(ada, '/api/me/confirm', { password: ada.password });
  expect(await problemOf(confirm)).toEqual([401, 'second_factor_required']);
});

it('ends open sockets with the session that ran out', async () => {
  const ada = await newcomer();
  const socket = (await ada.call('GET', '/api/me/events', { headers: { upgrade: 'websocket' } })).webSocket;
  const closed = new Promise<number>((resolve) =>
    socket?.addEventListener('close', ({ code }) => resolve(code)),
  );
  socket?.accept();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ABSOLUTE_MS });
  await runDurableObjectAlarm(user(env, ada.userId));
  expect(await closed).toBe(4001);
});

it('rings by itself for everything that it owes, before anything is delivered', async () => {
  const id = uuidv4();
  const stub = user(env, id);
  const createdAt = new Date().toISOString();
  await stub.create({
    id,
    email: `${id}@example.com`,
    emailVerified: true,
    name: 'A',
    timezone: 'UTC',
    createdAt,
  });
  const alarms = await runInDurableObject(stub, async (instance, { storage }) => {
    const before = await storage.getAlarm();
    if (!(instance instanceof UserDO)) throw new Error('not the object of a user');
    instance.record({ action: 'password_changed' });
    // Nothing has been delivered yet: the first delivery is only about to ask the network.
    return [before, await storage.getAlarm()];
  });
  expect(alarms).toEqual([null, expect.any(Number)]);
});

it('makes no conversation for an account that has ended', async () => {
  const ada = await newcomer();
  const id = uuidv4();
  await user(env, ada.userId).deleteAccount(null, uuidv4());
  const made = await env.CONVERSATION.getByName(id).create({
    id,
    ownerId: ada.userId,
    kind: 'chat',
    title: null,
    message: null,
    turnId: uuidv4(),
  });
  expect(made).toEqual({ ok: false, code: 'gone' });
  const tables = await runInDurableObject(env.CONVERSATION.getByName(id), (_instance, { storage }) =>
    storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
  );
  expect(tables).toEqual([]);
});
