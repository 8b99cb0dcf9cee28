/** `POST /token`: a code for tokens (RFC 6749 section 4.1.3, RFC 7636 section 4.6), with Google's words for what is wrong. */
import { randomBytes } from 'node:crypto';
import type { Client } from './authorization.ts';
import { type Codes, fitsChallenge } from './codes.ts';
import { type Control, TOKEN_FAULTS } from './control.ts';
import { json, oauthError } from './http.ts';
import { makeIdToken } from './id-token.ts';
import type { Keys } from './keys.ts';

export interface TokenDependencies {
  readonly client: Client;
  readonly codes: Codes;
  readonly control: Control;
  readonly keys: Keys;
  readonly now: () => number;
}

const decode = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));

/** Client id and secret of a request: in the body or as Basic (RFC 6749 section 2.3.1), not both. */
function clientOf(request: Request, body: URLSearchParams): { id: string; secret: string } | null {
  const [, basic] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  const inBody = body.has('client_secret');
  if ((basic === undefined) !== inBody) return null;
  if (basic === undefined)
    return { id: body.get('client_id') ?? '', secret: body.get('client_secret') ?? '' };
  const [id = '', secret = ''] = atob(basic).split(':', 2);
  return { id: decode(id), secret: decode(secret) };
}

/** Resolves when the client has hung up. */
export const hungUp = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

const huge = (): Response =>
  new Response(`{"id_token":"${'x'.repeat(4_000_000)}"}`, {
    headers: { 'content-type': 'application/json' },
  });

async function fail(
  request: Request,
  control: Control,
  about: string | undefined,
): Promise<Response | undefined> {
  const fault = control.takeFault(about, 'token_error', 'token_garbage', 'token_huge', 'token_slow');
  if (fault === 'token_slow') await hungUp(request.signal);
  if (fault === 'token_huge') return huge();
  if (fault === 'token_garbage') return new Response('<!doctype html>Oops', { status: 200 });
  return fault === undefined ? undefined : oauthError(500, 'internal_failure', 'Internal error');
}

/** @param issuer where the stand-in was reached, which is what its tokens name. */
export async function tokenEndpoint(
  request: Request,
  issuer: string,
  { client, codes, control, keys, now }: TokenDependencies,
): Promise<Response> {
  const body = new URLSearchParams(await request.text());
  const code = body.get('code') ?? '';
  const about = codes.whose(code);
  const failure = await fail(request, control, about);
  if (failure !== undefined) return failure;
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers.get('content-type') ?? ''))
    return oauthError(400, 'invalid_request', 'Content-Type must be application/x-www-form-urlencoded');
  for (const name of new Set(body.keys()))
    if (body.getAll(name).length > 1)
      return oauthError(400, 'invalid_request', `Parameter not allowed more than once: ${name}`);

  const caller = clientOf(request, body);
  if (caller === null)
    return oauthError(400, 'invalid_request', 'Could not determine client ID from request.');
  if (caller.id !== client.id) return oauthError(401, 'invalid_client', 'The OAuth client was not found.');
  if (caller.secret !== client.secret) return oauthError(401, 'invalid_client', 'Unauthorized');
  const grantType = body.get('grant_type') ?? '';
  if (grantType !== 'authorization_code')
    return oauthError(400, 'unsupported_grant_type', `Invalid grant_type: ${grantType}`);
  if (code === '') return oauthError(400, 'invalid_request', 'Missing required parameter: code');

  const grant = codes.take(code);
  if (grant === null) return oauthError(400, 'invalid_grant', 'Bad Request');
  const { authorization } = grant;
  if (body.get('redirect_uri') !== authorization.redirectUri)
    return oauthError(400, 'redirect_uri_mismatch', 'Bad Request');
  const verifier = body.get('code_verifier') ?? '';
  if (verifier === '') return oauthError(400, 'invalid_grant', 'Missing code verifier.');
  if (!fitsChallenge(verifier, authorization.challenge))
    return oauthError(400, 'invalid_grant', 'Invalid code verifier.');

  const accessToken = `ya29.${randomBytes(48).toString('base64url')}`;
  const making = { grant, issuer, now: Math.floor(now() / 1_000), accessToken };
  const answer = {
    access_token: accessToken,
    expires_in: 3_599,
    scope: authorization.scopes.join(' '),
    token_type: 'Bearer',
  };
  if (control.takeFault(about, 'token_without_id_token') !== undefined) return json(answer);
  const idToken = await makeIdToken(making, keys, client, control.takeFault(about, ...TOKEN_FAULTS));
  return json({ ...answer, id_token: idToken });
}
