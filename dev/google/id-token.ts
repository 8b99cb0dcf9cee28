/** ID tokens as Google writes them (OpenID Connect Core section 2), and every way to spoil one on demand. */
import { createHash } from 'node:crypto';
import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import type { Client } from './authorization.ts';
import type { Grant } from './codes.ts';
import type { Fault } from './control.ts';
import type { Keys } from './keys.ts';

const LIFE_SECONDS = 3_600;

export interface Making {
  readonly grant: Grant;
  readonly issuer: string;
  /** Seconds since the epoch. */
  readonly now: number;
  readonly accessToken: string;
}

/** Left half of the hash, section 3.1.3.6. */
const halfHash = (text: string): string =>
  createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');

function claimsOf({ grant: { account, authorization }, issuer, now, accessToken }: Making): JWTPayload {
  const has = (scope: string): boolean => authorization.scopes.includes(scope);
  return {
    iss: issuer,
    azp: authorization.clientId,
    aud: authorization.clientId,
    sub: account.sub,
    ...(has('email') ? { email: account.email, email_verified: account.emailVerified } : {}),
    at_hash: halfHash(accessToken),
    ...(authorization.nonce === null ? {} : { nonce: authorization.nonce }),
    ...(has('profile') ? { name: account.name } : {}),
    iat: now,
    exp: now + LIFE_SECONDS,
  };
}

function spoilt(claims: JWTPayload, fault: Fault | undefined, now: number): JWTPayload {
  switch (fault) {
    case 'wrong_nonce':
      return { ...claims, nonce: 'of-somebody-else' };
    case 'no_nonce': {
      const { nonce: _nonce, ...rest } = claims;
      return rest;
    }
    case 'wrong_audience':
      return { ...claims, aud: 'another-client.apps.googleusercontent.com' };
    case 'wrong_issuer':
      return { ...claims, iss: 'https://accounts.evil.example' };
    case 'expired':
      return { ...claims, iat: now - 2 * LIFE_SECONDS, exp: now - LIFE_SECONDS };
    case 'from_the_future':
      return { ...claims, iat: now + LIFE_SECONDS, exp: now + 2 * LIFE_SECONDS };
    default:
      return claims;
  }
}

/** Signs the token for a grant, spoilt as the fault says. */
export async function makeIdToken(
  making: Making,
  keys: Keys,
  client: Client,
  fault: Fault | undefined,
): Promise<string> {
  const claims = spoilt(claimsOf(making), fault, making.now);
  const key = await keys.current();
  const token = new SignJWT(claims);
  if (fault === 'unsigned') return new UnsecuredJWT(claims).encode();
  if (fault === 'symmetric')
    return token
      .setProtectedHeader({ alg: 'HS256', kid: key.kid, typ: 'JWT' })
      .sign(new TextEncoder().encode(client.secret.padEnd(32, '0')));
  const signer = fault === 'foreign_key' || fault === 'unknown_key' ? await keys.foreign() : key;
  const kid = fault === 'unknown_key' ? signer.kid : key.kid;
  return token.setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' }).sign(signer.privateKey);
}
