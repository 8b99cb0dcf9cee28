/**
 * Passkeys in the browser: the ceremonies of WebAuthn, with the library that knows them loaded by the first one. What
 * the server asks for is checked to be a challenge at all; the browser checks the rest.
 */
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/browser';
import * as z from 'zod/mini';
import type { Ceremony } from '#shared/protocol/security.ts';
import { InWords } from './in-words.ts';

const library = () => import('@simplewebauthn/browser');

const hasChallenge = (options: unknown) =>
  z.looseObject({ challenge: z.string() }).safeParse(options).success;
const RequestOptions = z.custom<PublicKeyCredentialRequestOptionsJSON>(hasChallenge);
const CreationOptions = z.custom<PublicKeyCredentialCreationOptionsJSON>(hasChallenge);

/** Whether this browser knows passkeys at all. */
export const knowsPasskeys = (): boolean => typeof globalThis.PublicKeyCredential === 'function';

/** The person closed the browser's dialog, let it run out, or another ceremony took its place. */
class PasskeyNotUsed extends InWords {
  override readonly name = 'PasskeyNotUsed';
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : '');

function inWords(error: unknown, calledOff: string): unknown {
  // The library keeps the name of what the browser threw.
  switch (nameOf(error)) {
    case 'NotAllowedError':
    case 'AbortError':
      return new PasskeyNotUsed(calledOff, { cause: error });
    case 'InvalidStateError':
      return new InWords('This device has a passkey for your account already.', { cause: error });
    case 'SecurityError':
      return new InWords('Passkeys work only at the app’s own address. Open it there.', { cause: error });
    case 'NotSupportedError':
    case 'ConstraintError':
      return new InWords('This device cannot make such a passkey. Try another one.', { cause: error });
    default:
      return error;
  }
}

/** The credential as a body that can be sent. */
const sendable = (
  token: string,
  { id, rawId, type, response }: AuthenticationResponseJSON | RegistrationResponseJSON,
) => ({ token, credential: { id, rawId, type, response: { ...response } } });

/** Signs the challenge with a passkey. Throws `PasskeyNotUsed`, or `InWords`. */
export async function signWithPasskey(ceremony: Ceremony) {
  const { startAuthentication } = await library();
  try {
    const optionsJSON = RequestOptions.parse(ceremony.options);
    return sendable(ceremony.token, await startAuthentication({ optionsJSON }));
  } catch (error) {
    throw inWords(error, 'No passkey was used. Try again, or use another way.');
  }
}

/** Makes a passkey. Throws `PasskeyNotUsed`, or `InWords`. */
export async function createPasskey(ceremony: Ceremony) {
  const { startRegistration } = await library();
  try {
    const optionsJSON = CreationOptions.parse(ceremony.options);
    return sendable(ceremony.token, await startRegistration({ optionsJSON }));
  } catch (error) {
    throw inWords(error, 'No passkey was added.');
  }
}

/**
 * Offers passkeys where the browser fills in the email address ("conditional" ceremony). Waits until one is chosen;
 * null where the browser cannot, or when `stopOffering` or another ceremony ended it.
 */
export async function offerPasskeys(begin: () => Promise<Ceremony>) {
  if (!knowsPasskeys()) return null;
  const { browserSupportsWebAuthnAutofill, startAuthentication } = await library();
  if (!(await browserSupportsWebAuthnAutofill())) return null;
  const ceremony = await begin();
  try {
    const optionsJSON = RequestOptions.parse(ceremony.options);
    return sendable(
      ceremony.token,
      await startAuthentication({ optionsJSON, useBrowserAutofill: true, verifyBrowserAutofillInput: false }),
    );
  } catch {
    // Nobody asked for it by name, so nobody is told that it did not come about.
    return null;
  }
}

/** Ends what `offerPasskeys` began. */
export const stopOffering = (): void =>
  void library().then(({ WebAuthnAbortService }) => WebAuthnAbortService.cancelCeremony());
