/**
 * What proves that an address belongs to its reader: links by mail to confirm it, to change it, and to choose a new
 * password. A link is claimed before anybody acts on it and used up afterwards, so it works once, and a failure in
 * between leaves it good. When nobody says how it ended, the database is asked.
 */
import { sha256 } from '#shared/adapters/crypto/sha256.ts';
import { findAccountById } from '#shared/adapters/db/accounts.ts';
import { connect } from '#shared/adapters/db/client.ts';
import { formatLinkToken, LINK_MS, type LinkPurpose } from '#shared/core/auth/links.ts';
import type { User } from '#shared/protocol/account.ts';
import type { Access } from './access.ts';
import type { AuditLine, Device, OpenLink } from './client.ts';
import type { Mails } from './mails.ts';
import { newSecret, type World } from './world.ts';

/** How long one caller has for what a link is for. */
const CLAIM_MS = 60_000;

export type Sent = { ok: true } | { ok: false; code: 'not_found' | 'mail_unavailable' | 'already_verified' };

/** The line that a sent link leaves; a first confirmation is part of the sign-up. */
const ASKED: Record<LinkPurpose, AuditLine['action'] | null> = {
  verify: null,
  change_email: 'email_change_asked',
  reset: 'password_reset_asked',
};

export class Links {
  readonly #world: World;
  readonly #mails: Mails;
  readonly #access: Access;

  constructor(world: World, mails: Mails, access: Access) {
    this.#world = world;
    this.#mails = mails;
    this.#access = access;
  }

  /**
   * Sends a link. `email` is where to: the account's address, or the one it is to become.
   * @param by the session that asks; null where nobody is signed in
   */
  async send(purpose: LinkPurpose, email: string, device: Device | null, by: string | null): Promise<Sent> {
    const { commit, stores, record, now } = this.#world;
    const user = this.#world.user();
    if (!user) return { ok: false, code: 'not_found' };
    if (!this.#mails.can) return { ok: false, code: 'mail_unavailable' };
    if (purpose === 'verify' && user.emailVerified) return { ok: false, code: 'already_verified' };
    const token = formatLinkToken(user.id, newSecret());
    const expiresAt = now() + LINK_MS[purpose];
    const content =
      purpose === 'change_email'
        ? ({ kind: purpose, email, token: '' } as const)
        : ({ kind: purpose, token: '' } as const);
    const mail = await this.#mails.withLink(user, { content, recipient: email, token, expiresAt });
    // Whoever ended the account, or the session that asks, while the token was sealed must find nothing new.
    const ended = by !== null && !this.#access.checkSession(by).ok;
    if (ended || !this.#world.user()) return { ok: false, code: 'not_found' };
    commit(() => {
      stores.links.add(sha256(token), { purpose, email }, now(), expiresAt);
      stores.mails.add(mail, now());
      const action = ASKED[purpose];
      if (action) record({ action, detail: purpose === 'change_email' ? email : null, device });
    });
    return { ok: true };
  }

  /** Gives the link to one caller for a minute. Null when it is not good, or another has it. */
  claim(token: string): (OpenLink & { user: User }) | null {
    const { stores, commit, now, oweLater } = this.#world;
    const user = this.#world.user();
    if (!user) return null;
    return commit(() => {
      const link = stores.links.claim(sha256(token), now(), now() + CLAIM_MS);
      if (link) oweLater('links');
      return link && { ...link, user };
    });
  }

  /** Nothing came of it: the link is good again. */
  release(token: string): void {
    this.#world.commit(() => {
      this.#world.stores.links.release(sha256(token));
      this.#settle();
    });
  }

  /** Nobody said how these claims ended, so it is taken from the database; a reset counts as done, to be safe. */
  async finish(): Promise<void> {
    const { stores, commit, env, now } = this.#world;
    const account = await findAccountById(connect(env.DATABASE_URL), stores.profiles.read()?.id ?? '');
    const user = this.#world.user();
    if (!user || !account) return;
    commit(() => {
      const { email, emailVerified } = account.user;
      if (emailVerified && (email !== user.email || !user.emailVerified))
        this.#proved(user, email, email === user.email ? 'verify' : 'change_email', null);
      if (stores.links.abandon(now()).includes('reset')) this.#passwordSet(user, false, null);
    });
  }

  /**
   * The address is proved, and Neon knows it: uses the link up.
   * @param alone its reader is not signed in here: what was added before may be a stranger's, who signed up with an
   *   address that is not theirs, and ends
   */
  confirmed(token: string, alone: boolean, device: Device): void {
    const { stores, commit, owe } = this.#world;
    const before = this.#world.user();
    if (!before) return;
    commit(() => {
      const link = stores.links.take(sha256(token));
      // Another link was followed meanwhile, and made this one void: what holds now, the database knows.
      if (!link) return owe('links');
      if (alone && link.purpose === 'verify') {
        this.#access.endKeys();
        stores.profiles.setSecondFactor(false, []);
      }
      this.#proved(before, link.email, link.purpose, device);
      this.#settle();
    });
  }

  /**
   * The password was set by a link. Everybody is signed out; of an account whose address nobody had proved, everything
   * else that opens it goes too: somebody else may have put it there.
   */
  reset(token: string, revokeApiKeys: boolean, device: Device): void {
    const user = this.#world.user();
    if (!user) return;
    this.#world.commit(() => {
      // Void meanwhile or not: the password was set, so everybody is out.
      this.#world.stores.links.take(sha256(token));
      this.#passwordSet(user, revokeApiKeys, device);
      this.#settle();
    });
  }

  /** Before a new password is written: whoever holds the account now is out, whatever becomes of the rest. */
  lockOut(token: string): boolean {
    const { stores, commit, now } = this.#world;
    const user = this.#world.user();
    if (!user || !stores.links.isClaimed(sha256(token), now())) return false;
    commit(() => {
      this.#access.endSessions(null);
      if (user.emailVerified) return;
      this.#access.endKeys();
      stores.profiles.setSecondFactor(false, []);
    });
    return true;
  }

  #passwordSet(user: User, revokeApiKeys: boolean, device: Device | null): void {
    const { stores, record, now } = this.#world;
    stores.links.drop('reset');
    stores.links.drop('change_email');
    stores.profiles.protect(now());
    this.#access.endSessions(null);
    if (revokeApiKeys || !user.emailVerified) this.#access.endKeys();
    if (!user.emailVerified) stores.profiles.setSecondFactor(false, []);
    stores.profiles.setEmail(user.email, now());
    record({ action: 'password_reset', device });
  }

  #proved(before: User, email: string, purpose: LinkPurpose, device: Device | null): void {
    const { stores, record, now } = this.#world;
    stores.profiles.setEmail(email, now());
    if (purpose !== 'change_email') return record({ action: 'email_verified', device });
    // A link that went to the old address would still open the account.
    for (const each of ['reset', 'verify', 'change_email'] as const) stores.links.drop(each);
    record({ action: 'email_changed', detail: email, device });
    this.#mails.notice(before, { kind: 'email_changed', to: email }, { recipient: before.email });
  }

  /** Every claim has ended with a word: nobody has to be asked. */
  #settle(): void {
    if (this.#world.stores.links.claims() === 0) this.#world.settle('links');
  }
}
