/**
 * The account: what opens it, what protects it, what happened to it, and how it ends. Puts the parts together and
 * delivers what they owe to others.
 */
import { v7 as uuidv7 } from 'uuid';
import { tellZone } from './zones.ts';
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import { Outbox } from '#durable-objects/lib/outbox.ts';
import { connect } from '#shared/adapters/db/client.ts';
import { projectAudit } from '#shared/adapters/db/audit.ts';
import { cleanDetail, isAlert } from '#shared/core/auth/audit-line.ts';
import { deviceWords } from '#shared/core/auth/device-words.ts';
import { earliest } from '#shared/core/earliest.ts';
import type { User } from '#shared/protocol/account.ts';
import type { UpdateMe } from '#shared/protocol/account-requests.ts';
import { conversation } from '#durable-objects/conversation/client.ts';
import { Access } from './access.ts';
import type { AuditLine, Device, Done, NotCreated } from './client.ts';
import { Channels } from './channels.ts';
import { Daily } from './daily.ts';
import { Deletion } from './deletion.ts';
import { Desk } from './desk.ts';
import { Links } from './links.ts';
import { Mails } from './mails.ts';
import { noticeOf } from './notices.ts';
import { Timer } from './timer.ts';
import { makeStores, type Owed, type Stores, type World } from './world.ts';

/** One line an hour says that somebody guesses; more would push everything else out of the log. */
const FAILURES_MS = 60 * 60_000;
const FAILURES: ReadonlySet<AuditLine['action']> = new Set([
  'sign_in_failed',
  'recovery_code_failed',
  'passkey_copied',
]);

export class Account {
  readonly stores: Stores;
  readonly access: Access;
  readonly links: Links;
  readonly mails: Mails;
  readonly desk: Desk;
  readonly daily: Daily;
  readonly channels: Channels;
  /** Whether there is a user in this object, also one whose deletion has begun. */
  created: boolean;
  readonly #ctx: DurableObjectState;
  readonly #env: Env;
  readonly #deletion: Deletion;
  readonly #timer: Timer;
  readonly #outbox: Outbox<Owed>;
  readonly #arm: () => Promise<void>;
  #fresh = new Set<Owed>();
  #afterwards: Array<() => void> = [];

  constructor(ctx: DurableObjectState, env: Env, created: boolean, arm: () => Promise<void>) {
    this.#ctx = ctx;
    this.#env = env;
    this.#arm = arm;
    this.created = created;
    this.stores = makeStores(ctx.storage.sql);
    this.#outbox = new Outbox<Owed>(ctx.storage.sql, Math.random);
    const world: World = {
      ctx,
      env,
      stores: this.stores,
      now: () => clock.now(),
      user: () => this.user(),
      commit: (change) => this.#commit(change),
      record: (line) => this.#record(line),
      after: (run) => this.#afterwards.push(run),
      isDelivering: (type) => this.#outbox.isFlying(type),
      oweLater: (type) => this.#outbox.add(type, clock.now()),
      settle: (type) => this.#outbox.drop(type),
      owe: (type) => {
        this.#outbox.add(type, clock.now());
        this.#fresh.add(type);
      },
    };
    this.mails = new Mails(world);
    this.access = new Access(world);
    this.links = new Links(world, this.mails, this.access);
    this.desk = new Desk(world);
    this.daily = new Daily(world);
    this.channels = new Channels(world);
    this.#timer = new Timer(world);
    this.#deletion = new Deletion(
      world,
      { mails: this.mails, access: this.access, daily: this.daily },
      () => {
        this.created = false;
        this.#outbox.close();
      },
    );
  }

  /** The user; null when there is none, or none any more. */
  user(): User | null {
    return this.created && this.#deletion.begun() === null ? this.stores.profiles.read() : null;
  }

  /** Changes name or time zone. */
  update(change: UpdateMe): { ok: true; user: User } | NotCreated {
    const before = this.user();
    if (before)
      this.#commit(() => {
        this.stores.profiles.update(change);
        const moved = change.timezone !== undefined && change.timezone !== before.timezone;
        if (moved) {
          this.daily.zoneChanged(before.timezone, change.timezone ?? before.timezone);
          this.#outbox.add('zones', clock.now());
          this.#fresh.add('zones');
        }
      });
    const user = this.user();
    return user ? { ok: true, user } : { ok: false, code: 'not_found' };
  }

  /** A line of the log from outside. Repeated failures of a kind are one line an hour. */
  note(line: AuditLine): void {
    if (!this.user()) return;
    if (FAILURES.has(line.action) && this.stores.audit.since(line.action, clock.now() - FAILURES_MS)) return;
    this.#commit(() => this.#record(line));
  }

  endOthers(keepId: string, device: Device): number {
    if (!this.user()) return 0;
    return this.#commit(() => {
      this.#protect();
      const ended = this.access.endSessions(keepId);
      if (ended > 0) this.#record({ action: 'sessions_ended', detail: String(ended), device });
      return ended;
    });
  }

  /** The password was set in the app: everybody else is signed out. False when the session that set it has ended. */
  passwordChanged(keepId: string, revokeApiKeys: boolean, device: Device): boolean {
    if (!this.access.checkSession(keepId).ok) return false;
    this.#commit(() => {
      this.#protect();
      this.access.endSessions(keepId);
      if (revokeApiKeys) this.access.endKeys();
      this.#record({ action: 'password_changed', device });
    });
    return true;
  }

  /**
   * Somebody proved the address elsewhere before its account here ever did: what opened the account until now may be a
   * stranger's, so it ends.
   */
  claimedByProvider(email: string): void {
    if (!this.user()) return;
    this.#commit(() => {
      this.access.endSessions(null);
      this.access.endKeys();
      this.#protect();
      this.stores.profiles.setSecondFactor(false, []);
      this.stores.profiles.setEmail(email, clock.now());
    });
  }

  security(): { secondFactor: boolean; recoveryCodesLeft: number } {
    const { profiles } = this.stores;
    if (!this.user()) return { secondFactor: false, recoveryCodesLeft: 0 };
    return { secondFactor: profiles.secondFactor(), recoveryCodesLeft: profiles.recoveryCodesLeft() };
  }

  /** Turns the second factor on (or, when that was a mistake, off again), asked for by this session if by one. */
  setSecondFactor(on: boolean, recoveryHashes: ReadonlyArray<string>, by: string | null): Done {
    if (!this.user() || (by !== null && !this.access.checkSession(by).ok))
      return { ok: false, code: 'not_found' };
    this.#commit(() => {
      this.stores.profiles.protect(clock.now());
      this.stores.profiles.setSecondFactor(on, recoveryHashes);
    });
    return { ok: true };
  }

  turnOffSecondFactor(by: string, device: Device): Done {
    if (!this.access.checkSession(by).ok) return { ok: false, code: 'not_found' };
    if (!this.stores.profiles.secondFactor()) return { ok: true };
    this.#commit(() => {
      this.stores.profiles.setSecondFactor(false, []);
      this.#record({ action: 'second_factor_off', device });
    });
    return { ok: true };
  }

  /** Uses a recovery code up. False when there is none with this hash, or the first factor is void by now. */
  useRecoveryCode(hash: string, pendingSince: number, device: Device): { ok: boolean } {
    if (!this.user() || this.access.isVoid(pendingSince)) return { ok: false };
    return this.#commit(() => {
      if (!this.stores.profiles.takeRecoveryCode(hash)) return { ok: false };
      const left = this.stores.profiles.recoveryCodesLeft();
      this.#record({ action: 'recovery_code_used', detail: String(left), left, device });
      return { ok: true };
    });
  }

  useChallenge(hash: string, expiresAt: number): boolean {
    return this.user() !== null && this.stores.links.useChallenge(hash, clock.now(), expiresAt);
  }

  /** Seals anew what an older key of the vault sealed; `left` could not be opened. */
  async reseal(): Promise<{ resealed: number; left: number }> {
    if (!this.created) return { resealed: 0, left: 0 };
    const mails = await this.mails.reseal();
    const connections = await this.desk.connections.reseal();
    const channels = await this.channels.reseal();
    const all = [mails, connections, channels];
    return {
      resealed: all.reduce((sum, each) => sum + each.resealed, 0),
      left: all.reduce((sum, each) => sum + each.left, 0),
    };
  }

  /** Begins the end of the account, asked for by this session (null: by nobody, because its row is gone). */
  beginDeletion(by: string | null, id: string): string | null {
    if (by !== null && !this.access.checkSession(by).ok) return null;
    return this.#deletion.begin(id);
  }

  /** When something here is due next; null when nothing is. */
  nextDue(): number | null {
    return earliest([
      this.#outbox.earliest(),
      this.stores.mails.nextDue(),
      this.access.nextExpiry(),
      this.daily.nextDue(),
      this.channels.nextDue(),
    ]);
  }

  /** Tells the database when this object has to be awake, should its alarm be lost. */
  keepTimer(): void {
    if (this.user() === null) return;
    this.#timer.keep(
      earliest([
        this.daily.nextLasting(),
        this.channels.nextRetry(),
        this.stores.mails.nextRetry(),
        this.#outbox.earliestRetry(['audit', 'timer']),
      ]),
    );
  }

  /** What is due now, as deliveries to begin. */
  claimDue(): Array<() => Promise<void>> {
    this.access.expire();
    const runs = this.daily.claim();
    const due = this.#outbox.due(clock.now()).map((type) => () => this.#deliver(type, false));
    return [...due, ...runs, () => this.channels.send(), () => this.#deliverMail()];
  }

  /** Brings a question to mind by mail, once. */
  remind(conversationId: string, questionId: string, title: string | null, question: string): void {
    const user = this.user();
    if (!user?.emailVerified) return;
    this.#commit(() => {
      if (!this.stores.mails.remind(questionId, clock.now())) return;
      this.mails.notice(user, { kind: 'question_waiting', conversationId, title: title ?? '', question });
    });
  }

  #commit<Result>(change: () => Result): Result {
    let result: Result;
    try {
      result = this.#ctx.storage.transactionSync(change);
    } catch (error) {
      this.#fresh = new Set();
      this.#afterwards = [];
      throw error;
    }
    // Armed before anything is delivered: an object that dies over a delivery must ring again by itself.
    this.#ctx.waitUntil(this.#arm());
    for (const run of this.#afterwards) run();
    for (const type of this.#fresh) this.#ctx.waitUntil(this.#deliver(type, true));
    if (this.stores.mails.nextDue() !== null) this.#ctx.waitUntil(this.#deliverMail());
    this.#fresh = new Set();
    this.#afterwards = [];
    return result;
  }

  #record(line: AuditLine): void {
    const user = this.stores.profiles.read();
    const at = clock.now();
    this.stores.audit.add({
      id: uuidv7(),
      at,
      action: line.action,
      detail: cleanDetail(line.detail),
      device: line.device ? deviceWords(line.device.userAgent) : null,
      place: cleanDetail(line.device?.place),
      alert: isAlert(line.action),
    });
    const notice = noticeOf(line, new Date(at).toISOString());
    // To an address that nobody proved goes only what its reader asked for, or has to know of a stranger.
    if (user && notice && (user.emailVerified || line.action === 'sign_up_repeated'))
      this.mails.notice(user, notice);
    this.#outbox.add('audit', at);
    this.#fresh.add('audit');
  }

  /** Whoever held the account must not keep a way back: links under way and first factors shown are void. */
  #protect(): void {
    for (const purpose of ['reset', 'change_email'] as const) this.stores.links.drop(purpose);
    this.stores.profiles.protect(clock.now());
  }

  async #deliverMail(): Promise<void> {
    await this.mails.deliver();
    await this.#arm();
  }

  async #deliver(type: Owed, fresh: boolean): Promise<void> {
    try {
      await this.#outbox.deliver(
        type,
        fresh,
        () => clock.now(),
        () => this.#send(type),
      );
    } catch (error) {
      log.warn('effect_failed', {
        effect: type,
        attempt: this.created ? this.#outbox.attempts(type) : 0,
        error,
      });
    }
    await this.#arm();
  }

  async #send(type: Owed): Promise<void> {
    switch (type) {
      case 'audit':
        return await this.#projectAudit();
      case 'endings':
        return await this.#tellEndings();
      case 'links':
        return await this.links.finish();
      case 'deletion':
        return await this.#deletion.drain();
      case 'daily':
        return await this.daily.open();
      case 'retire':
        return await this.daily.retention.retire();
      case 'timer':
        return await this.#timer.project();
      case 'zones':
        return await tellZone(this.#env, this.user(), this.stores.registry.scheduled());
      default:
        return type satisfies never;
    }
  }

  async #projectAudit(): Promise<void> {
    // Of an account that ends nothing is added any more: its lines are about to be removed.
    for (let lines = this.#auditLines(); lines.length > 0; lines = this.#auditLines()) {
      const user = this.user();
      if (!user) return;
      await projectAudit(connect(this.#env.DATABASE_URL), user.id, lines);
      this.stores.audit.markProjected(lines.map(({ id }) => id));
    }
  }

  #auditLines() {
    return this.user() ? this.stores.audit.unprojected() : [];
  }

  /** Tells every conversation that an ended session or key watches. All are told although one may not answer. */
  async #tellEndings(): Promise<void> {
    const owner = this.stores.profiles.read();
    if (!owner) return;
    const told = await Promise.allSettled(
      this.stores.watches.endings().map(async (ending) => {
        await conversation(this.#env, ending.conversationId).endCredential(owner.id, ending.credentialId);
        this.stores.watches.told(ending);
      }),
    );
    const failed = told.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }
}
