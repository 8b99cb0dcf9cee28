/**
 * Sign-in with Google: OpenID Connect with the code flow and PKCE (OpenID Connect Core section 3.1, RFC 7636). Builds the
 * address to send a person to, and turns the code they come back with into who they are. Whose account that opens, and
 * that the person who comes back is the one who left, is the worker's part.
 */
import { CodeChallengeMethod, generateCodeVerifier, generateState, OAuth2Client } from 'arctic';
import { errors, jwtVerify } from 'jose';
import * as z from 'zod/mini';
import { clean } from '#shared/core/clean.ts';
import type { Clock } from '#shared/core/clock.ts';
import type { GoogleSettings } from '#shared/core/settings/neighbours.ts';
import { Email } from '#shared/protocol/account-requests.ts';
import { fetchConfigured } from '../safe-fetch/configured.ts';
import { SafeFetchError } from '../safe-fetch/error.ts';
import { GoogleUnavailable } from './faults.ts';
import { makeKeys } from './keys.ts';

const SCOPES = ['openid', 'email', 'profile'];
const MAX_BYTES = 32 * 1024;
const TIMEOUT_MS = 8_000;
/** How far the two clocks may be apart, and how old a token may be that was made for us just now; seconds. */
const SKEW = 60;
const MAX_AGE = 600;
/** Google writes its name in both ways (its OpenID Connect guide, "Validating an ID token"). */
const GOOGLE = ['https://accounts.google.com', 'accounts.google.com'];

/** What has to be remembered, in the browser that leaves, until it comes back. Secret. */
export interface Attempt {
  state: string;
  nonce: string;
  verifier: string;
}

/** Who somebody is at Google. `subject` never changes; `email` is in lower case. */
export interface GooglePerson {
  subject: string;
  email: string;
  emailVerified: boolean;
  name: string;
}

/**
 * `expired`: the code was used already, or is too old. `refused`: Google's answer is not for us, or not from Google.
 * `unavailable`: Google does not answer, or does not take our client. `why` is a short word for the log.
 */
export type Identified =
  | { ok: true; person: GooglePerson }
  | { ok: false; reason: 'expired' | 'refused' | 'unavailable'; why: string };

export interface GoogleSignIn {
  /** Where to send somebody, and what to remember. */
  begin(): { url: URL; attempt: Attempt };
  /** Who came back with this code. Never throws for what Google says. */
  identify(code: string, attempt: Attempt): Promise<Identified>;
  /** Whether an `iss` that came back with the code (RFC 9207) names somebody else. */
  isForeign(issuer: unknown): boolean;
}

const Tokens = z.object({ id_token: z.string().check(z.maxLength(16_000)) });
const TokenError = z.object({ error: z.string() });
/** Subjects have at most 255 ASCII characters (OpenID Connect Core section 2). */
const Claims = z.object({
  sub: z.string().check(z.regex(/^[\x21-\x7e]{1,255}$/)),
  aud: z.string(),
  nonce: z.string(),
  email: Email,
  email_verified: z.optional(z.unknown()),
  name: z.optional(z.string()),
});

/** A name as ours are: one line, never empty, at most 100 characters. */
function nameOf(name: string | undefined, email: string): string {
  const said = (name ?? '').replaceAll(/\p{Cc}+/gu, ' ').trim() || email.slice(0, email.indexOf('@'));
  return clean(said.slice(0, 100));
}

/** Makes the way to Google. `redirectUri` is where people come back to, as it is registered there. */
export function makeGoogleSignIn(
  settings: GoogleSettings,
  redirectUri: string,
  clock: Clock,
  { timeoutMs = TIMEOUT_MS }: { timeoutMs?: number } = {},
): GoogleSignIn {
  const client = new OAuth2Client(settings.clientId, settings.clientSecret, redirectUri);
  const key = makeKeys(settings.keysUrl, clock, { timeoutMs });
  const issuers = GOOGLE.includes(settings.issuer) ? GOOGLE : [settings.issuer];

  /**
   * Not arctic's `validateAuthorizationCode`: it takes no signal and reads an answer of any length, so a Google that
   * hangs would hold the request for as long as it likes.
   */
  const exchange = async (code: string, verifier: string) =>
    fetchConfigured(
      settings.tokenUrl,
      {
        method: 'POST',
        headers: { accept: 'application/json' },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          redirect_uri: redirectUri,
          code_verifier: verifier,
          client_id: settings.clientId,
          client_secret: settings.clientSecret,
        }),
      },
      { timeoutMs, maxBytes: MAX_BYTES },
    );

  const verify = async (idToken: string, nonce: string): Promise<Identified> => {
    const refused = (why: string): Identified => ({ ok: false, reason: 'refused', why });
    try {
      const { payload } = await jwtVerify(idToken, key, {
        algorithms: ['RS256'],
        issuer: issuers,
        audience: settings.clientId,
        requiredClaims: ['sub', 'iat', 'exp', 'nonce'],
        clockTolerance: SKEW,
        maxTokenAge: MAX_AGE,
        currentDate: new Date(clock.now()),
      });
      const claims = Claims.safeParse(payload);
      if (!claims.success) return refused('claims');
      const { sub, email, email_verified: verified, name } = claims.data;
      // Only a token that was asked for by this very attempt: another one could have been stolen and put in its place.
      if (claims.data.nonce !== nonce) return refused('nonce');
      const person = { subject: sub, email, emailVerified: verified === true, name: nameOf(name, email) };
      return { ok: true, person };
    } catch (error) {
      // Messages of jose quote claims; its codes do not.
      if (error instanceof errors.JOSEError) return refused(error.code);
      throw error;
    }
  };

  return {
    begin() {
      const attempt = { state: generateState(), nonce: generateState(), verifier: generateCodeVerifier() };
      const url = client.createAuthorizationURLWithPKCE(
        settings.authorizeUrl,
        attempt.state,
        CodeChallengeMethod.S256,
        attempt.verifier,
        SCOPES,
      );
      url.searchParams.set('nonce', attempt.nonce);
      // Who shares a machine must be able to say which of its accounts they are.
      url.searchParams.set('prompt', 'select_account');
      return { url, attempt };
    },

    async identify(code, { nonce, verifier }) {
      try {
        const answer = await exchange(code, verifier);
        if (!answer.ok) {
          const said = answer.status < 500 ? TokenError.safeParse(answer.json()) : null;
          const why = said?.success ? said.data.error : `status_${answer.status}`;
          // Anything but the code itself is our client being set up wrong: nothing the person could do better.
          return { ok: false, reason: why === 'invalid_grant' ? 'expired' : 'unavailable', why };
        }
        const tokens = Tokens.safeParse(answer.json());
        if (!tokens.success) return { ok: false, reason: 'unavailable', why: 'no_id_token' };
        return await verify(tokens.data.id_token, nonce);
      } catch (error) {
        if (!(error instanceof GoogleUnavailable || error instanceof SafeFetchError)) throw error;
        return { ok: false, reason: 'unavailable', why: error.code };
      }
    },

    isForeign: (issuer) => typeof issuer === 'string' && !issuers.includes(issuer),
  };
}
