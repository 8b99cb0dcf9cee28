/**
 * Forged access tokens, each made with the real key where an attacker could not have it: so that what refuses them is
 * the check in question, and not the signature.
 */
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { v4 as uuidv4 } from 'uuid';
import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import { createApp } from '#worker/app.ts';
import { keysFor } from '#worker/auth/keys.ts';
import { signToken } from '#worker/auth/signed-tokens.ts';
import { settingsOf } from '#worker/env.ts';
import { newcomer, ORIGIN, problemOf, type TestBrowser } from '#worker/test-browser.ts';

const settings = settingsOf(env);
const [key] = keysFor(settings, 'at+jwt');
if (!key) throw new Error('There is no key');

const claimsOf = (browser: TestBrowser) => {
  const [, payload = ''] = (browser.accessToken ?? '').split('.');
  return z.looseObject({ sub: z.string(), sid: z.string() }).parse(JSON.parse(atob(payload)));
};

const encode = (value: object) =>
  btoa(JSON.stringify(value)).replaceAll('=', '').replaceAll('+', '-').replaceAll('/', '_');

async function sign(
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
  bytes: Uint8Array | CryptoKey = key?.bytes ?? new Uint8Array(),
): Promise<string> {
  const full = { alg: 'HS256', typ: 'at+jwt', kid: key?.kid ?? '', ...header };
  return new SignJWT(claims).setProtectedHeader(full).sign(bytes);
}

it('takes a token of its own, and no forgery of any kind', async () => {
  const ada = await newcomer();
  const claims = claimsOf(ada);
  const now = Math.floor(Date.now() / 1_000);
  const without = (name: string) =>
    Object.fromEntries(Object.entries(claims).filter(([each]) => each !== name));
  const rsa = await generateKeyPair('RS256', { extractable: true });
  const pem = new TextEncoder().encode(await exportSPKI(rsa.publicKey));
  const other = keysFor(
    { ...settings, authSecrets: ['another secret of 32 characters or more'] },
    'at+jwt',
  )[0];
  const pending = { typ: 'pending+jwt', userId: ada.userId } as const;
  const challenge = { typ: 'challenge+jwt', purpose: 'sign_in', challenge: 'x', userId: ada.userId } as const;

  const forged: Record<string, string> = {
    'no algorithm': `${encode({ alg: 'none', typ: 'at+jwt', kid: key.kid })}.${encode(claims)}.`,
    'no algorithm, in capitals': `${encode({ alg: 'NONE', typ: 'at+jwt', kid: key.kid })}.${encode(claims)}.`,
    'no signature': `${(ada.accessToken ?? '').split('.').slice(0, 2).join('.')}.`,
    'another algorithm of the same family': await sign(claims, { alg: 'HS512' }, new Uint8Array(64).fill(7)),
    'an asymmetric algorithm': await sign(claims, { alg: 'RS256' }, rsa.privateKey),
    'a public key as the secret': await sign(claims, {}, pem),
    'its key in the header': await sign(
      claims,
      { jwk: { kty: 'oct', k: 'eHh4' } },
      new TextEncoder().encode('xxx'.repeat(12)),
    ),
    'a key at an address': await sign(claims, { jku: 'https://evil.example/keys', kid: 'evil' }),
    'an unknown critical header': await sign(claims).then((good) => {
      const [, payload, signature] = good.split('.');
      return `${encode({ alg: 'HS256', typ: 'at+jwt', kid: key.kid, crit: ['x'], x: 1 })}.${payload}.${signature}`;
    }),
    'a foreign kid': await sign(claims, { kid: 'another' }),
    'no kid': await sign(claims, { kid: undefined }),
    'a kid that is a path': await sign(claims, { kid: '../../dev/null' }, new Uint8Array(32)),
    'a foreign secret under its own kid': await sign(claims, { kid: other?.kid }, other?.bytes),
    'a foreign secret under our kid': await sign(claims, {}, other?.bytes),
    'no typ': await sign(claims, { typ: undefined }),
    'the typ of an ID token': await sign(claims, { typ: 'JWT' }),
    'the typ of a pending sign-in': await sign(claims, { typ: 'pending+jwt' }),
    'another issuer': await sign({ ...claims, iss: 'https://evil.example' }),
    'no issuer': await sign(without('iss')),
    'another audience': await sign({ ...claims, aud: `${ORIGIN}/other` }),
    'no audience': await sign(without('aud')),
    'no subject': await sign(without('sub')),
    'no session': await sign(without('sid')),
    'a subject that is no id': await sign({ ...claims, sub: "x' OR 1=1" }),
    'a session that is no id': await sign({ ...claims, sid: '../..' }),
    'a session of nobody': await sign({ ...claims, sid: uuidv4() }),
    'the session of another user': await sign({ ...claims, sub: uuidv4() }),
    'not yet valid': await sign({ ...claims, nbf: now + 60 }),
    'issued in the future': await sign({ ...claims, iat: now + 60, exp: now + 120 }),
    'without an end': await sign(without('exp')),
    'an end that is text': await sign({ ...claims, exp: 'never' }),
    oversized: await sign({ ...claims, padding: 'x'.repeat(5_000) }),
    'a sign-in that waits for its second factor': await signToken(settings, clock, pending, 300),
    'a challenge': await signToken(settings, clock, challenge, 300),
    'two tokens': `${ada.accessToken}.${ada.accessToken}`,
    'no token at all': '....',
  };
  for (const [name, token] of Object.entries(forged)) {
    const headers = { authorization: `Bearer ${token}` };
    for (const path of ['/api/me', '/api/sessions'])
      expect([name, await problemOf(await ada.call('GET', path, { headers }))]).toEqual([
        name,
        [401, 'unauthenticated'],
      ]);
  }
  // Too old by what it says itself, or by what we say: no token of ours is good for ever.
  for (const exp of [now - 1, now + 1e9]) {
    const headers = {
      authorization: `Bearer ${await sign({ ...claims, iat: now - 610, nbf: now - 610, exp })}`,
    };
    expect(await problemOf(await ada.call('GET', '/api/me', { headers }))).toEqual([401, 'token_expired']);
  }
  const good = { authorization: `Bearer ${await sign(claims)}` };
  expect((await ada.call('GET', '/api/me', { headers: good })).status).toBe(200);
});

it('takes tokens of the secret before until they expire, and signs with the new one', async () => {
  const ada = await newcomer();
  const app = createApp({ clock, log });
  const secret = 'the next secret: 0123456789abcdefghijklmnopqrstuvwxyz';
  const asks = (settings: Partial<Env>) => (request: Request) =>
    app.fetch(request, { ...env, ...settings }, createExecutionContext());
  const rotated = asks({ AUTH_SECRET: secret, AUTH_SECRET_PREVIOUS: env.AUTH_SECRET });
  const before = ada.accessToken ?? '';
  expect((await ada.call('GET', '/api/me', { fetch: rotated })).status).toBe(200);
  expect((await ada.enter('refresh', { fetch: rotated })).status).toBe(200);
  const kid = (token: string | null) =>
    z.object({ kid: z.string() }).parse(JSON.parse(atob(token?.split('.')[0] ?? ''))).kid;
  expect(kid(ada.accessToken)).not.toBe(kid(before));
  const done = asks({ AUTH_SECRET: secret });
  expect((await ada.call('GET', '/api/me', { fetch: done })).status).toBe(200);
  const headers = { authorization: `Bearer ${before}` };
  expect(await problemOf(await ada.call('GET', '/api/me', { fetch: done, headers }))).toEqual([
    401,
    'unauthenticated',
  ]);
});
