/**
 * A stand-in for Google's OpenID provider: one fetch handler with the authorization page, the token endpoint and the
 * keys. It checks what the provider checks, and is not Google: every page and every answer says so.
 */
import { parseJson } from '#dev/stand-in/json.ts';
import { accountOf, ACCOUNTS } from './accounts.ts';
import { type Authorization, type Client, readAuthorization } from './authorization.ts';
import { Codes } from './codes.ts';
import { Control, type Decision } from './control.ts';
import { json, redirect } from './http.ts';
import { Keys } from './keys.ts';
import { choosePage, homePage, refusedPage } from './pages.ts';
import { hungUp, tokenEndpoint } from './token-endpoint.ts';

/** The client of `.dev.vars.example`. */
export const LOCAL_CLIENT: Client = {
  id: 'local-stand-in.apps.googleusercontent.com',
  secret: 'local-stand-in-secret',
};

export interface StandInOptions {
  readonly client?: Client;
  /** Origins whose callback is registered; with none, every port of `http://localhost`. */
  readonly origins?: readonly string[];
  /** Milliseconds. Default: the system's clock. */
  readonly now?: () => number;
}

export interface StandIn {
  readonly fetch: (request: Request) => Promise<Response>;
  readonly control: Control;
}

/** As long as Google lets its keys be kept. */
const KEYS_SECONDS = 19_800;

export function createStandIn(options: StandInOptions = {}): StandIn {
  const { client = LOCAL_CLIENT, origins = [], now = Date.now } = options;
  const codes = new Codes(now);
  const keys = new Keys();
  const control = new Control({
    rotateKeys: (forget) => keys.rotate(forget),
    reset: () => codes.clear(),
  });

  const answer = (authorization: Authorization, decision: Decision, issuer: string): Response => {
    const back = new URL(authorization.redirectUri);
    back.searchParams.set('state', authorization.state);
    // RFC 9207: who answers, against mix-ups.
    back.searchParams.set('iss', issuer);
    if (decision === 'deny') {
      back.searchParams.set('error', 'access_denied');
      return redirect(back);
    }
    back.searchParams.set('code', codes.issue({ authorization, account: decision.account }));
    back.searchParams.set('scope', authorization.scopes.join(' '));
    back.searchParams.set('authuser', '0');
    back.searchParams.set('prompt', 'consent');
    return redirect(back);
  };

  const authorize = async (request: Request, url: URL, issuer: string): Promise<Response> => {
    const read = readAuthorization(url.searchParams, client, origins);
    if (!read.ok) return refusedPage(read);
    const { authorization } = read;
    if (request.method === 'POST') {
      const decision = decisionOf(new URLSearchParams(await request.text()));
      if (decision !== null) return answer(authorization, decision, issuer);
    } else {
      const decided = control.takeDecision();
      if (decided !== undefined) return answer(authorization, decided, issuer);
    }
    return choosePage(authorization, `${url.pathname}${url.search}`);
  };

  const publishKeys = async (request: Request): Promise<Response> => {
    const fault = control.takeFault(undefined, 'keys_error', 'keys_garbage', 'keys_slow');
    if (fault === 'keys_slow') await hungUp(request.signal);
    if (fault === 'keys_garbage') return json({ keys: 'none' });
    if (fault !== undefined) return json({ error: { code: 500, status: 'INTERNAL' } }, 500);
    return json(await keys.jwks(), 200, {
      'cache-control': `public, max-age=${KEYS_SECONDS}, must-revalidate, no-transform`,
    });
  };

  const act = async (request: Request): Promise<Response> => {
    // A page from elsewhere can send text/plain without asking first; JSON it cannot.
    if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? ''))
      return json({ ok: false, problem: 'content-type must be application/json' }, 415);
    const acted = await control.act(parseJson(await request.text()));
    return json(acted, acted.ok ? 200 : 400);
  };

  return {
    control,
    fetch: async (request) => {
      const url = new URL(request.url);
      // The address it was reached at; behind `node:http` only the header knows the port.
      const host = request.headers.get('host');
      const issuer = host === null ? url.origin : `http://${host}`;
      const { method } = request;
      switch (`${method} ${url.pathname}`) {
        case 'GET /':
          return homePage(control.state(), client.id);
        case 'GET /o/oauth2/v2/auth':
        case 'POST /o/oauth2/v2/auth':
          return authorize(request, url, issuer);
        case 'POST /token':
          return tokenEndpoint(request, issuer, { client, codes, control, keys, now });
        case 'GET /oauth2/v3/certs':
          return publishKeys(request);
        case 'GET /__control':
          return json({ ok: true, state: control.state() });
        case 'POST /__control':
          return act(request);
        default:
          return json({ error: { code: 404, status: 'NOT_FOUND' } }, 404);
      }
    },
  };
}

/** What was chosen on the page; null when the form says nothing useful. */
function decisionOf(form: URLSearchParams): Decision | null {
  if (form.get('choice') === 'deny') return 'deny';
  const picked = form.has('account') ? ACCOUNTS[Number(form.get('account'))] : undefined;
  if (picked !== undefined) return { account: picked };
  const email = form.get('email')?.trim() ?? '';
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) return null;
  const name = form.get('name')?.trim() ?? '';
  const sub = form.get('sub')?.trim() ?? '';
  const more = { ...(name === '' ? {} : { name }), ...(sub === '' ? {} : { sub }) };
  return { account: accountOf(email, { emailVerified: form.get('verified') === 'yes', ...more }) };
}
