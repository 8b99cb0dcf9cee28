/** A browser for tests that goes over Google and back, with the cookies that it would have on either way. */
import { Session } from '#shared/protocol/account.ts';
import { ORIGIN, type Options, TestBrowser } from '#worker/test-browser.ts';

export const START = '/api/auth/google';
const CALLBACK = `${START}/callback`;

/** Who one is at Google. `sub` is made from the address where none is given. */
export interface Chosen {
  email: string;
  sub?: string;
  verified?: 'yes' | 'no';
  name?: string;
}

/** Where an answer sends the browser; throws for one that does not, or that may be kept. */
export function whereTo(response: Response): string {
  const to = response.headers.get('location');
  if (response.status !== 302 || to === null || response.headers.get('cache-control') !== 'no-store')
    throw new Error(`${response.status} is not a redirect that nobody keeps`);
  return to;
}

export class Visitor extends TestBrowser {
  google: string | null = null;
  options: Options = {};

  /** Follows a link or a redirect to the app. */
  async visit(path: string): Promise<Response> {
    // The way back comes from another site: the strict cookie stays at home.
    const refresh = path.startsWith(CALLBACK) ? null : this.cookie;
    const held = [this.google && `__Host-google=${this.google}`, refresh && `__Host-refresh=${refresh}`];
    const headers = { cookie: held.filter(Boolean).join('; '), authorization: '' };
    const response = await this.call('GET', path, { ...this.options, headers });
    for (const set of response.headers.getSetCookie()) {
      const [, name, value = ''] = /^__Host-(\w+)=([^;]*)/.exec(set) ?? [];
      if (name === 'google') this.google = value || null;
      if (name === 'refresh') this.cookie = value || null;
    }
    return response;
  }

  /** Leaves for Google; answers where the browser was sent. */
  async leave(returnTo?: string): Promise<URL> {
    const query = returnTo === undefined ? '' : `?${new URLSearchParams({ returnTo })}`;
    return new URL(whereTo(await this.visit(`${START}${query}`)), ORIGIN);
  }

  /** Chooses on Google's page; answers the path that leads back. */
  async choose(at: URL, chosen: Chosen | 'deny'): Promise<string> {
    const body = new URLSearchParams(chosen === 'deny' ? { choice: 'deny' } : { verified: 'yes', ...chosen });
    const response = await fetch(at, { method: 'POST', body, redirect: 'manual' });
    const back = new URL(whereTo(response));
    if (`${back.origin}${back.pathname}` !== `${ORIGIN}${CALLBACK}`)
      throw new Error(`It does not lead back: ${back.href}`);
    return `${back.pathname}${back.search}`;
  }

  /** All of it; answers where the browser ends up. */
  async come(chosen: Chosen | 'deny', returnTo?: string): Promise<string> {
    return whereTo(await this.visit(await this.choose(await this.leave(returnTo), chosen)));
  }

  /** What the page does when it loads: its session comes from the cookie alone. */
  async load(): Promise<this> {
    const response = await this.enter('refresh', this.options);
    Session.parse(await response.json());
    return this;
  }
}
