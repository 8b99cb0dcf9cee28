import { SignJWT } from 'jose';
import { expect, it } from 'vitest';
import type { Clock } from '#shared/core/clock.ts';
import { parseSettings } from '#shared/core/settings.ts';
import { readExample } from '#dev/start/sources.ts';
import { makeAccessTokens } from './access-tokens.ts';
import { keysFor } from './keys.ts';
import { openToken, signToken } from './signed-tokens.ts';

const settings = parseSettings(Object.fromEntries(readExample()));
const userId = '018f0000-0000-7000-8000-000000000001';
const START = 1_760_000_000_000;
const at = (ms: number): Clock => ({ now: () => START + ms, alarmTime: (time) => time });
const clock = at(0);
const pending = { typ: 'pending+jwt', userId } as const;
const challenge = { typ: 'challenge+jwt', challenge: 'abc', purpose: 'sign_in' } as const;

it('opens what it signed, for as long as it said', async () => {
  const token = await signToken(settings, clock, pending, 300);
  const expiresAt = START + 300_000;
  expect(await openToken(settings, at(299_999), 'pending+jwt', token)).toEqual({
    userId,
    expiresAt,
  });
  expect(await openToken(settings, at(300_000), 'pending+jwt', token)).toBeNull();
  const asked = await signToken(settings, clock, { ...challenge, userId }, 300);
  expect(await openToken(settings, clock, 'challenge+jwt', asked)).toEqual({
    challenge: 'abc',
    purpose: 'sign_in',
    userId,
    expiresAt,
  });
});

it('goes on taking tokens of the secret before, and of no other', async () => {
  const [old = ''] = settings.authSecrets;
  const secret = (text: string) => ({ ...settings, authSecrets: [text.padEnd(40, text)] });
  const rotated = { ...settings, authSecrets: ['n'.repeat(40), old] };
  const token = await signToken(settings, clock, pending, 300);
  expect(await openToken(rotated, clock, 'pending+jwt', token)).toMatchObject({ userId });
  expect(await openToken(secret('n'), clock, 'pending+jwt', token)).toBeNull();
  const newer = await signToken(rotated, clock, pending, 300);
  expect(await openToken(settings, clock, 'pending+jwt', newer)).toBeNull();
  expect(await openToken(secret('n'), clock, 'pending+jwt', newer)).toMatchObject({ userId });
});

it('takes no token for another, nor for an access token', async () => {
  const access = makeAccessTokens(settings, clock);
  const sessionId = '018f0000-0000-7000-8000-000000000002';
  const [asPending, asChallenge, asAccess] = [
    await signToken(settings, clock, pending, 300),
    await signToken(settings, clock, challenge, 300),
    await access.sign({ id: userId, sessionId }),
  ];
  expect(await access.verify(asAccess)).toMatchObject({ ok: true });
  for (const token of [asPending, asChallenge])
    expect(await access.verify(token)).toMatchObject({ ok: false });
  for (const token of [asChallenge, asAccess])
    expect(await openToken(settings, clock, 'pending+jwt', token)).toBeNull();
  for (const token of [asPending, asAccess])
    expect(await openToken(settings, clock, 'challenge+jwt', token)).toBeNull();
});

it('refuses whatever else is not exactly one of its own', async () => {
  const [key] = keysFor(settings, 'pending+jwt');
  if (!key) throw new Error('no key');
  /** A token with the right key and everything else as given. */
  const forged = (header: object, claims: object, signedWith = key.bytes) =>
    new SignJWT({
      iss: settings.publicOrigin,
      aud: `${settings.publicOrigin}/api/auth`,
      iat: START / 1_000,
      exp: START / 1_000 + 300,
      userId,
      ...claims,
    })
      .setProtectedHeader({ alg: 'HS256', typ: 'pending+jwt', kid: key.kid, ...header })
      .sign(signedWith);
  expect(await openToken(settings, clock, 'pending+jwt', await forged({}, {}))).toMatchObject({ userId });

  const good = await signToken(settings, clock, pending, 300);
  const [header = '', payload = '', signature = ''] = good.split('.');
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const bad = [
    '',
    'x',
    'a.b.c',
    `${header}.${payload}.`,
    `${encode({ alg: 'none', typ: 'pending+jwt', kid: key.kid })}.${payload}.`,
    `${header}.${encode({ userId })}.${signature}`,
    `${good}${'x'.repeat(2_000)}`,
    await forged({ typ: 'JWT' }, {}),
    await forged({ typ: 'at+jwt' }, {}),
    await forged({ kid: 'another' }, {}),
    await forged({ kid: undefined }, {}),
    await forged({ alg: 'HS512' }, {}, new Uint8Array(64).fill(1)),
    await forged({}, { iss: 'https://other.example' }),
    await forged({}, { aud: `${settings.publicOrigin}/api` }),
    await forged({}, { exp: undefined }),
    await forged({}, { userId: 'not an id' }),
    await forged({}, {}, new TextEncoder().encode(settings.authSecrets[0])),
  ];
  for (const token of bad)
    expect([token, await openToken(settings, clock, 'pending+jwt', token)]).toEqual([token, null]);
});
