/**
 * Proof by passkey (WebAuthn Level 3, section 7.2): for signing in, as the second factor, and to confirm that it is still
 * the owner. What follows from the proof is the caller's part.
 */
import { Buffer } from 'node:buffer';
import { generateAuthenticationOptions, verifyAuthenticationResponse } from '@simplewebauthn/server';
import type { Context } from 'hono';
import * as z from 'zod/mini';
import {
  bumpPasskey,
  type Credential,
  findCredential,
  listCredentials,
} from '#shared/adapters/db/passkeys.ts';
import { compactId } from '#shared/core/auth/refresh-token.ts';
import type { User } from '#shared/protocol/account.ts';
import type { Ceremony } from '#shared/protocol/security.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import type { AppEnv } from '../app-env.ts';
import { refuse, type Refusal } from '../middleware/problems.ts';
import { deviceOf } from './device.ts';
import { openChallenge, relyingParty, signChallenge, TIMEOUT_MS, useChallenge } from './passkeys-party.ts';
import type { Purpose } from './signed-tokens.ts';

type AssertionPurpose = Exclude<Purpose, 'register'>;

/**
 * Whether the authenticator must know its user again, by fingerprint or PIN. Alone a passkey is two factors only then;
 * after a password, having it is enough. To confirm, it must be the owner and not whoever found the device unlocked.
 */
const VERIFICATION: Record<AssertionPurpose, 'required' | 'preferred'> = {
  sign_in: 'required',
  second_factor: 'preferred',
  confirm: 'required',
};

const Text = z.string().check(z.maxLength(8_000));

/** What a browser answers, as far as it is used (section 5.1.8, `AuthenticationResponseJSON`). */
const Assertion = z.object({
  id: Text,
  rawId: Text,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: Text,
    authenticatorData: Text,
    signature: Text,
    userHandle: z.optional(z.nullable(Text)),
  }),
});
type Assertion = z.infer<typeof Assertion>;

/** The id of a user as authenticators keep it: its 16 bytes, which say nothing about the person. */
export const userHandleOf = (userId: string): Buffer => Buffer.from(compactId(userId), 'hex');

/**
 * Options for `navigator.credentials.get()`. Without a user nothing is named and so nothing is told: the passkey says
 * whose it is. With one who has no passkeys there is nothing to begin.
 */
export async function beginAssertion(
  c: Context<AppEnv>,
  purpose: AssertionPurpose,
  userId?: string,
): Promise<Ceremony | Refusal> {
  const { database } = c.get('services');
  const known = userId === undefined ? [] : await listCredentials(database, userId);
  // An empty list would let the browser offer everything it has.
  if (userId !== undefined && known.length === 0)
    return refuse('bad_request', { detail: 'This account has no passkey.' });
  const options = await generateAuthenticationOptions({
    rpID: relyingParty(c).id,
    timeout: TIMEOUT_MS,
    userVerification: VERIFICATION[purpose],
    allowCredentials: known.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
  });
  return { options: { ...options }, token: await signChallenge(c, options.challenge, purpose, userId) };
}

export type Asserted = { ok: true; account: User } | { ok: false; refusal: Refusal };

const REFUSED: Asserted = { ok: false, refusal: refuse('passkey_refused') };

/**
 * Checks a signed challenge, and uses it up. Whatever is wrong, the answer is the same. Without `userId` the credential
 * says who it is; with it, nobody else's will do.
 */
export async function verifyAssertion(
  c: Context<AppEnv>,
  proof: { token: string; credential: unknown; purpose: AssertionPurpose; userId?: string },
): Promise<Asserted> {
  const { token, purpose, userId } = proof;
  const challenge = await openChallenge(c, token, purpose, userId);
  const assertion = Assertion.safeParse(proof.credential);
  if (!challenge || !assertion.success) return REFUSED;

  const found = await findCredential(c.get('services').database, assertion.data.id);
  if (!found || (userId !== undefined && found.account.id !== userId)) return REFUSED;
  const { credential, account } = found;
  if (!fitsUser(assertion.data, account.id, purpose)) return REFUSED;

  const signed = await checkSignature(c, assertion.data, challenge.challenge, credential, purpose);
  if (!signed) return REFUSED;
  if (!(await useChallenge(c, account.id, challenge))) return REFUSED;
  if (!(await countOn(c, credential, signed))) return REFUSED;
  return { ok: true, account };
}

/** Section 7.2, step 6: a passkey that was found by itself must say whose it is; another one may, and then rightly. */
function fitsUser({ response }: Assertion, userId: string, purpose: AssertionPurpose): boolean {
  const handle = response.userHandle ?? '';
  if (handle === '') return purpose !== 'sign_in';
  return userHandleOf(userId).equals(Buffer.from(handle, 'base64url'));
}

interface Signed {
  counter: number;
  synced: boolean;
}

async function checkSignature(
  c: Context<AppEnv>,
  { id, rawId, type, response }: Assertion,
  expectedChallenge: string,
  credential: Credential,
  purpose: AssertionPurpose,
): Promise<Signed | null> {
  const { clientDataJSON, authenticatorData, signature } = response;
  const party = relyingParty(c);
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        id,
        rawId,
        type,
        response: { clientDataJSON, authenticatorData, signature },
        clientExtensionResults: {},
      },
      expectedChallenge,
      expectedOrigin: party.origins,
      expectedRPID: party.id,
      requireUserVerification: VERIFICATION[purpose] === 'required',
      // The library would look at the counter before the signature: then anybody could set off the alarm that a passkey
      // was copied. Below every counter, so that it never objects; `countOn` does, when the signature is known to be good.
      credential: {
        id: credential.credentialId,
        publicKey: new Uint8Array(Buffer.from(credential.publicKey, 'base64url')),
        counter: -1,
      },
    });
    if (!verified) return null;
    const { newCounter, credentialBackedUp } = authenticationInfo;
    return { counter: newCounter, synced: credentialBackedUp };
  } catch (error) {
    // The library throws for everything that does not fit, from a wrong origin to bytes that are no CBOR.
    c.get('log').info('passkey_refused', { kind: purpose, error });
    return null;
  }
}

/** Takes the counter on. One that did not go up means that two devices hold the same key: its owner must know. */
async function countOn(c: Context<AppEnv>, credential: Credential, signed: Signed): Promise<boolean> {
  const { database, clock } = c.get('services');
  const { id, userId, name } = credential;
  const { counter, synced } = signed;
  const counted = await bumpPasskey(database, { id, userId, counter, synced, at: new Date(clock.now()) });
  if (counted === 'behind') {
    c.get('log').info('passkey_counter_went_back', { userId });
    await userObject(c.env, userId).record({ action: 'passkey_copied', detail: name, device: deviceOf(c) });
  }
  return counted === 'on';
}
