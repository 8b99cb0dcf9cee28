/** The cookie that holds the refresh token. `__Host-`: only this host set it, over a secure line, for all paths. */
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { ABSOLUTE_MS } from '#shared/core/auth/refresh.ts';
import type { AppEnv } from '../app-env.ts';

const NAME = 'refresh';
/** Browsers treat loopback hosts as secure, so the same cookie works in local development. */
const OPTIONS = { path: '/', secure: true, httpOnly: true, sameSite: 'Strict', prefix: 'host' } as const;

export const readRefreshCookie = (c: Context<AppEnv>): string | undefined => getCookie(c, NAME, 'host');

export const writeRefreshCookie = (c: Context<AppEnv>, token: string): void =>
  setCookie(c, NAME, token, { ...OPTIONS, maxAge: ABSOLUTE_MS / 1_000 });

export const clearRefreshCookie = (c: Context<AppEnv>): void => {
  deleteCookie(c, NAME, OPTIONS);
};
