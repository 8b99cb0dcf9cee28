/** A browser for the tests of the door: keeps the cookie and the access token, and calls the app as a page would. */
import { env, exports } from 'cloudflare:workers';
import { v4 as uuidv4 } from 'uuid';
import { Session, type User } from '#shared/protocol/account.ts';
import { Problem } from '#shared/protocol/problem.ts';

/** Where the app under test says it is. */
export const ORIGIN = new URL(env.PUBLIC_URL).origin;

export interface Options {
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, instead of `body`. */
  raw?: BodyInit;
  headers?: Record<string, string>;
  /** Which app to call; the one of `wrangler.toml` unless given. */
  fetch?: (request: Request) => Promise<Response> | Response;
}

const toApp = (request: Request): Promise<Response> => exports.default.fetch(request);

/** Asserts that a response is a problem and says which: `[status, code]`. */
export async function problemOf(response: Response): Promise<[number, string]> {
  const type = response.headers.get('content-type');
  if (type !== 'application/problem+json') throw new Error(`${response.status} ${type} is not a problem`);
  const problem = Problem.parse(await response.json());
  if (problem.status !== response.status || problem.requestId !== response.headers.get('x-request-id'))
    throw new Error('The problem does not fit its response');
  return [problem.status, problem.code];
}

export class TestBrowser {
  cookie: string | null = null;
  accessToken: string | null = null;
  user: User | null = null;
  readonly email = `${uuidv4()}@example.com`;
  readonly password = `pw-${uuidv4()}`;

  async call(method: string, path: string, options: Options = {}): Promise<Response> {
    const headers = new Headers({ 'user-agent': 'test browser', ...options.headers });
    if (this.cookie !== null && !headers.has('cookie'))
      headers.set('cookie', `__Host-refresh=${this.cookie}`);
    if (this.accessToken !== null && !headers.has('authorization'))
      headers.set('authorization', `Bearer ${this.accessToken}`);
    if (options.body !== undefined && !headers.has('content-type'))
      headers.set('content-type', 'application/json');
    const body = options.raw ?? (options.body === undefined ? null : JSON.stringify(options.body));
    const request = new Request(new URL(path, ORIGIN), { method, headers, body, redirect: 'manual' });
    const response = await (options.fetch ?? toApp)(request);
    const set = /^__Host-refresh=([^;]*)/.exec(response.headers.get('set-cookie') ?? '')?.[1];
    if (set !== undefined) this.cookie = set === '' ? null : set;
    return response;
  }

  /** Signs up, in or refreshes, and keeps what came back. */
  async enter(path: 'sign-up' | 'sign-in' | 'refresh', options: Options = {}): Promise<Response> {
    const { email, password } = this;
    const body = path === 'refresh' ? {} : { body: { email, password } };
    const response = await this.call('POST', `/api/auth/${path}`, { ...body, ...options });
    if (response.ok) {
      const session = Session.parse(await response.clone().json());
      this.accessToken = session.accessToken;
      this.user = session.user;
    }
    return response;
  }

  /** The id of the user who signed up. */
  get userId(): string {
    if (!this.user) throw new Error('Nobody signed up yet');
    return this.user.id;
  }
}

/** A browser whose user has just signed up. */
export async function newcomer(): Promise<TestBrowser> {
  const browser = new TestBrowser();
  const response = await browser.enter('sign-up');
  if (response.status !== 201)
    throw new Error(`Sign-up answered ${response.status}: ${await response.text()}`);
  return browser;
}
