/**
 * Keeps other sites away from the routes that live on a cookie. SameSite=Strict does most of it; this also stops
 * a neighbour on the same site, and old browsers.
 */
import type { Context } from 'hono';
import type { AppEnv } from '../app-env.ts';

/** Whether the request comes from our own pages, or from no page at all (command line, native clients). */
export function isOwnOrigin(c: Context<AppEnv>): boolean {
  const { settings } = c.get('services');
  const site = c.req.header('sec-fetch-site');
  if (site === 'cross-site') return false;
  const origin = c.req.header('origin');
  if (origin === undefined || origin === settings.publicOrigin) return true;
  // On a developer's machine the port is often another one than the settings say.
  return settings.local && origin === new URL(c.req.url).origin;
}
