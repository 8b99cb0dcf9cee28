import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, expect, it, vi } from 'vitest';
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import { setPasswordHash } from '#shared/adapters/db/accounts.ts';
import { connect } from '#shared/adapters/db/client.ts';
import { identities } from '#shared/adapters/db/schema.ts';
import { Session } from '#shared/protocol/account.ts';
import { Authenticator, type CBOR, type Wrong } from '#test/workers/authenticator.ts';
import {
  added,
  auditOf,
  begin,
  codesOf,
  pass,
  passwordOnly,
  refused,
  register,
  securityOf,
  signIn,
  turn,
  withPasskey,
} from '#test/workers/passkey-steps.ts';
import { createApp } from '../app.ts';
import { newcomer, ORIGIN, problemOf, TestBrowser } from '../test-browser.ts';

const database = connect(env.DATABASE_URL);

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('registers only what can sign in alone, was made for this user and this challenge, and carries no certificate', async () => {
  const { person, authenticator } = await withPasskey();
  const reach = vi.spyOn(globalThis, 'fetch');
  const certified = new Map<string, CBOR>([
    ['alg', -7],
    ['sig', new Uint8Array(70)],
    ['x5c', [new Uint8Array(300)]],
  ]);
  const wrongs: Wrong[] = [
    { origin: 'https://evil.example' },
    { rpId: 'evil.example' },
    { challenge: 'AAAA' },
    { type: 'webauthn.get' },
    { userVerified: false },
    { userPresent: false },
    { attestation: { fmt: 'packed', statement: certified } },
    { attestation: { fmt: 'fido-u2f', statement: certified } },
    { attestation: { fmt: 'apple', statement: certified } },
    { attestation: { fmt: 'none', statement: certified } },
    { attestation: { fmt: 'packed', statement: new Map<string, CBOR>([['alg', -7]]) } },
  ];
  for (const wrong of wrongs)
    expect(await problemOf(await register(person, new Authenticator(ORIGIN), wrong))).toEqual(refused);
  expect(await problemOf(await register(person, new Authenticator(ORIGIN, { resident: false })))).toEqual(
    refused,
  );
  expect(reach.mock.calls.filter(([input]) => !String(input).startsWith('http://localhost'))).toEqual([]);

  const other = await newcomer();
  const proud = await register(person, new Authenticator(ORIGIN, { attestsItself: true }));
  expect(proud.status).toBe(201);
  const { options, token } = await begin(other, '/api/passkeys/options');
  const made = { token, credential: await new Authenticator(ORIGIN).create(options) };
  expect(await problemOf(await person.call('POST', '/api/passkeys', { body: made }))).toEqual(refused);
  expect((await other.call('POST', '/api/passkeys', { body: made })).status).toBe(201);
  expect(await problemOf(await other.call('POST', '/api/passkeys', { body: made }))).toEqual(refused);

  // The same credential again, by its owner or by somebody else.
  const credentialId = authenticator.held[0]?.id ?? '';
  for (const browser of [person, other]) {
    const again = await register(browser, authenticator, { credentialId, ignoreExcluded: true });
    expect(await problemOf(again)).toEqual([409, 'passkey_known']);
  }
  expect((await securityOf(person)).passkeys).toHaveLength(2);

  // Twenty at most, also when they come at once.
  const batch = await Promise.all(
    Array.from({ length: 22 }, () => register(other, new Authenticator(ORIGIN)).catch(() => null)),
  );
  expect(batch.filter((response) => response?.status === 201)).toHaveLength(19);
  expect(await problemOf(await other.call('POST', '/api/passkeys/options'))).toEqual([409, 'limit_reached']);
});

it('asks for a passkey after the password, or for a recovery code that works once', async () => {
  const { person, authenticator } = await withPasskey();
  const { person: other, authenticator: otherKey } = await withPasskey();
  const codes = await codesOf(await turn(person, true));
  await turn(other, true);
  expect(new Set(codes).size).toBe(10);
  for (const code of codes) expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{4}(?:-[0-9a-hjkmnp-tv-z]{4}){2}$/);
  expect(await securityOf(person)).toMatchObject({ secondFactor: true, recoveryCodesLeft: 10 });

  const browser = new TestBrowser();
  const pending = await passwordOnly(person);
  const asked = await begin(browser, '/api/auth/passkey/options', { pending });
  expect(asked.options).toMatchObject({
    userVerification: 'preferred',
    allowCredentials: [{ id: authenticator.held[0]?.id, type: 'public-key' }],
  });
  const send = (body: object, path = '/api/auth/passkey') => browser.call('POST', path, { body });
  const { token } = asked;
  const credential = await authenticator.get(asked.options, { userVerified: false, userHandle: null });
  const alone = await begin(browser, '/api/auth/passkey/options', {});
  const aloneCredential = await authenticator.get(alone.options);
  // Without the password, with somebody else's, with a challenge for signing in alone, with another's passkey.
  expect(await problemOf(await send({ token, credential }))).toEqual(refused);
  const othersPending = await passwordOnly(other);
  expect(await problemOf(await send({ token, credential, pending: othersPending }))).toEqual(refused);
  const mixed = { token: alone.token, credential: aloneCredential, pending };
  expect(await problemOf(await send(mixed))).toEqual(refused);
  // For the same user, but for something else.
  const toConfirm = await begin(person, '/api/me/confirm/options');
  const toRegister = await begin(person, '/api/passkeys/options');
  for (const { options, token } of [toConfirm, toRegister]) {
    const signed = await authenticator.get({ ...asked.options, challenge: options['challenge'] });
    expect(await problemOf(await send({ token, credential: signed, pending }))).toEqual(refused);
  }
  const confirm = await person.call('POST', '/api/me/confirm', { body: { token, credential } });
  expect(await problemOf(confirm)).toEqual(refused);
  const foreign = await otherKey.get({ ...asked.options, allowCredentials: [] });
  expect(await problemOf(await send({ token, credential: foreign, pending }))).toEqual(refused);
  for (const notPending of [token, person.accessToken, 'x']) {
    const body = { token, credential, pending: notPending };
    expect(await problemOf(await send(body))).toEqual([401, 'unauthenticated']);
    const options = await send({ pending: notPending }, '/api/auth/passkey/options');
    expect(await problemOf(options)).toEqual([401, 'unauthenticated']);
  }
  expect((await send({ token, credential, pending })).status).toBe(200);
  expect(await problemOf(await send({ token, credential, pending }))).toEqual(refused);
  // A passkey that knew its user again is two factors by itself.
  expect((await signIn(authenticator)).status).toBe(200);

  const recover = (code: string, as = pending) => send({ pending: as, code }, '/api/auth/recovery');
  const [first = '', second = '', third = ''] = codes;
  const recovered = await recover(` ${first.toUpperCase().replaceAll('-', ' ')} `);
  expect([recovered.status, Session.parse(await recovered.json()).user.id]).toEqual([200, person.userId]);
  expect(await securityOf(person)).toMatchObject({ recoveryCodesLeft: 9 });
  for (const [code, as] of [
    [first, pending],
    [second, othersPending],
    ['0000-0000-0000', pending],
    ['nonsense', pending],
  ] as const)
    expect(await problemOf(await recover(code, as))).toEqual([401, 'bad_credentials']);
  const race = await Promise.all(Array.from({ length: 4 }, () => recover(second)));
  expect(race.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401]);
  expect(await auditOf(person)).toContainEqual(['recovery_code_used', '9']);
  expect(await auditOf(person)).toContainEqual(['recovery_code_failed', null]);

  // New codes end the old ones, and what was begun before them; turning it off ends the question.
  pass(1_000);
  const [fresh = ''] = await codesOf(await turn(person, true));
  expect(await problemOf(await recover(fresh))).toEqual([401, 'bad_credentials']);
  const anew = await passwordOnly(person);
  expect(await problemOf(await recover(third, anew))).toEqual([401, 'bad_credentials']);
  expect((await recover(fresh, anew)).status).toBe(200);
  const late = await passwordOnly(person);
  pass(300_000);
  expect(await problemOf(await recover(third, late))).toEqual([401, 'unauthenticated']);
  expect(await codesOf(await turn(person, false))).toEqual([]);
  expect(
    (await new TestBrowser().enter('sign-in', { body: { email: person.email, password: person.password } }))
      .status,
  ).toBe(200);
  const log = await auditOf(person);
  expect(log.filter(([action]) => action === 'second_factor_on')).toHaveLength(2);
  expect(log.filter(([action]) => action === 'second_factor_off')).toHaveLength(1);
});

it('lets nobody guess recovery codes', async () => {
  const { person } = await withPasskey();
  await turn(person, true);
  const pending = await passwordOnly(person);
  const guess = (n: number) =>
    new TestBrowser().call('POST', '/api/auth/recovery', { body: { pending, code: `0000-0000-000${n}` } });
  const guesses = await Promise.all(Array.from({ length: 15 }, (_, n) => guess(n % 10)));
  expect(guesses.filter(({ status }) => status === 401)).toHaveLength(10);
  const stopped = guesses.find(({ status }) => status === 429);
  expect(Number(stopped?.headers.get('retry-after'))).toBeGreaterThan(0);
});

it('keeps a way into every account', async () => {
  const { person, passkey } = await withPasskey();
  const remove = (id = passkey.id, browser = person) => browser.call('DELETE', `/api/passkeys/${id}`);
  const last = [409, 'last_way_in'];

  // The second factor needs a passkey, and something to be second to.
  const bare = await newcomer();
  expect(await problemOf(await turn(bare, true))).toEqual([400, 'bad_request']);
  await turn(person, true);
  expect(await problemOf(await remove())).toEqual(last);
  await turn(person, false);
  await setPasswordHash(database, person.userId, null);
  expect(await problemOf(await turn(person, true))).toEqual([400, 'bad_request']);
  expect(await problemOf(await remove())).toEqual(last);
  // Two of them removed at once, many times: one stays.
  let keptId = passkey.id;
  for (let round = 0; round < 8; round += 1) {
    const { id } = await added(await register(person, new Authenticator(ORIGIN)));
    const both = await Promise.all([remove(keptId), remove(id)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([204, 409]);
    keptId = both[0]?.status === 409 ? keptId : id;
  }
  const subject = crypto.randomUUID();
  const google = { provider: 'google', subject, userId: person.userId, email: person.email };
  await database.insert(identities).values({ ...google, linkedAt: new Date() });
  expect((await remove(keptId)).status).toBe(204);
});

type Calls = Record<string, (...args: never[]) => Promise<unknown>>;

/** The app with some calls to the user's object changed: something else can happen between two of its steps. */
function appWhere(changed: (object: ReturnType<typeof userObject>) => Calls) {
  const app = createApp({ clock, log });
  const getByName = (id: string) => {
    const object = userObject(env, id);
    const other = changed(object);
    return new Proxy(object, { get: (stub, name) => Reflect.get(other, name) ?? Reflect.get(stub, name) });
  };
  const get = (namespace: typeof env.USER, name: string | symbol) =>
    name === 'getByName' ? getByName : Reflect.get(namespace, name);
  const other = { ...env, USER: new Proxy(env.USER, { get }) };
  return { fetch: (request: Request) => app.fetch(request, other, createExecutionContext()) };
}

it('never asks for a passkey that is gone, in whatever order two requests take their steps', async () => {
  const { person, passkey } = await withPasskey();
  const path = `/api/passkeys/${passkey.id}`;
  // The removal has seen that it is off. Then it is turned on, wholly; the passkey is put back.
  let on: Response | undefined;
  const { fetch: removing } = appWhere((object) => ({
    security: async () => {
      const seen = await object.security();
      on ??= await turn(person, true);
      return seen;
    },
  }));
  const removed = await person.call('DELETE', path, { fetch: removing });
  expect([on?.status, await problemOf(removed)]).toEqual([200, [409, 'last_way_in']]);
  expect(await securityOf(person)).toMatchObject({ secondFactor: true, passkeys: [{ id: passkey.id }] });
  await turn(person, false);

  // The turning on has seen the passkey. Then it is removed, wholly; it stays off, and there are no codes.
  let gone: Response | undefined;
  const { fetch: turning } = appWhere((object) => ({
    setSecondFactor: async (asked: boolean, hashes: string[]) => {
      gone ??= await person.call('DELETE', path);
      return object.setSecondFactor(asked, hashes);
    },
  }));
  const refusal = await person.call('PUT', '/api/me/second-factor', { fetch: turning, body: { on: true } });
  expect([gone?.status, await problemOf(refusal)]).toEqual([204, [400, 'bad_request']]);
  expect(await securityOf(person)).toMatchObject({ secondFactor: false, recoveryCodesLeft: 0, passkeys: [] });
  expect((await auditOf(person)).filter(([action]) => action === 'second_factor_on')).toHaveLength(1);
});

it('changes nothing for a session that has not lately shown who it is, until a passkey does', async () => {
  const { person, authenticator, passkey } = await withPasskey();
  pass(601_000);
  await person.enter('refresh');
  const guarded: Array<[string, string, unknown?]> = [
    ['POST', '/api/passkeys/options'],
    [
      'POST',
      '/api/passkeys',
      { token: 'x', credential: { id: 'x', rawId: 'x', type: 'public-key', response: {} } },
    ],
    ['DELETE', `/api/passkeys/${passkey.id}`],
    ['PUT', '/api/me/second-factor', { on: true }],
  ];
  for (const [method, path, body] of guarded) {
    const options = body === undefined ? {} : { body };
    expect(await problemOf(await person.call(method, path, options))).toEqual([403, 'confirm_identity']);
  }
  const confirm = async (wrong: Wrong = {}) => {
    const { options, token } = await begin(person, '/api/me/confirm/options');
    expect(options).toMatchObject({ userVerification: 'required' });
    const credential = await authenticator.get(options, wrong);
    return person.call('POST', '/api/me/confirm', { body: { token, credential } });
  };
  expect(await problemOf(await confirm({ userVerified: false }))).toEqual(refused);
  expect((await confirm()).status).toBe(204);
  expect((await turn(person, true)).status).toBe(200);
  const bare = await newcomer();
  expect(await problemOf(await bare.call('POST', '/api/me/confirm/options'))).toEqual([400, 'bad_request']);
});
