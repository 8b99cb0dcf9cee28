/**
 * One user: profile, sessions and keys, the activity log, mail, the registry of conversations, open pages, and the net
 * under lost alarms. A shell: what is decided stands in `core/auth`, each part has a file, SQL is in the stores.
 */
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import { migrate, wake } from '#durable-objects/lib/migrate.ts';
import { hashTicket, newTicket, ticketMs } from '#durable-objects/lib/ticket.ts';
import { formatUserTicket } from '#shared/core/auth/refresh-token.ts';
import { earliest } from '#shared/core/earliest.ts';
import type { User } from '#shared/protocol/account.ts';
import type { UpdateMe } from '#shared/protocol/account-requests.ts';
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import { Account } from './account.ts';
import type { Done, IssuedTicket, ListQuery, NotCreated, RegistryEntry, SummaryPage } from './client.ts';
import { migrations } from './migrations.ts';
import { Net } from './net.ts';
import { GRACE_MS } from './net-delay.ts';
import { Registry } from './registry.ts';
import { acceptSocket } from './sockets.ts';
import { UserAccess } from './user-access.ts';

const NOT_CREATED: NotCreated = { ok: false, code: 'not_found' };

export class UserDO extends UserAccess {
  protected readonly account: Account;
  readonly #registry: Registry;
  readonly #net: Net;
  /** When the alarm is set to ring, by the real clock; infinity when it is not. */
  #armedFor = Number.POSITIVE_INFINITY;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const created = wake(ctx.storage, migrations, clock.now());
    // Known from the start, so that arming is part of the same turn as what it is for, and is written with it.
    if (created)
      void ctx.blockConcurrencyWhile(async () => {
        this.#armedFor = (await ctx.storage.getAlarm()) ?? Number.POSITIVE_INFINITY;
      });
    this.account = new Account(ctx, env, created, () => this.#arm());
    this.#registry = new Registry(ctx, this.account);
    this.#net = new Net(ctx, env, this.account.stores.registry, () => this.#arm());
  }

  /** Makes the user; made already, nothing changes. Answers the profile that holds. */
  create(profile: User): { ok: true; user: User } {
    if (!this.env.USER.idFromName(profile.id).equals(this.ctx.id))
      throw new Error('This object belongs to another user');
    this.ctx.storage.transactionSync(() => {
      migrate(this.ctx.storage, migrations, clock.now());
      this.account.stores.profiles.insert(profile);
    });
    this.account.created = true;
    return { ok: true, user: this.account.stores.profiles.read() ?? profile };
  }

  /** Null when there is no such user. */
  profile(): User | null {
    return this.account.user();
  }

  /** The profile with what the pages show beside it. */
  me(): { user: User; alerts: number; unread: number } | null {
    this.#look();
    const user = this.account.user();
    const unread = this.account.desk.notifications.unread();
    return user && { user, alerts: this.account.stores.audit.unseen(), unread };
  }

  updateProfile(change: UpdateMe): { ok: true; user: User } | NotCreated {
    return this.account.update(change);
  }

  // The registry of conversations: `registry.ts`.
  async putConversation(entry: RegistryEntry): Promise<Done | { ok: false; code: 'gone' }> {
    const put = this.#registry.put(entry);
    // Only what was just reported can make the next ring an earlier one.
    if (put.ok && entry.nextDueAt !== null) await this.#armBy(entry.nextDueAt + GRACE_MS);
    return put;
  }
  removeConversation(id: string): Done {
    return this.#registry.remove(id);
  }
  listConversations(query: ListQuery): SummaryPage | null {
    this.#look();
    return this.#registry.list(query);
  }
  summary(id: string): ConversationSummary | null {
    return this.#registry.summary(id);
  }
  /** Those of `ids` that exist, in the same order. */
  summaries(ids: ReadonlyArray<string>): ConversationSummary[] {
    return ids.flatMap((id) => this.summary(id) ?? []);
  }
  markRead(id: string, seq: number): Done {
    return this.#registry.markRead(id, seq);
  }

  /** A ticket for one WebSocket or one download of this session or key. */
  issueTicket(credentialId: string): ({ ok: true } & IssuedTicket) | NotCreated {
    const user = this.account.user();
    if (!user || !this.account.access.isGood(credentialId)) return NOT_CREATED;
    this.#look();
    const ticket = formatUserTicket(user.id, newTicket());
    const now = clock.now();
    this.account.stores.tickets.add(hashTicket(ticket), credentialId, now + ticketMs, now);
    return { ok: true, ticket, expiresIn: ticketMs / 1_000 };
  }
  /** Redeems a ticket: whose it was. Null when it is not good, or its session or key has ended. */
  takeTicket(ticket: string): { credentialId: string; isSession: boolean } | null {
    const user = this.account.user();
    const { sessions, tickets } = this.account.stores;
    const credentialId = user ? tickets.take(hashTicket(ticket), clock.now()) : null;
    if (credentialId === null || !this.account.access.isGood(credentialId)) return null;
    return { credentialId, isSession: sessions.family(credentialId) !== null };
  }

  /** The WebSocket of a page, for the bearer of a ticket. The worker turns a bare status into a problem. */
  override fetch(request: Request): Response {
    if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket')
      return new Response(null, { status: 426 });
    const taken = this.takeTicket(new URL(request.url).searchParams.get('ticket') ?? '');
    return taken ? acceptSocket(this.ctx, taken.credentialId) : new Response(null, { status: 401 });
  }

  /** Pages have nothing to say but `ping`, which the platform answers. */
  override webSocketMessage(socket: WebSocket): void {
    socket.close(1003, 'nothing is expected here');
  }
  override webSocketClose(socket: WebSocket, code: number): void {
    // 1005 and 1006 only describe an ending; they may not be sent (RFC 6455 section 7.4.1).
    socket.close(code === 1005 || code === 1006 ? 1000 : code);
  }

  /** Never throws: an alarm whose handler keeps failing is lost for good. */
  override async alarm(): Promise<void> {
    try {
      this.#armedFor = Number.POSITIVE_INFINITY;
      await this.checkIn();
    } catch (error) {
      log.error('net_failed', { error });
      await this.ctx.storage.setAlarm(Date.now() + 60_000).catch(() => {});
    }
  }

  /** Whoever opens the app finds what a lost alarm left: what is due is done now. */
  #look(): void {
    if (!this.account.created) return;
    const due = earliest([this.account.stores.registry.nextRing(), this.account.nextDue()]);
    if (due === null || due > clock.now()) return;
    this.ctx.waitUntil(this.checkIn().catch((error: unknown) => log.error('net_failed', { error })));
  }

  /** Does what is due now, looks for overdue conversations, and sets the alarm for the next. */
  async checkIn(): Promise<void> {
    if (!this.account.created) return;
    const overdue = this.#net.claim();
    const owed = this.account.claimDue();
    // Armed before anybody is called: what happens to the calls must not decide about the next ring.
    await this.#arm();
    for (const id of overdue) this.ctx.waitUntil(this.#net.wake(id));
    for (const deliver of owed) this.ctx.waitUntil(deliver());
  }

  /**
   * Sets the alarm if the next ring comes before the one that is set. A ring that moved away is left as it is:
   * it then finds nothing to do, which costs less than writing the alarm at every report.
   */
  async #arm(): Promise<void> {
    if (!this.account.created) return;
    this.account.keepTimer();
    const due = earliest([this.account.stores.registry.nextRing(), this.account.nextDue()]);
    if (due !== null) await this.#armBy(due);
  }

  /** Sees to it that the alarm rings by then. */
  async #armBy(due: number): Promise<void> {
    const at = Math.max(clock.alarmTime(due), Date.now() + 1_000);
    if (at >= this.#armedFor && this.#armedFor > Date.now()) return;
    this.#armedFor = at;
    await this.ctx.storage.setAlarm(at);
  }
}
