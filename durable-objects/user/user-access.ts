/** The remote methods about who gets in, and what protects the account. `UserDO` has them beside its own. */
import type { LinkPurpose } from '#shared/core/auth/links.ts';
import type { CreateApiKey } from '#shared/protocol/security-requests.ts';
import type { Checked, Device, Done, OpenedFamily, Rotated, Way } from './client.ts';
import { UserDaily } from './user-daily.ts';

export abstract class UserAccess extends UserDaily {
  // Sessions and keys: `access.ts`.
  openFamily(device: Device, way: Way, pendingSince: number | null = null): OpenedFamily {
    return this.account.access.open(device, way, pendingSince);
  }
  rotate(refreshToken: string, device: Device): Rotated {
    return this.account.access.rotate(refreshToken, device);
  }
  signOut(refreshToken: string, device: Device): void {
    this.account.access.signOut(refreshToken, device);
  }
  checkSession(sessionId: string): Checked {
    return this.account.access.checkSession(sessionId);
  }
  /** Whether this refresh token belongs to a session that is good: the bearer is signed in here. */
  isSignedIn(refreshToken: string): boolean {
    return this.account.access.isSignedIn(refreshToken);
  }
  checkKey(keyId: string, secretHash: string): Checked {
    return this.account.access.checkKey(keyId, secretHash);
  }
  confirm(sessionId: string): void {
    this.account.access.confirm(sessionId);
  }
  listSessions(currentId: string | null) {
    return this.account.user() ? this.account.access.sessions(currentId) : [];
  }
  endSession(sessionId: string, device: Device): boolean {
    return this.account.user() !== null && this.account.access.endOne(sessionId, device);
  }
  endOtherSessions(keepId: string, device: Device): number {
    return this.account.endOthers(keepId, device);
  }
  createKey(by: string, made: CreateApiKey, device: Device) {
    return this.account.access.createKey(by, made, device);
  }
  listKeys() {
    return this.account.user() ? this.account.access.keys() : [];
  }
  revokeKey(keyId: string, device: Device): boolean {
    return this.account.user() !== null && this.account.access.revokeKey(keyId, device);
  }

  // Links by mail: `links.ts`.
  sendLink(purpose: LinkPurpose, email: string, device: Device | null, by: string | null = null) {
    return this.account.links.send(purpose, email, device, by);
  }
  claimLink(token: string) {
    return this.account.links.claim(token);
  }
  releaseLink(token: string): void {
    if (this.account.user()) this.account.links.release(token);
  }
  lockOut(token: string): boolean {
    return this.account.links.lockOut(token);
  }
  emailConfirmed(token: string, alone: boolean, device: Device): void {
    this.account.links.confirmed(token, alone, device);
  }
  passwordReset(token: string, revokeApiKeys: boolean, device: Device): void {
    this.account.links.reset(token, revokeApiKeys, device);
  }

  // What protects the account, and its activity log: `account.ts`.
  passwordChanged(keepId: string, revokeApiKeys: boolean, device: Device): boolean {
    return this.account.passwordChanged(keepId, revokeApiKeys, device);
  }
  claimedByProvider(email: string): void {
    this.account.claimedByProvider(email);
  }
  security() {
    return this.account.security();
  }
  setSecondFactor(on: boolean, recoveryHashes: string[], by: string | null = null): Done {
    return this.account.setSecondFactor(on, recoveryHashes, by);
  }
  turnOffSecondFactor(by: string, device: Device): Done {
    return this.account.turnOffSecondFactor(by, device);
  }
  useRecoveryCode(hash: string, pendingSince: number, device: Device): { ok: boolean } {
    return this.account.useRecoveryCode(hash, pendingSince, device);
  }
  useChallenge(hash: string, expiresAt: number): boolean {
    return this.account.useChallenge(hash, expiresAt);
  }
  /** Seals anew what an older key of the vault sealed; `left` could not be opened. */
  resealSecrets(): Promise<{ resealed: number; left: number }> {
    return this.account.reseal();
  }
  /** Begins to delete the account with everything it owns. The id of the line that remains; null: who asked has ended. */
  deleteAccount(by: string | null, deletionId: string): string | null {
    return this.account.beginDeletion(by, deletionId);
  }

  /** Notes that a session or key watches a conversation. False when it has ended. */
  watch(credentialId: string, conversationId: string, nonce: number): boolean {
    if (!this.account.access.isGood(credentialId)) return false;
    this.account.stores.watches.add(credentialId, conversationId, nonce);
    return true;
  }
  unwatch(credentialId: string, conversationId: string, nonce: number): void {
    if (this.account.created) this.account.stores.watches.remove(credentialId, conversationId, nonce);
  }
}
