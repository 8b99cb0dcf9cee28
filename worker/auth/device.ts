/** Where a request comes from, for the list of devices and the activity log. Nothing is decided by it. */
import type { Context } from 'hono';
import type { Device } from '#durable-objects/user/client.ts';
import type { AppEnv } from '../app-env.ts';

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** The device as it names itself, and the place as the platform guesses it from the address ("Bern, CH"). */
export function deviceOf(c: Context<AppEnv>): Device {
  const cf = new Map<string, unknown>(Object.entries(c.req.raw.cf ?? {}));
  const place = [text(cf.get('city')), text(cf.get('country'))].filter((part) => part !== null).join(', ');
  return {
    userAgent: c.req.header('user-agent')?.slice(0, 300) ?? null,
    // Local development has made-up values there.
    place: c.get('services').settings.local || place === '' ? null : place.slice(0, 100),
  };
}
