import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, expect, it, vi } from 'vitest';
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import { Session } from '#shared/protocol/account.ts';
import { Ceremony } from '#shared/protocol/security.ts';
import { Authenticator, type Wrong } from '#test/workers/authenticator.ts';
import {
  added,
  auditOf,
  begin,
  pass,
  refused,
  register,
  signIn,
  withPasskey,
} from '#test/workers/passkey-steps.ts';
import { createApp } from '../app.ts';
import { newcomer, ORIGIN, problemOf, TestBrowser } from '../test-browser.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('registers a passkey, signs in with it alone, renames it and takes it away again', async () => {
  const person = await newcomer();
  const phone = new Authenticator(ORIGIN, { synced: true });
  const creation = await begin(person, '/api/passkeys/options');
  expect(creation.options).toMatchObject({
    rp: { id: 'localhost', name: 'Agentic Tasks' },
    user: {
      id: Buffer.from(person.userId.replaceAll('-', ''), 'hex').toString('base64url'),
      name: person.email,
    },
    attestation: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: [],
  });
  const first = await added(await register(person, phone));
  expect(first).toEqual({
    id: expect.any(String),
    name: 'Chrome on Linux',
    synced: true,
    createdAt: expect.any(String),
    lastUsedAt: null,
  });
  await expect(register(person, phone)).rejects.toThrow('InvalidStateError');
  const key = new Authenticator(ORIGIN);
  const second = await added(await register(person, key));
  expect([second.name, second.synced]).toEqual(['Chrome on Linux 2', false]);

  const asked = await begin(new TestBrowser(), '/api/auth/passkey/options', {});
  // The same for everybody: it knows nobody yet.
  expect(asked.options).toMatchObject({
    rpId: 'localhost',
    userVerification: 'required',
    allowCredentials: [],
  });
  for (const authenticator of [phone, key, phone, key]) {
    const browser = new TestBrowser();
    const response = await signIn(authenticator, {}, browser);
    const session = Session.parse(await response.json());
    expect([response.status, session.user.id]).toEqual([200, person.userId]);
    expect((await browser.enter('refresh')).status).toBe(200);
  }
  const native = await begin(new TestBrowser(), '/api/auth/passkey/options', {});
  const credential = await key.get(native.options);
  const carried = await new TestBrowser().call('POST', '/api/auth/passkey', {
    body: { token: native.token, credential, session: 'token' },
  });
  expect(carried.headers.get('set-cookie')).toBeNull();
  expect(Session.parse(await carried.json()).refreshToken).toMatch(/\w{20}/);

  const path = `/api/passkeys/${second.id}`;
  const stranger = await newcomer();
  for (const [method, options] of [
    ['PATCH', { body: { name: 'Mine' } }],
    ['DELETE', {}],
  ] as const)
    expect(await problemOf(await stranger.call(method, path, options))).toEqual([404, 'not_found']);
  const renamed = await added(await person.call('PATCH', path, { body: { name: ' Key on my ring ' } }));
  expect(renamed).toEqual({ ...second, name: 'Key on my ring', lastUsedAt: expect.any(String) });
  // What is public in a passkey is still nobody's business.
  const raw = await (await person.call('GET', '/api/me/security')).json();
  expect(raw).toMatchObject({ passkeys: [{ ...first, lastUsedAt: expect.any(String) }, renamed] });
  expect(JSON.stringify(raw)).not.toMatch(/publicKey|credentialId|counter/);

  expect((await person.call('DELETE', path)).status).toBe(204);
  expect(await problemOf(await person.call('DELETE', path))).toEqual([404, 'not_found']);
  expect(await problemOf(await signIn(key))).toEqual(refused);
  expect((await signIn(phone)).status).toBe(200);
  const log = await auditOf(person);
  expect(log).toContainEqual(['passkey_added', 'Chrome on Linux 2']);
  expect(log).toContainEqual(['passkey_removed', 'Key on my ring']);
});

it('refuses every assertion that is not exactly what it asked for, and says the same of each', async () => {
  const { person, authenticator } = await withPasskey();
  const { person: other, authenticator: otherKey } = await withPasskey();
  const handle = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
  const wrongs: Wrong[] = [
    { origin: 'https://evil.example' },
    { origin: `${ORIGIN}0` },
    { rpId: 'evil.example' },
    { challenge: Buffer.alloc(32).toString('base64url') },
    { type: 'webauthn.create' },
    { topOrigin: 'https://evil.example' },
    { userVerified: false },
    { userPresent: false },
    { userHandle: null },
    { userHandle: handle(other.userId) },
    { userHandle: person.userId },
    { foreignKey: true },
    { credentialId: otherKey.held[0]?.id ?? '' },
    { credentialId: otherKey.held[0]?.id ?? '', userHandle: handle(other.userId) },
    { credentialId: Buffer.alloc(32).toString('base64url') },
    { credentialId: 'not base64url!' },
  ];
  for (const wrong of wrongs)
    expect([wrong, await problemOf(await signIn(authenticator, wrong))]).toEqual([wrong, refused]);

  const browser = new TestBrowser();
  const send = (body: object) => browser.call('POST', '/api/auth/passkey', { body });
  const { options, token } = await begin(browser, '/api/auth/passkey/options', {});
  const good = { token, credential: await authenticator.get(options) };
  // A challenge of another purpose, even with everything else right, and a token that is none of the kind.
  const toConfirm = await begin(person, '/api/me/confirm/options');
  const toRegister = await begin(person, '/api/passkeys/options');
  const confirming = await authenticator.get(toConfirm.options);
  const registering = await authenticator.get({ ...options, challenge: toRegister.options['challenge'] });
  for (const body of [
    { token: toConfirm.token, credential: confirming },
    { token: toRegister.token, credential: registering },
    { token: toConfirm.token, credential: good.credential },
    { token: person.accessToken, credential: good.credential },
    { token: `${token}x`, credential: good.credential },
    { token, credential: { ...good.credential, response: {} } },
    { token, credential: { ...good.credential, response: { ...good.credential.response, signature: '%' } } },
    { token, credential: { ...good.credential, rawId: 'x' } },
  ])
    expect(await problemOf(await send(body))).toEqual(refused);
  const viaConfirm = await person.call('POST', '/api/me/confirm', { body: good });
  expect(await problemOf(viaConfirm)).toEqual(refused);

  const answers = await Promise.all(Array.from({ length: 5 }, () => send(good)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401, 401]);
  expect(await problemOf(await send(good))).toEqual(refused);
  const late = await begin(browser, '/api/auth/passkey/options', {});
  const tooLate = { token: late.token, credential: await authenticator.get(late.options) };
  pass(300_000);
  expect(await problemOf(await send(tooLate))).toEqual(refused);
  expect((await signIn(authenticator)).status).toBe(200);
});

it('notices a copied passkey by its counter, and cannot be made to cry wolf', async () => {
  const { person, authenticator } = await withPasskey();
  expect((await signIn(authenticator, { counter: 7 })).status).toBe(200);
  const copied = ['passkey_copied', 'Chrome on Linux'];
  expect(await problemOf(await signIn(authenticator, { counter: 3, foreignKey: true }))).toEqual(refused);
  expect(await auditOf(person)).not.toContainEqual(copied);
  for (const counter of [7, 3, 0])
    expect(await problemOf(await signIn(authenticator, { counter }))).toEqual(refused);
  expect((await auditOf(person)).filter(([action]) => action === 'passkey_copied')).toEqual([copied]);

  // Two devices with the same key that reach the next count at the same moment: one of them.
  const pair = await Promise.all([8, 8].map((counter) => signIn(authenticator, { counter })));
  expect(pair.map(({ status }) => status).toSorted()).toEqual([200, 401]);
  // A passkey that is synced has no counter, and its copies are meant.
  const synced = await withPasskey({ synced: true });
  for (let time = 0; time < 3; time += 1) expect((await signIn(synced.authenticator)).status).toBe(200);
});

it('serves pages of its own origin alone, and makes passkeys for its public address', async () => {
  const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  const body = { token: 'x', credential: { id: 'x', rawId: 'x', type: 'public-key', response: {} } };
  for (const [path, sent] of [
    ['/api/auth/passkey/options', {}],
    ['/api/auth/passkey', body],
    ['/api/auth/recovery', { pending: 'x', code: 'x' }],
  ] as const) {
    const response = await new TestBrowser().call('POST', path, { body: sent, headers: foreign });
    expect(await problemOf(response)).toEqual([403, 'bad_origin']);
  }

  const { person, authenticator } = await withPasskey();
  const app = createApp({ clock, log });
  const production = {
    ...env,
    PUBLIC_URL: 'https://app.example.com',
    ALLOW_LOCAL_URLS: 'false',
    GOOGLE_BASE_URL: '',
    VAULT_KEYS: `own:${Buffer.alloc(32, 1).toString('base64')}`,
  };
  const fetch = (request: Request) => app.fetch(request, production, createExecutionContext());
  const response = await person.call('POST', '/api/auth/passkey/options', { fetch, body: {} });
  const { options, token } = Ceremony.parse(await response.json());
  expect(options).toMatchObject({ rpId: 'app.example.com' });
  // Signed for the right site, once by a page of this machine and once by one of that site.
  const answer = async (wrong: Wrong) => {
    const credential = await authenticator.get({ ...options, rpId: 'localhost' }, wrong);
    return new TestBrowser().call('POST', '/api/auth/passkey', { fetch, body: { token, credential } });
  };
  const rpId = 'app.example.com';
  expect(await problemOf(await answer({ rpId }))).toEqual(refused);
  expect(await problemOf(await answer({ origin: `https://${rpId}` }))).toEqual(refused);
  expect((await answer({ rpId, origin: `https://${rpId}` })).status).toBe(200);
});
