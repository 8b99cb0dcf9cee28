/** A passkey provider inside the browser (WebAuthn Level 3, section 11): says yes by itself, as a finger would. */
import type { CDPSession, Page } from 'playwright-core';

export interface VirtualPasskeys {
  /** How many passkeys it holds. */
  count(): Promise<number>;
  /** Whether the person's finger is recognized. */
  present(yes: boolean): Promise<void>;
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
  return {
    async count() {
      const { credentials } = await session.send('WebAuthn.getCredentials', { authenticatorId });
      return credentials.length;
    },
    async present(yes) {
      await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: yes });
    },
  };
}
