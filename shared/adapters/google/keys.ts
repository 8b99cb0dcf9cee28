/** The keys that Google signs ID tokens with: fetched when needed, kept for as long as Google says. */
import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import * as z from 'zod/mini';
import type { Clock } from '#shared/core/clock.ts';
import { fetchConfigured, type Limits } from '../safe-fetch/configured.ts';
import { GoogleUnavailable } from './faults.ts';

const MAX_BYTES = 64 * 1024;
/** Where Google does not say how long, and the most that is believed; milliseconds. */
const DEFAULT_MS = 5 * 60_000;
const MOST_MS = 24 * 60 * 60_000;

const Jwks = z.object({
  keys: z.array(z.looseObject({ kid: z.string(), kty: z.literal('RSA'), n: z.string(), e: z.string() })),
});

interface Kept {
  find: JWTVerifyGetKey;
  until: number;
}

/** How long an answer may be kept (RFC 9111 sections 5.2.2.1 and 4.2.3), in milliseconds. */
function lifeOf(headers: Headers): number {
  const control = headers.get('cache-control') ?? '';
  if (/\bno-(?:store|cache)\b/i.test(control)) return 0;
  const [, maxAge] = /\bmax-age=(\d{1,9})\b/i.exec(control) ?? [];
  if (maxAge === undefined) return DEFAULT_MS;
  const [, age = '0'] = /^(\d{1,9})$/.exec(headers.get('age') ?? '') ?? [];
  return Math.max(0, Math.min((Number(maxAge) - Number(age)) * 1_000, MOST_MS));
}

/**
 * Finds the key of a token by its `kid`. A `kid` that is not known makes it look again once: Google signs with a new key
 * before the old ones expire. Throws `GoogleUnavailable`, and the errors of jose for a token whose key there is none of.
 */
export function makeKeys(url: string, clock: Clock, limits: Pick<Limits, 'timeoutMs'>): JWTVerifyGetKey {
  // What is kept is an answer, never one that is under way: a request may not wait for another request's connection.
  let kept: Kept | null = null;

  const load = async (): Promise<Kept> => {
    try {
      const answer = await fetchConfigured(
        url,
        { headers: { accept: 'application/json' } },
        { ...limits, maxBytes: MAX_BYTES },
      );
      if (!answer.ok) throw new GoogleUnavailable('keys_refused');
      const find = createLocalJWKSet(Jwks.parse(answer.json()));
      return (kept = { find, until: clock.now() + lifeOf(answer.headers) });
    } catch (error) {
      throw GoogleUnavailable.from(error, 'keys_unreadable');
    }
  };

  return async (header, token) => {
    if (typeof header.kid !== 'string') throw new errors.JWKSNoMatchingKey();
    if (kept === null || clock.now() >= kept.until) return (await load()).find(header, token);
    try {
      return await kept.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      return (await load()).find(header, token);
    }
  };
}
