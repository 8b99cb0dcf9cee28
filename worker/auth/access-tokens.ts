/**
 * Access tokens: JWTs of ten minutes (RFC 9068), signed with a key derived from AUTH_SECRET. Verified by key alone;
 * whether their session is still good is asked of the user's object.
 */
import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose';
import { v7 as uuidv7 } from 'uuid';
import type { Clock } from '#shared/core/clock.ts';
import type { Settings } from '#shared/core/settings.ts';
import { Id } from '#shared/protocol/ids.ts';
import { keysFor } from './keys.ts';

export const ACCESS_SECONDS = 600;
const ALGORITHM = 'HS256';
const TYPE = 'at+jwt';
/** Ours are about 450 characters: longer ones are not worth parsing. */
const MAX_LENGTH = 2048;

/** Whose token it is, and the session (refresh family) that it came from. */
export interface Bearer {
  id: string;
  sessionId: string;
}

export type Verified =
  | { ok: true; bearer: Bearer }
  | { ok: false; code: 'unauthenticated' | 'token_expired' };

export interface AccessTokens {
  /** A token for the bearer, good for `ACCESS_SECONDS`. */
  sign(bearer: Bearer): Promise<string>;
  verify(token: string): Promise<Verified>;
}

const REFUSED = { ok: false, code: 'unauthenticated' } as const;

/** Makes the signer and verifier for these settings. */
export function makeAccessTokens(settings: Settings, clock: Clock): AccessTokens {
  const issuer = settings.publicOrigin;
  const audience = `${settings.publicOrigin}/api`;
  const keys = () => keysFor(settings, TYPE);

  return {
    async sign(bearer) {
      const [newest] = keys();
      if (!newest) throw new Error('There is no key to sign with');
      const issuedAt = Math.floor(clock.now() / 1000);
      return new SignJWT({ sid: bearer.sessionId })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: newest.kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(bearer.id)
        .setJti(uuidv7())
        .setIssuedAt(issuedAt)
        .setNotBefore(issuedAt)
        .setExpirationTime(issuedAt + ACCESS_SECONDS)
        .sign(newest.bytes);
    },

    async verify(token) {
      if (token.length > MAX_LENGTH) return REFUSED;
      try {
        const { kid } = decodeProtectedHeader(token);
        const named = keys().find((each) => each.kid === kid);
        if (!named) return REFUSED;
        const { payload } = await jwtVerify(token, named.bytes, {
          algorithms: [ALGORITHM],
          typ: TYPE,
          issuer,
          audience,
          requiredClaims: ['sub', 'sid', 'jti', 'iat', 'exp'],
          // A token of ours never lives longer, whatever it says of itself.
          maxTokenAge: ACCESS_SECONDS,
          currentDate: new Date(clock.now()),
        });
        const id = Id.safeParse(payload.sub);
        const sessionId = Id.safeParse(payload['sid']);
        if (!id.success || !sessionId.success) return REFUSED;
        return { ok: true, bearer: { id: id.data, sessionId: sessionId.data } };
      } catch (error) {
        if (error instanceof errors.JWTExpired) return { ok: false, code: 'token_expired' };
        // What is no JWT at all makes the header's parser throw a plain TypeError.
        if (error instanceof errors.JOSEError || error instanceof TypeError) return REFUSED;
        throw error;
      }
    },
  };
}
