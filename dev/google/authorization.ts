/**
 * What an authorization request must look like (OpenID Connect Core section 3.1.2.1, with PKCE, RFC 7636). Stricter than
 * Google where that finds mistakes: state and PKCE are required. A request that breaks a rule is never redirected.
 */

export interface Client {
  readonly id: string;
  readonly secret: string;
}

export interface Authorization {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string | null;
  readonly challenge: string;
  readonly scopes: readonly string[];
}

export type Read =
  | { ok: true; authorization: Authorization }
  | { ok: false; status: number; error: string; description: string };

/** The one path that a redirect may lead to. */
const CALLBACK = '/api/auth/google/callback';

/** What is granted, by the short names and the long ones. */
const SCOPES: Readonly<Record<string, string>> = {
  openid: 'openid',
  email: 'email',
  profile: 'profile',
  'https://www.googleapis.com/auth/userinfo.email': 'email',
  'https://www.googleapis.com/auth/userinfo.profile': 'profile',
};
const PROMPTS = ['consent', 'select_account'];

/** Compared as text, as Google does: an address that merely means the same is another one. */
function isRegistered(redirectUri: string, origins: readonly string[]): boolean {
  if (!URL.canParse(redirectUri)) return false;
  const { origin, protocol, hostname } = new URL(redirectUri);
  if (redirectUri !== `${origin}${CALLBACK}`) return false;
  return origins.length > 0 ? origins.includes(origin) : protocol === 'http:' && hostname === 'localhost';
}

/** Reads a request. @param origins registered origins; with none, every port of `http://localhost` */
export function readAuthorization(
  parameters: URLSearchParams,
  client: Client,
  origins: readonly string[],
): Read {
  const refuse = (description: string, error = 'invalid_request', status = 400): Read => ({
    ok: false,
    status,
    error,
    description,
  });
  for (const name of new Set(parameters.keys()))
    if (parameters.getAll(name).length > 1)
      return refuse(`OAuth 2 parameters can only have a single value: ${name}`);
  const get = (name: string): string => parameters.get(name) ?? '';

  for (const name of ['client_id', 'redirect_uri', 'response_type', 'scope', 'state'])
    if (get(name) === '') return refuse(`Missing required parameter: ${name}`);
  if (get('client_id') !== client.id) return refuse('The OAuth client was not found.', 'invalid_client', 401);
  if (!isRegistered(get('redirect_uri'), origins))
    return refuse(`Not registered: ${get('redirect_uri')}`, 'redirect_uri_mismatch');
  if (get('response_type') !== 'code') return refuse('Only response_type=code', 'unsupported_response_type');
  if (get('code_challenge_method') !== 'S256') return refuse('code_challenge_method must be S256');
  if (!/^[A-Za-z0-9_-]{43}$/.test(get('code_challenge'))) return refuse('Invalid code_challenge');
  const asked = get('scope').split(' ');
  const scopes = asked.map((scope) => SCOPES[scope]).filter((scope) => scope !== undefined);
  if (scopes.length < asked.length) return refuse('Some requested scopes were invalid.', 'invalid_scope');
  if (!scopes.includes('openid')) return refuse('scope must contain openid', 'invalid_scope');
  const prompts = get('prompt') === '' ? [] : get('prompt').split(' ');
  if (!prompts.every((prompt) => PROMPTS.includes(prompt))) return refuse('Invalid prompt');

  return {
    ok: true,
    authorization: {
      clientId: client.id,
      redirectUri: get('redirect_uri'),
      state: get('state'),
      nonce: parameters.get('nonce'),
      challenge: get('code_challenge'),
      scopes,
    },
  };
}
