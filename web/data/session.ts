/**
 * Who is signed in. The access token lives in memory only; the refresh token is an HttpOnly cookie that this code
 * never sees. Refreshing is single-flight: inside the tab by one promise, over tabs by a lock, because the server takes
 * a refresh token that is used twice for a stolen one.
 */
import type { Session as Answer, User } from '#shared/protocol/account.ts';
import { ProblemError } from '#shared/client/problem-error.ts';
import { createStore, type Store } from '#web/ui/store.ts';

/** `unreachable`: nobody could be asked yet. `ended` in `out`: there was a session in this browser, and it is over. */
export type SessionState =
  | { status: 'starting' }
  | { status: 'unreachable' }
  | { status: 'out'; ended: boolean }
  | { status: 'in'; user: User };

export interface SessionDeps {
  refresh: () => Promise<Answer>;
  signOut: () => Promise<unknown>;
  /** Runs alone over all tabs of this browser (Web Locks). */
  alone: <T>(run: () => Promise<T>) => Promise<T>;
  /** Tells the other tabs. */
  tell: (news: string) => void;
  wait: (ms: number) => Promise<void>;
  now: () => number;
  /** Remembers over a reload that somebody signed out and the server could not be told yet. */
  leaving: { get: () => boolean; set: (on: boolean) => void };
}

export interface Session extends Pick<Store<SessionState>, 'get' | 'subscribe'> {
  /** The silent refresh at start-up, and the try again after `unreachable`. */
  start: () => Promise<void>;
  /** A token that is good for some seconds yet, or null when nobody is signed in. Throws `offline`. */
  token: () => Promise<string | null>;
  /** The server refused `used`: a fresh token, or null when the session is over. Throws `offline`. */
  renew: (used: string | null) => Promise<string | null>;
  /** Asks whether the session still stands, as when a socket was closed for its end. Never throws. */
  check: () => Promise<void>;
  /** Takes what sign-up or sign-in answered. */
  enter: (answer: Answer) => void;
  /** Ends the session here, in the other tabs and on the server. Throws `offline`; the server is told at the next start. */
  leave: () => Promise<void>;
  /** What another tab told. */
  hear: (news: unknown) => void;
  setUser: (user: User) => void;
}

/** A token this close to its end is renewed first: cheaper than a 401 and a second try. */
const EARLY_MS = 15_000;
/** Another tab rotated the cookie a moment ago and its answer is still on the way: the rule is 10 s, then it is theft. */
const PAUSES_MS = [200, 400, 800, 1600];

export function createSession(deps: SessionDeps): Session {
  const state = createStore<SessionState>({ status: 'starting' });
  let token: string | null = null;
  let goodUntil = 0;
  let flight: Promise<string | null> | null = null;
  /** Grows when somebody enters or leaves: an older refresh must not bring a session back. */
  let era = 0;

  const adopt = (answer: Answer) => {
    token = answer.accessToken;
    goodUntil = deps.now() + answer.expiresIn * 1000;
    state.set({ status: 'in', user: answer.user });
  };
  const drop = (ended = state.get().status === 'in') => {
    token = null;
    if (state.get().status !== 'out') state.set({ status: 'out', ended });
  };

  const refresh = async (): Promise<string | null> => {
    const mine = era;
    for (const pause of [...PAUSES_MS, null]) {
      try {
        const answer = await deps.refresh();
        if (mine === era) adopt(answer);
        return token;
      } catch (error) {
        if (mine !== era) return token;
        if (!(error instanceof ProblemError)) throw error;
        if (error.code === 'refresh_in_progress' && pause !== null) await deps.wait(pause);
        else if (error.status === 401 || error.status === 403 || error.code === 'refresh_in_progress') {
          // Found at start: a page that was reloaded says as much as one that was open.
          drop(error.code === 'refresh_invalid' || undefined);
          return null;
        } else throw error;
      }
    }
    return null;
  };

  const renew = (used: string | null): Promise<string | null> => {
    if (token !== null && token !== used) return Promise.resolve(token);
    flight ??= deps.alone(refresh).finally(() => {
      flight = null;
    });
    return flight;
  };

  const tellServer = async () => {
    deps.leaving.set(true);
    await deps.signOut();
    deps.leaving.set(false);
  };

  const start = async () => {
    try {
      if (deps.leaving.get()) {
        drop();
        await tellServer();
      } else await renew(token);
    } catch {
      if (state.get().status !== 'out') state.set({ status: 'unreachable' });
    }
  };

  return {
    get: state.get,
    subscribe: state.subscribe,
    start,
    renew,
    async check() {
      if (state.get().status === 'in') await renew(token).catch(() => undefined);
    },
    async token() {
      if (token !== null && deps.now() < goodUntil - EARLY_MS) return token;
      return state.get().status === 'out' ? null : renew(token);
    },
    enter(answer) {
      era += 1;
      deps.leaving.set(false);
      adopt(answer);
      deps.tell(`in:${answer.user.id}`);
    },
    async leave() {
      era += 1;
      token = null;
      state.set({ status: 'out', ended: false });
      deps.tell('out');
      await tellServer();
    },
    hear(news) {
      const known = state.get();
      if (news === 'out') {
        era += 1;
        token = null;
        if (known.status !== 'out') state.set({ status: 'out', ended: false });
      } else if (typeof news === 'string' && news.startsWith('in:')) {
        if (known.status === 'in' && known.user.id === news.slice(3)) return;
        era += 1;
        token = null;
        state.set({ status: 'starting' });
        void start();
      }
    },
    setUser(user) {
      if (state.get().status === 'in') state.set({ status: 'in', user });
    },
  };
}
