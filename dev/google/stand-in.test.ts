import { createHash, randomBytes } from 'node:crypto';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { createStandIn, LOCAL_CLIENT, type StandInOptions } from './stand-in.ts';

const ORIGIN = 'http://localhost:8794';
const CALLBACK = 'http://localhost:8787/api/auth/google/callback';
const VERIFIER = randomBytes(32).toString('base64url');
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

const GOOD: Readonly<Record<string, string>> = {
  client_id: LOCAL_CLIENT.id,
  redirect_uri: CALLBACK,
  response_type: 'code',
  scope: 'openid email profile',
  state: 'a-state',
  nonce: 'a-nonce',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
};

function world(options: StandInOptions = {}) {
  const standIn = createStandIn(options);
  const send = (path: string, init: RequestInit = {}): Promise<Response> =>
    standIn.fetch(new Request(`${ORIGIN}${path}`, init));
  const control = (body: unknown): Promise<Response> =>
    send('/__control', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const address = (change: Record<string, string> = {}): string =>
    `/o/oauth2/v2/auth?${new URLSearchParams({ ...GOOD, ...change })}`;
  const choose = async (form: Record<string, string>, change: Record<string, string> = {}): Promise<URL> => {
    const response = await send(address(change), { method: 'POST', body: new URLSearchParams(form) });
    expect(response.status).toBe(302);
    return new URL(response.headers.get('location') ?? '');
  };
  const newCode = async (): Promise<string> =>
    (await choose({ account: '0' })).searchParams.get('code') ?? '';
  const token = (body: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> =>
    send('/token', { method: 'POST', headers, body: new URLSearchParams(body) });
  return { send, control, address, choose, newCode, token };
}

const grantOf = (code: string): Record<string, string> => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: CALLBACK,
  code_verifier: VERIFIER,
});
const CLIENT = { client_id: LOCAL_CLIENT.id, client_secret: LOCAL_CLIENT.secret };
const basic = (id: string, secret: string): Record<string, string> => ({
  authorization: `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`,
});

async function claimsOf(response: Response, send: ReturnType<typeof world>['send']) {
  const { id_token: idToken }: { id_token: string } = JSON.parse(await response.text());
  const keys: Parameters<typeof createLocalJWKSet>[0] = JSON.parse(
    await (await send('/oauth2/v3/certs')).text(),
  );
  return (await jwtVerify(idToken, createLocalJWKSet(keys), { algorithms: ['RS256'] })).payload;
}

test('leads somebody who picks, types or denies back to the app, and tells who they are', async () => {
  const { send, address, choose, token } = world();
  const page = await send(address());
  const text = await page.text();
  expect([page.status, page.headers.get('x-stand-in')]).toEqual([200, 'agentic-tasks; not Google']);
  expect(text).toContain('Stand-in for Google, development only');
  expect(text).toContain('localhost:8787');
  expect(page.headers.get('content-security-policy')).toContain("form-action 'self' http://localhost:8787;");

  const back = await choose({ account: '0' });
  expect(`${back.origin}${back.pathname}`).toBe(CALLBACK);
  expect(Object.fromEntries(back.searchParams)).toMatchObject({ state: 'a-state', iss: ORIGIN });
  const answer = await token({ ...grantOf(back.searchParams.get('code') ?? ''), ...CLIENT });
  expect(answer.status).toBe(200);
  const claims = await claimsOf(answer, send);
  expect(claims).toMatchObject({
    iss: ORIGIN,
    aud: LOCAL_CLIENT.id,
    sub: expect.stringMatching(/^\d{21}$/),
    email: 'ada@gmail.example',
    email_verified: true,
    name: 'Ada Lovelace',
    nonce: 'a-nonce',
  });
  expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(3_600);

  const typed = await choose(
    { choice: 'typed', email: 'x@y.example', name: '<b>X</b>' },
    { scope: 'openid' },
  );
  const other = await token(
    grantOf(typed.searchParams.get('code') ?? ''),
    basic(LOCAL_CLIENT.id, LOCAL_CLIENT.secret),
  );
  const said = await claimsOf(other, send);
  expect([said['email'], said['name']]).toEqual([undefined, undefined]);

  const denied = await choose({ choice: 'deny' });
  expect([denied.searchParams.get('error'), denied.searchParams.get('code')]).toEqual([
    'access_denied',
    null,
  ]);
  expect(
    (await send(address(), { method: 'POST', body: new URLSearchParams({ email: 'nobody' }) })).status,
  ).toBe(200);
});

test.each<[string, Record<string, string>, number, string]>([
  ['another client', { client_id: 'x' }, 401, 'invalid_client'],
  ['no state', { state: '' }, 400, 'Missing required parameter: state'],
  ['no PKCE', { code_challenge: '' }, 400, 'Invalid code_challenge'],
  ['plain PKCE', { code_challenge_method: 'plain' }, 400, 'must be S256'],
  ['another response', { response_type: 'token' }, 400, 'unsupported_response_type'],
  ['no openid', { scope: 'email' }, 400, 'invalid_scope'],
  ['an unknown scope', { scope: 'openid mail' }, 400, 'invalid_scope'],
  ['another site', { redirect_uri: 'https://evil.example/api/auth/google/callback' }, 400, 'mismatch'],
  ['another path', { redirect_uri: 'http://localhost:8787/elsewhere' }, 400, 'mismatch'],
  ['a query in the redirect', { redirect_uri: `${CALLBACK}?x=1` }, 400, 'mismatch'],
  [
    'a redirect that means the same',
    { redirect_uri: CALLBACK.replace('/api', '/x/../api') },
    400,
    'mismatch',
  ],
  [
    'a host that looks like it',
    { redirect_uri: CALLBACK.replace('host', 'host.evil.example') },
    400,
    'mismatch',
  ],
])('does not redirect a request with %s', async (_what, change, status, words) => {
  const { send, address } = world();
  const response = await send(address(change));
  expect([response.status, response.headers.get('location')]).toEqual([status, null]);
  expect(await response.text()).toContain(words);
});

test('takes a registered origin only, where origins are given, and no parameter twice', async () => {
  const { send, address } = world({ origins: ['https://app.example'] });
  expect((await send(address())).status).toBe(400);
  const registered = { redirect_uri: 'https://app.example/api/auth/google/callback' };
  expect((await send(address(registered))).status).toBe(200);
  expect((await send(`${address(registered)}&state=b`)).status).toBe(400);
});

test('exchanges a code once, for its client, its redirect and its verifier', async () => {
  let now = 1_764_000_000_000;
  const { newCode, token } = world({ now: () => now });
  const refused = async (
    change: Record<string, string>,
    headers?: Record<string, string>,
  ): Promise<[number, unknown]> => {
    const body = { ...grantOf(await newCode()), ...(headers ? {} : CLIENT), ...change };
    const response = await token(body, headers);
    const answer: { error: unknown } = JSON.parse(await response.text());
    return [response.status, answer.error];
  };
  expect(await refused({ client_secret: 'x' })).toEqual([401, 'invalid_client']);
  expect(await refused({ client_id: 'x' })).toEqual([401, 'invalid_client']);
  expect(await refused({}, basic(LOCAL_CLIENT.id, 'x'))).toEqual([401, 'invalid_client']);
  expect(await refused({}, {})).toEqual([400, 'invalid_request']);
  expect(await refused({ grant_type: 'password' })).toEqual([400, 'unsupported_grant_type']);
  expect(await refused({ code: '' })).toEqual([400, 'invalid_request']);
  expect(await refused({ code: 'x' })).toEqual([400, 'invalid_grant']);
  expect(await refused({ redirect_uri: CALLBACK.replace('8787', '8788') })).toEqual([
    400,
    'redirect_uri_mismatch',
  ]);
  expect(await refused({ code_verifier: '' })).toEqual([400, 'invalid_grant']);
  expect(await refused({ code_verifier: 'x'.repeat(43) })).toEqual([400, 'invalid_grant']);

  const code = await newCode();
  const statusOf = async (): Promise<number> => (await token({ ...grantOf(code), ...CLIENT })).status;
  expect([await statusOf(), await statusOf()]).toEqual([200, 400]);
  const old = await newCode();
  now += 10 * 60_000;
  expect((await token({ ...grantOf(old), ...CLIENT })).status).toBe(400);
});

test('does at once what its control was told, and nothing that it does not know', async () => {
  const { send, control, address, newCode, token } = world();
  await control([
    { action: 'account', email: 'x@y.example', emailVerified: false, sub: '42', name: 'X' },
    { action: 'deny' },
  ]);
  const first = new URL((await send(address())).headers.get('location') ?? '');
  const answer = await token({ ...grantOf(first.searchParams.get('code') ?? ''), ...CLIENT });
  expect(await claimsOf(answer, send)).toMatchObject({ sub: '42', email_verified: false, name: 'X' });
  expect((await send(address())).headers.get('location')).toContain('error=access_denied');
  expect((await send(address())).status).toBe(200);

  await control({ action: 'fault', fault: 'token_error' });
  const code = await newCode();
  expect((await token({ ...grantOf(code), ...CLIENT })).status).toBe(500);
  expect((await token({ ...grantOf(code), ...CLIENT })).status).toBe(200);
  const bad = await control({ action: 'fault', fault: 'nonsense' });
  expect([bad.status, await bad.json()]).toMatchObject([400, { ok: false }]);
  expect((await send('/__control', { method: 'POST', body: '{"action":"reset"}' })).status).toBe(415);
});
