/**
 * Short-lived tokens that carry a step of signing in from one request to the next, so that nothing has to be stored in
 * between. They are no access tokens: type, audience and key are others, and neither passes for the other.
 */
import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import * as z from 'zod/mini';
import type { Clock } from '#shared/core/clock.ts';
import type { Settings } from '#shared/core/settings.ts';
import { Id } from '#shared/protocol/ids.ts';
import { keysFor } from './keys.ts';

const ALGORITHM = 'HS256';
/** Ours have about 500 characters: longer ones are not worth parsing. */
const MAX_LENGTH = 2_000;

/** How long a challenge may be answered, and how long a first factor waits for the second, in seconds. */
export const CHALLENGE_SECONDS = 300;
export const PENDING_SECONDS = 300;

/** What a challenge was given out for. */
export const Purpose = z.enum(['sign_in', 'second_factor', 'confirm', 'register']);
export type Purpose = z.infer<typeof Purpose>;

const claims = {
  /** A challenge for a passkey, in base64url; `userId` where it is known whose. */
  'challenge+jwt': z.object({ challenge: z.string(), purpose: Purpose, userId: z.optional(Id) }),
  /** Somebody showed the first factor of an account that asks for a second. */
  'pending+jwt': z.object({ userId: Id }),
} as const;

export type TokenType = keyof typeof claims;
export type Claims<Type extends TokenType> = z.infer<(typeof claims)[Type]>;
/** What a token says; `expiresAt` in milliseconds. */
export type Opened<Type extends TokenType> = Claims<Type> & { expiresAt: number };

const audienceOf = (settings: Settings): string => `${settings.publicOrigin}/api/auth`;

/** Signs the claims; the token is good for so many seconds. */
export async function signToken<Type extends TokenType>(
  settings: Settings,
  clock: Clock,
  { typ, ...payload }: { typ: Type } & Claims<Type>,
  seconds: number,
): Promise<string> {
  const [newest] = await keysFor(settings, typ);
  if (!newest) throw new Error('There is no key to sign with');
  const issuedAt = Math.floor(clock.now() / 1_000);
  return new SignJWT(payload)
    .setProtectedHeader({ alg: ALGORITHM, typ, kid: newest.kid })
    .setIssuer(settings.publicOrigin)
    .setAudience(audienceOf(settings))
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + seconds)
    .sign(newest.bytes);
}

/** What a token of this type says; null when it is none, not ours, or too old. */
export async function openToken<Type extends TokenType>(
  settings: Settings,
  clock: Clock,
  typ: Type,
  token: string,
): Promise<Opened<Type> | null> {
  if (token.length > MAX_LENGTH) return null;
  const keys = await keysFor(settings, typ);
  try {
    const { kid } = decodeProtectedHeader(token);
    const key = keys.find((each) => each.kid === kid);
    if (!key) return null;
    const { payload } = await jwtVerify(token, key.bytes, {
      algorithms: [ALGORITHM],
      typ,
      issuer: settings.publicOrigin,
      audience: audienceOf(settings),
      requiredClaims: ['iat', 'exp'],
      currentDate: new Date(clock.now()),
    });
    // The schema is the one of this type; that is more than the compiler sees of an indexed table.
    const said = claims[typ].parse(payload) as Claims<Type>;
    return { ...said, expiresAt: (payload.exp ?? 0) * 1_000 };
  } catch {
    // Whatever is wrong with it, its bearer is told the same.
    return null;
  }
}
