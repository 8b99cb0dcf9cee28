/**
 * Access tokens: JWTs of ten minutes (RFC 9068), signed with a key derived from AUTH_SECRET. Verified by key alone,
 * so that every request of a signed-in user works while the database is down.
 */
import { errors, jwtVerify, SignJWT } from 'jose';
import { v7 as uuidv7 } from 'uuid';
import type { Clock } from '#shared/core/clock.ts';
import type { Settings } from '#shared/core/settings.ts';
import { Id } from '#shared/protocol/ids.ts';

export const ACCESS_SECONDS = 600;
const ALGORITHM = 'HS256';
const TYPE = 'at+jwt';
/** Names the derived key; a second one will have another name while both are accepted. */
const KEY_ID = 'access-1';
/** Ours are about 450 characters: longer ones are not worth parsing. */
const MAX_LENGTH = 2048;

/** Who calls: the user, and the session (refresh family) that the token came from. */
export interface Caller {
  id: string;
  sessionId: string;
}

export type Verified =
  | { ok: true; caller: Caller }
  | { ok: false; code: 'unauthenticated' | 'token_expired' };

export interface AccessTokens {
  /** A token for the caller, good for `ACCESS_SECONDS`. */
  sign(caller: Caller): Promise<string>;
  verify(token: string): Promise<Verified>;
}

async function deriveKey(secret: string): Promise<CryptoKey> {
  const bytes = new TextEncoder();
  const material = await crypto.subtle.importKey('raw', bytes.encode(secret), 'HKDF', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: bytes.encode(`agentic-tasks ${KEY_ID}`) },
    material,
    { name: 'HMAC', hash: 'SHA-256', length: 256 },
    false,
    ['sign', 'verify'],
  );
}

/** Makes the signer and verifier for these settings; the key is derived on first use. */
export function makeAccessTokens(settings: Settings, clock: Clock): AccessTokens {
  const issuer = settings.publicOrigin;
  const audience = `${settings.publicOrigin}/api`;
  let derived: Promise<CryptoKey> | undefined;
  const key = () => (derived ??= deriveKey(settings.authSecret));

  return {
    async sign(caller) {
      const issuedAt = Math.floor(clock.now() / 1000);
      return new SignJWT({ sid: caller.sessionId })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: KEY_ID })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(caller.id)
        .setJti(uuidv7())
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + ACCESS_SECONDS)
        .sign(await key());
    },

    async verify(token) {
      const refused = { ok: false, code: 'unauthenticated' } as const;
      if (token.length > MAX_LENGTH) return refused;
      try {
        const { payload, protectedHeader } = await jwtVerify(token, await key(), {
          algorithms: [ALGORITHM],
          typ: TYPE,
          issuer,
          audience,
          requiredClaims: ['sub', 'sid', 'jti', 'iat', 'exp'],
          currentDate: new Date(clock.now()),
        });
        const id = Id.safeParse(payload.sub);
        const sessionId = Id.safeParse(payload['sid']);
        if (protectedHeader.kid !== KEY_ID || !id.success || !sessionId.success) return refused;
        return { ok: true, caller: { id: id.data, sessionId: sessionId.data } };
      } catch (error) {
        if (error instanceof errors.JWTExpired) return { ok: false, code: 'token_expired' };
        if (error instanceof errors.JOSEError) return refused;
        throw error;
      }
    },
  };
}
