/**
 * Registration of a passkey (WebAuthn Level 3, section 7.1). Every one must be able to sign in alone: kept by its
 * authenticator, which knows its user again. So an account with a passkey always has a whole way in.
 */
import { Buffer } from 'node:buffer';
import { generateRegistrationOptions, verifyRegistrationResponse } from '@simplewebauthn/server';
import { decodeAttestationObject } from '@simplewebauthn/server/helpers';
import type { Context } from 'hono';
import * as z from 'zod/mini';
import type { KnownCredential } from '#shared/adapters/db/passkeys.ts';
import type { User } from '#shared/protocol/account.ts';
import type { Ceremony } from '#shared/protocol/security.ts';
import type { AppEnv } from '../app-env.ts';
import { userHandleOf } from './passkeys.ts';
import { openChallenge, relyingParty, signChallenge, TIMEOUT_MS, useChallenge } from './passkeys-party.ts';

/** Ed25519, ECDSA with P-256, RSA (COSE): what WebCrypto verifies here and authenticators have. */
const ALGORITHMS = [-8, -7, -257];
/** Section 7.1, step 25. */
const MAX_CREDENTIAL_BYTES = 1_023;
const MAX_TRANSPORTS = 10;

const Text = z.string().check(z.maxLength(64_000));

/** What a browser answers, as far as it is used (section 5.1.8, `RegistrationResponseJSON`). */
const Registration = z.object({
  id: Text,
  rawId: Text,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: Text,
    attestationObject: Text,
    transports: z.optional(z.array(z.string())),
  }),
  clientExtensionResults: z.optional(
    z.looseObject({ credProps: z.optional(z.looseObject({ rk: z.optional(z.boolean()) })) }),
  ),
});

/** Options for `navigator.credentials.create()`. Authenticators that hold one of `known` leave this to others. */
export async function beginRegistration(
  c: Context<AppEnv>,
  user: User,
  known: ReadonlyArray<KnownCredential>,
): Promise<Ceremony> {
  const party = relyingParty(c);
  const options = await generateRegistrationOptions({
    rpName: party.name,
    rpID: party.id,
    userID: new Uint8Array(userHandleOf(user.id)),
    userName: user.email,
    userDisplayName: user.name,
    timeout: TIMEOUT_MS,
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: known.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
  });
  return { options: { ...options }, token: await signChallenge(c, options.challenge, 'register', user.id) };
}

/** What is stored of a new passkey besides its name. */
export interface Registered extends KnownCredential {
  publicKey: string;
  counter: number;
  synced: boolean;
}

/** The passkey that was made for this user's challenge, which is used up; null when anything about it is wrong. */
export async function verifyRegistration(
  c: Context<AppEnv>,
  proof: { token: string; credential: unknown; userId: string },
): Promise<Registered | null> {
  const challenge = await openChallenge(c, proof.token, 'register', proof.userId);
  const registration = Registration.safeParse(proof.credential);
  if (!challenge || !registration.success) return null;
  const registered = await check(c, registration.data, challenge.challenge);
  return registered && (await useChallenge(c, proof.userId, challenge)) ? registered : null;
}

async function check(
  c: Context<AppEnv>,
  { id, rawId, type, response, clientExtensionResults }: z.infer<typeof Registration>,
  expectedChallenge: string,
): Promise<Registered | null> {
  if (clientExtensionResults?.credProps?.rk === false) return null;
  const { clientDataJSON, attestationObject, transports = [] } = response;
  const party = relyingParty(c);
  try {
    if (!isWithoutCertificates(attestationObject)) return null;
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: {
        id,
        rawId,
        type,
        response: { clientDataJSON, attestationObject },
        clientExtensionResults: {},
      },
      expectedChallenge,
      expectedOrigin: party.origins,
      expectedRPID: party.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!verified) return null;
    const { credential, credentialBackedUp } = registrationInfo;
    // What was signed for says which credential it is, whatever the envelope claims.
    if (credential.id !== id || Buffer.from(id, 'base64url').length > MAX_CREDENTIAL_BYTES) return null;
    return {
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      synced: credentialBackedUp,
      // Kept for the browser alone, so words of later standards are kept too.
      transports: transports.filter((word) => /^[a-z-]{1,20}$/.test(word)).slice(0, MAX_TRANSPORTS),
    };
  } catch (error) {
    c.get('log').info('passkey_refused', { kind: 'register', error });
    return null;
  }
}

/**
 * We ask for no attestation, and browsers then send none, or one that the passkey signed itself. Statements with
 * certificates are refused unread: nothing here would be decided by them, and to judge one the library may fetch lists of
 * revocations from the addresses that stand in it.
 */
function isWithoutCertificates(attestationObject: string): boolean {
  const decoded = decodeAttestationObject(new Uint8Array(Buffer.from(attestationObject, 'base64url')));
  const format = decoded.get('fmt');
  return format === 'none' || (format === 'packed' && decoded.get('attStmt').get('x5c') === undefined);
}
