/** Mail to this user: queued with what it tells, sent until it is taken, each with an id that the receiver knows again. */
import { v7 as uuidv7 } from 'uuid';
import { log } from '#durable-objects/lib/log.ts';
import { composeMail } from '#shared/core/mail/compose.ts';
import { MailContent } from '#shared/core/mail/content.ts';
import type { User } from '#shared/protocol/account.ts';
import type { QueuedMail } from './mail-store.ts';
import { neighboursOf } from './neighbours.ts';
import type { World } from './world.ts';

/** A notice that could not be sent for this long is of no use any more. */
const NOTICE_MS = 3 * 24 * 60 * 60_000;

/** "21 November 2026 at 09:30 CET": for people, in their own time zone. */
const localTime = (instant: string, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'long', timeZone }).format(
    new Date(instant),
  );

const placeOf = (userId: string, id: string) => ({ table: 'mails', row: id, userId, column: 'sealed' });

export class Mails {
  readonly #world: World;
  #flying: Promise<void> | null = null;

  constructor(world: World) {
    this.#world = world;
  }

  /** Whether this server can send mail at all. */
  get can(): boolean {
    return neighboursOf(this.#world.env).mailer !== null;
  }

  /** Queues a notice; inside `commit`. */
  notice(
    user: User,
    content: MailContent,
    { recipient = user.email, forMs = NOTICE_MS }: { recipient?: string; forMs?: number } = {},
  ): void {
    if (!this.can) return;
    const { now, stores } = this.#world;
    const row = { id: uuidv7(), recipient, content: JSON.stringify(content), sealed: null };
    stores.mails.add({ ...row, expiresAt: now() + forMs }, now());
  }

  /** A mail with a link, its token sealed; add it to the store inside `commit`. */
  async withLink(
    user: User,
    link: { content: MailContent; recipient: string; token: string; expiresAt: number },
  ): Promise<QueuedMail> {
    const id = uuidv7();
    const sealed = await neighboursOf(this.#world.env).vault.seal(placeOf(user.id, id), link.token);
    const { content, recipient, expiresAt } = link;
    return { id, recipient, content: JSON.stringify(content), sealed, expiresAt };
  }

  /** Sends what is due. One at a time: a call while one is under way waits for that one and looks again. */
  deliver(): Promise<void> {
    const before = this.#flying ?? Promise.resolve();
    const flight = before
      .then(() => this.#sendDue())
      .finally(() => {
        if (this.#flying === flight) this.#flying = null;
      });
    this.#flying = flight;
    return flight;
  }

  async #sendDue(): Promise<void> {
    for (const mail of this.#world.stores.mails.claimDue(this.#world.now())) await this.#send(mail);
  }

  async #send({ id, recipient, content, sealed }: QueuedMail): Promise<void> {
    const { stores, now, env } = this.#world;
    const user = stores.profiles.read();
    const { mailer, vault, origin } = neighboursOf(env);
    if (!user || !mailer) return stores.mails.remove(id);
    try {
      const token = sealed === null ? {} : { token: await vault.open(placeOf(user.id, id), sealed) };
      const told = MailContent.parse({ ...JSON.parse(content), ...token });
      const { name, timezone } = user;
      const composed = composeMail(told, { origin, name, email: recipient, timezone }, localTime);
      const outcome = await mailer.send({ id, to: recipient, ...composed });
      if (outcome.ok) return stores.mails.remove(id);
      log.warn('mail_not_sent', { userId: user.id, kind: told.kind, code: outcome.code });
      if (outcome.retry) stores.mails.putOff(id, now());
      else stores.mails.remove(id);
    } catch (error) {
      log.error('mail_failed', { userId: user.id, error });
      stores.mails.putOff(id, now());
    }
  }

  /** Seals anew what was sealed with an older key of the vault. */
  async reseal(): Promise<{ resealed: number; left: number }> {
    const user = this.#world.stores.profiles.read();
    const { vault } = neighboursOf(this.#world.env);
    const count = { resealed: 0, left: 0 };
    for (const { id, sealed } of user ? this.#world.stores.mails.sealed() : []) {
      if (!user || !vault.needsRotation(sealed)) continue;
      try {
        const after = await vault.reseal(placeOf(user.id, id), sealed);
        this.#world.stores.mails.reseal(id, sealed, after);
        count.resealed += 1;
      } catch (error) {
        log.error('reseal_failed', { userId: user.id, error });
        count.left += 1;
      }
    }
    return count;
  }
}
