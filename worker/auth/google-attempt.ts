/**
 * What is remembered between leaving for Google and coming back: in a cookie of the browser that left, so that a link with
 * somebody else's code opens nothing (RFC 9700 section 4.7), and sealed, because the verifier is worth nothing to whom
 * can read it. Ten minutes, one use.
 */
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { decodeProtectedHeader, EncryptJWT, jwtDecrypt } from 'jose';
import * as z from 'zod/mini';
import type { AppEnv } from '../app-env.ts';
import { keysFor } from './keys.ts';

const NAME = 'google';
/** Lax, because Google sends the browser back from another site: a strict cookie would stay at home. */
const OPTIONS = { path: '/', secure: true, httpOnly: true, sameSite: 'Lax', prefix: 'host' } as const;
const SECONDS = 600;
const TYPE = 'google-attempt+jwt';
const ALGORITHM = 'dir';
const ENCRYPTION = 'A256GCM';
/** What browsers keep of a cookie. */
const MAX_LENGTH = 4_096;

const Sealed = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
  /** The refresh token of the session that this browser had: nobody can reach it once another takes its cookie. */
  replaces: z.optional(z.string()),
});
export type Pending = z.infer<typeof Sealed>;

/** Remembers it in the browser; what it remembered before is forgotten. */
export async function rememberAttempt(c: Context<AppEnv>, pending: Pending): Promise<void> {
  const { settings, clock } = c.get('services');
  const [newest] = keysFor(settings, TYPE);
  if (!newest) throw new Error('There is no key to seal with');
  const now = Math.floor(clock.now() / 1_000);
  const sealed = await new EncryptJWT(pending)
    .setProtectedHeader({ alg: ALGORITHM, enc: ENCRYPTION, typ: TYPE, kid: newest.kid })
    .setIssuer(settings.publicOrigin)
    .setIssuedAt(now)
    .setExpirationTime(now + SECONDS)
    .encrypt(newest.bytes);
  setCookie(c, NAME, sealed, { ...OPTIONS, maxAge: SECONDS });
}

/** What this browser remembers, and makes it forget. Null when that is nothing, not of our making, or too old. */
export async function takeAttempt(c: Context<AppEnv>): Promise<Pending | null> {
  const sealed = getCookie(c, NAME, 'host');
  deleteCookie(c, NAME, OPTIONS);
  if (sealed === undefined || sealed.length > MAX_LENGTH) return null;
  const { settings, clock } = c.get('services');
  try {
    const { kid } = decodeProtectedHeader(sealed);
    const key = keysFor(settings, TYPE).find((each) => each.kid === kid);
    if (!key) return null;
    const { payload } = await jwtDecrypt(sealed, key.bytes, {
      keyManagementAlgorithms: [ALGORITHM],
      contentEncryptionAlgorithms: [ENCRYPTION],
      typ: TYPE,
      issuer: settings.publicOrigin,
      requiredClaims: ['iat', 'exp'],
      currentDate: new Date(clock.now()),
    });
    return Sealed.parse(payload);
  } catch {
    // Whatever is wrong with it, there is no attempt that could go on.
    return null;
  }
}
