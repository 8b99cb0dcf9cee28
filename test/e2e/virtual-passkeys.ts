/** A passkey provider inside the browser (WebAuthn Level 3, section 11): says yes by itself, as a finger would. */
import type { CDPSession, Page } from 'playwright-core';

export interface VirtualPasskeys {
  /** How many passkeys it holds. */
  count(): Promise<number>;
  /** Whether pages loaded from now on may offer passkeys by themselves: this person takes every offer at once. */
  offer(on: boolean): void;
}

/** Gives the page a platform authenticator whose passkeys are synced. */
export async function addVirtualPasskeys(page: Page): Promise<VirtualPasskeys> {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable', { enableUI: false });
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      defaultBackupEligibility: true,
      defaultBackupState: true,
    },
  });
  let offers = true;
  await page.exposeFunction('mayOfferPasskeys', () => offers);
  await page.addInitScript(() => {
    const ask: unknown = Reflect.get(globalThis, 'mayOfferPasskeys');
    const known = PublicKeyCredential.isConditionalMediationAvailable.bind(PublicKeyCredential);
    PublicKeyCredential.isConditionalMediationAvailable = async () =>
      typeof ask === 'function' && (await ask()) === true && known();
  });
  return {
    async count() {
      const { credentials } = await session.send('WebAuthn.getCredentials', { authenticatorId });
      return credentials.length;
    },
    offer(on) {
      offers = on;
    },
  };
}
