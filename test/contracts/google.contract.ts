/**
 * What the app relies on at Google, said with the adapter. All of it runs against the stand-in; against the real Google
 * only what needs no person at its page: the keys, and what it says to a code that it never gave out.
 */
import { describe, expect, test } from 'vitest';
import type { GoogleSettings } from '#shared/core/settings/neighbours.ts';
import { makeClock } from '#shared/core/clock.ts';
import { type Attempt, type Identified, makeGoogleSignIn } from '#shared/adapters/google/sign-in.ts';
import { makeKeys } from '#shared/adapters/google/keys.ts';

export interface GoogleTarget {
  readonly settings: GoogleSettings;
  readonly redirectUri: string;
}

/** What only a stand-in can be told. */
export interface GoogleControl {
  tell(...actions: ReadonlyArray<Record<string, unknown>>): Promise<void>;
  /** How often the keys were fetched so far. */
  keysFetched(): number;
}

const TIMEOUT_MS = 300;

export function sharedContract({ settings, redirectUri }: GoogleTarget): void {
  const clock = makeClock(Date.now);

  test('sends people to the page with state, nonce and PKCE, each time others', () => {
    const google = makeGoogleSignIn(settings, redirectUri, clock);
    const [one, other] = [google.begin(), google.begin()];
    expect(`${one.url.origin}${one.url.pathname}`).toBe(settings.authorizeUrl);
    expect(Object.fromEntries(one.url.searchParams)).toEqual({
      client_id: settings.clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid email profile',
      state: one.attempt.state,
      nonce: one.attempt.nonce,
      code_challenge: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      code_challenge_method: 'S256',
      prompt: 'select_account',
    });
    const values = [...Object.values(one.attempt), ...Object.values(other.attempt)];
    expect(new Set(values).size).toBe(6);
    for (const value of values) expect(value).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  test('says of a code that was never given out that it has expired', async () => {
    const google = makeGoogleSignIn(settings, redirectUri, clock);
    const { attempt } = google.begin();
    const answer = await google.identify('4/0AbCdEf', attempt);
    expect(answer).toEqual({ ok: false, reason: 'expired', why: 'invalid_grant' });
  });

  test('publishes keys, and has none for an id that is not among them', async () => {
    const find = makeKeys(settings.keysUrl, clock, { timeoutMs: 5_000 });
    const missing = async () => find({ alg: 'RS256', kid: 'nobody' }, { payload: '', signature: '' });
    await expect(missing()).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
  });
}

export function standInContract({ settings, redirectUri }: GoogleTarget, control: GoogleControl): void {
  const clock = makeClock(Date.now);
  const google = makeGoogleSignIn(settings, redirectUri, clock, { timeoutMs: TIMEOUT_MS });
  const ADA = { action: 'account', email: 'Ada@Gmail.example', sub: '117', name: ' Ada \n Lovelace ' };

  /** Leaves for the page and comes back with what it answers. */
  const leave = async (account: Record<string, unknown> = ADA, from = google) => {
    await control.tell(account);
    const { url, attempt } = from.begin();
    const response = await fetch(url, { redirect: 'manual' });
    const back = new URL(response.headers.get('location') ?? '');
    return { back, attempt, code: back.searchParams.get('code') ?? '' };
  };
  const come = async (
    fault?: string,
    { account = ADA, change = {} }: { account?: Record<string, unknown>; change?: Partial<Attempt> } = {},
  ): Promise<Identified> => {
    const { attempt, code } = await leave(account);
    if (fault !== undefined) await control.tell({ action: 'fault', fault });
    return google.identify(code, { ...attempt, ...change });
  };

  test('tells who came back: subject, address in lower case, whether it is verified, a name in one line', async () => {
    const { back, attempt } = await leave();
    expect([back.searchParams.get('state'), `${back.origin}${back.pathname}`]).toEqual([
      attempt.state,
      redirectUri,
    ]);
    expect(google.isForeign(back.searchParams.get('iss'))).toBe(false);
    expect(google.isForeign('https://accounts.evil.example')).toBe(true);

    expect(await come()).toEqual({
      ok: true,
      person: { subject: '117', email: 'ada@gmail.example', emailVerified: true, name: 'Ada   Lovelace' },
    });
    const unknown = { action: 'account', email: 'x@y.example', emailVerified: false, name: '' };
    expect(await come(undefined, { account: unknown })).toMatchObject({
      ok: true,
      person: { emailVerified: false, name: 'x', subject: expect.stringMatching(/^\d{21}$/) },
    });
    const long = { ...ADA, name: '🌍'.repeat(200) };
    const named = await come(undefined, { account: long });
    expect(named.ok && named.person.name.length <= 100 && named.person.name.isWellFormed()).toBe(true);
    expect(await come(undefined, { account: { ...ADA, email: 'no address' } })).toEqual({
      ok: false,
      reason: 'refused',
      why: 'claims',
    });
  });

  test('takes a code once, with the verifier that belongs to it, for this redirect and this client', async () => {
    const { attempt, code } = await leave();
    expect(await google.identify(code, attempt)).toMatchObject({ ok: true });
    const expired = { ok: false, reason: 'expired', why: 'invalid_grant' };
    expect(await google.identify(code, attempt)).toEqual(expired);
    expect(await come(undefined, { change: { verifier: 'x'.repeat(43) } })).toEqual(expired);

    const elsewhere = makeGoogleSignIn(settings, redirectUri.replace(/:\d+/, ':9999'), clock);
    const first = await leave();
    expect(await elsewhere.identify(first.code, first.attempt)).toMatchObject({
      reason: 'unavailable',
      why: 'redirect_uri_mismatch',
    });
    const wrong = makeGoogleSignIn({ ...settings, clientSecret: 'wrong' }, redirectUri, clock);
    const second = await leave();
    expect(await wrong.identify(second.code, second.attempt)).toMatchObject({
      reason: 'unavailable',
      why: 'invalid_client',
    });
  });

  test.each([
    ['wrong_nonce', 'nonce'],
    ['no_nonce', 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['wrong_audience', 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['wrong_issuer', 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['expired', 'ERR_JWT_EXPIRED'],
    ['from_the_future', 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['foreign_key', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
    ['unknown_key', 'ERR_JWKS_NO_MATCHING_KEY'],
    ['unsigned', 'ERR_JOSE_ALG_NOT_ALLOWED'],
    ['symmetric', 'ERR_JOSE_ALG_NOT_ALLOWED'],
  ])('refuses an ID token: %s', async (fault, why) => {
    expect(await come(fault)).toEqual({ ok: false, reason: 'refused', why });
  });

  test('refuses a good token of another attempt, and one that came long ago', async () => {
    expect(await come(undefined, { change: { nonce: 'of-another' } })).toMatchObject({ why: 'nonce' });
    const late = makeClock(Date.now);
    const slow = makeGoogleSignIn(settings, redirectUri, late);
    late.offset = 59_000;
    const near = await leave(ADA, slow);
    expect(await slow.identify(near.code, near.attempt)).toMatchObject({ ok: true });
    late.offset = -59_000;
    const before = await leave(ADA, slow);
    expect(await slow.identify(before.code, before.attempt)).toMatchObject({ ok: true });
    late.offset = 11 * 60_000 + 1_000;
    const far = await leave(ADA, slow);
    expect(await slow.identify(far.code, far.attempt)).toMatchObject({ why: 'ERR_JWT_EXPIRED' });
    late.offset = -120_000;
    const early = await leave(ADA, slow);
    expect(await slow.identify(early.code, early.attempt)).toMatchObject({ reason: 'refused' });
  });

  test.each([
    ['token_error', 'status_500'],
    ['token_garbage', 'unreadable'],
    ['token_huge', 'too_large'],
    ['token_without_id_token', 'no_id_token'],
    ['token_slow', 'timeout'],
  ])('gives up on a token endpoint that fails: %s', async (fault, why) => {
    expect(await come(fault)).toEqual({ ok: false, reason: 'unavailable', why });
  });

  describe('the keys', () => {
    test('are fetched once, again for an id that is new, and again when they are too old', async () => {
      const own = makeClock(Date.now);
      const fresh = makeGoogleSignIn(settings, redirectUri, own);
      const enter = async () => {
        const { code, attempt } = await leave(ADA, fresh);
        const before = control.keysFetched();
        const { ok } = await fresh.identify(code, attempt);
        return [ok, control.keysFetched() - before];
      };
      expect([await enter(), await enter()]).toEqual([
        [true, 1],
        [true, 0],
      ]);
      await control.tell({ action: 'rotate_keys', forget: true });
      expect([await enter(), await enter()]).toEqual([
        [true, 1],
        [true, 0],
      ]);
      await control.tell({ action: 'fault', fault: 'unknown_key' });
      expect(await enter()).toEqual([false, 1]);
      await control.tell({ action: 'rotate_keys' });
      expect(await enter()).toEqual([true, 1]);
    });

    test('are fetched again once they are as old as they may get', async () => {
      const far = makeClock(Date.now);
      const find = makeKeys(settings.keysUrl, far, { timeoutMs: 5_000 });
      const look = async (kid: string) => {
        const before = control.keysFetched();
        const found = await Promise.resolve(find({ alg: 'RS256', kid }, { payload: '', signature: '' })).then(
          () => true,
          () => false,
        );
        return [found, control.keysFetched() - before];
      };
      const published: { keys: Array<{ kid: string }> } = JSON.parse(
        await (await fetch(settings.keysUrl)).text(),
      );
      const kid = published.keys[0]?.kid ?? '';
      expect([await look(kid), await look(kid)]).toEqual([
        [true, 1],
        [true, 0],
      ]);
      far.offset = 19_799_000;
      expect(await look(kid)).toEqual([true, 0]);
      far.offset = 19_801_000;
      expect([await look(kid), await look(kid)]).toEqual([
        [true, 1],
        [true, 0],
      ]);
    });

    test.each([
      ['keys_error', 'keys_refused'],
      ['keys_garbage', 'keys_unreadable'],
      ['keys_slow', 'timeout'],
    ])('that cannot be read are no reason to trust or to refuse: %s', async (fault, why) => {
      const fresh = makeGoogleSignIn(settings, redirectUri, clock, { timeoutMs: TIMEOUT_MS });
      const { code, attempt } = await leave(ADA, fresh);
      await control.tell({ action: 'fault', fault });
      expect(await fresh.identify(code, attempt)).toEqual({ ok: false, reason: 'unavailable', why });
      const again = await leave(ADA, fresh);
      expect(await fresh.identify(again.code, again.attempt)).toMatchObject({ ok: true });
    });
  });
}
