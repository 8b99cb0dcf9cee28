/**
 * One user: profile, sessions, the registry of conversations, open pages, and the net under lost alarms. A shell:
 * what to do with a refresh token is decided in `core/auth/refresh.ts`, SQL is in the stores.
 */
import { createHash, randomBytes } from 'node:crypto';
import { DurableObject } from 'cloudflare:workers';
import { v7 as uuidv7 } from 'uuid';
import { conversation } from '#durable-objects/conversation/client.ts';
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import { migrate, wake } from '#durable-objects/lib/migrate.ts';
import { hashTicket, newTicket, ticketMs } from '#durable-objects/lib/ticket.ts';
import { decideRefresh } from '#shared/core/auth/refresh.ts';
import { formatRefreshToken, formatUserTicket, parseRefreshToken } from '#shared/core/auth/refresh-token.ts';
import type { User } from '#shared/protocol/account.ts';
import type { UpdateMe } from '#shared/protocol/account-requests.ts';
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import type {
  Device,
  Done,
  IssuedTicket,
  ListQuery,
  NotCreated,
  OpenedFamily,
  RegistryEntry,
  Rotated,
  SummaryPage,
} from './client.ts';
import { migrations } from './migrations.ts';
import { AT_ONCE } from './net.ts';
import { RegistryStore } from './registry-store.ts';
import { SessionStore } from './session-store.ts';
import { acceptSocket, broadcast, closeSession } from './sockets.ts';
import { ProfileStore } from './store.ts';

const NOT_CREATED: NotCreated = { ok: false, code: 'not_found' };
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const newSecret = (): string => randomBytes(32).toString('base64url');

export class UserDO extends DurableObject<Env> {
  readonly #profiles: ProfileStore;
  readonly #sessions: SessionStore;
  readonly #registry: RegistryStore;
  #created: boolean;
  /** When the alarm is set to ring, by our clock; undefined while this instance does not know. */
  #armedFor: number | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#created = wake(ctx.storage, migrations, clock.now());
    this.#profiles = new ProfileStore(ctx.storage.sql);
    this.#sessions = new SessionStore(ctx.storage.sql);
    this.#registry = new RegistryStore(ctx.storage.sql);
  }

  /** Makes the user; made already, nothing changes. Answers the profile that holds. */
  create(profile: User): { ok: true; user: User } {
    if (!this.env.USER.idFromName(profile.id).equals(this.ctx.id))
      throw new Error('This object belongs to another user');
    this.ctx.storage.transactionSync(() => {
      migrate(this.ctx.storage, migrations, clock.now());
      this.#profiles.insert(profile);
    });
    this.#created = true;
    return { ok: true, user: this.#profiles.read() ?? profile };
  }

  /** Null when there is no such user. */
  profile(): User | null {
    return this.#created ? this.#profiles.read() : null;
  }

  updateProfile(change: UpdateMe): { ok: true; user: User } | NotCreated {
    if (!this.#created) return NOT_CREATED;
    this.#profiles.update(change);
    const user = this.#profiles.read();
    return user ? { ok: true, user } : NOT_CREATED;
  }

  /** Opens a refresh family: one sign-in on one device. */
  openFamily(device: Device): OpenedFamily {
    const user = this.profile();
    if (!user) return NOT_CREATED;
    const sessionId = uuidv7();
    const refreshToken = formatRefreshToken({ userId: user.id, familyId: sessionId }, newSecret());
    const userAgent = device.userAgent?.slice(0, 200) ?? null;
    this.ctx.storage.transactionSync(() =>
      this.#sessions.openFamily({ id: sessionId, userAgent }, sha256(refreshToken), clock.now()),
    );
    return { ok: true, refreshToken, sessionId, user };
  }

  /** Exchanges a refresh token for its successor. Reuse of an old one ends the session. */
  rotate(refreshToken: string): Rotated {
    const user = this.profile();
    const familyId = parseRefreshToken(refreshToken)?.familyId;
    if (!user || familyId === undefined) return { ok: false, code: 'refresh_invalid' };
    const successor = formatRefreshToken({ userId: user.id, familyId }, newSecret());
    const [hash, newHash] = [sha256(refreshToken), sha256(successor)];
    const now = clock.now();
    const decision = this.ctx.storage.transactionSync(() => {
      const family = this.#sessions.family(familyId);
      const decided = decideRefresh(family, this.#sessions.token(familyId, hash), now);
      if (decided.action === 'rotate') this.#sessions.rotate(familyId, hash, newHash, now);
      if (decided.action === 'revoke') this.#sessions.revoke(familyId, now);
      return decided;
    });
    if (decision.action === 'rotate')
      return { ok: true, refreshToken: successor, userId: user.id, sessionId: familyId, user };
    if (decision.action === 'revoke') {
      log.warn('refresh_token_reused', { userId: user.id, sessionId: familyId });
      closeSession(this.ctx, familyId);
    }
    return { ok: false, code: decision.code };
  }

  /** Ends the session of a refresh token, of any age. A token that is not known ends nothing. */
  revoke(refreshToken: string): { ok: true } {
    const familyId = parseRefreshToken(refreshToken)?.familyId;
    if (this.#created && familyId !== undefined && this.#sessions.token(familyId, sha256(refreshToken))) {
      this.#sessions.revoke(familyId, clock.now());
      closeSession(this.ctx, familyId);
    }
    return { ok: true };
  }

  /** Takes in what a conversation reports of itself, tells the open pages, and keeps the net over it. */
  async putConversation(entry: RegistryEntry): Promise<Done | { ok: false; code: 'gone' }> {
    if (!this.#created) return NOT_CREATED;
    if (this.#registry.isRemoved(entry.id)) return { ok: false, code: 'gone' };
    if (this.#registry.put(entry)) this.#tell(entry.id);
    await this.#arm();
    return { ok: true };
  }

  /** Forgets a conversation; a report that comes late does not bring it back. */
  removeConversation(id: string): Done {
    if (!this.#created) return NOT_CREATED;
    const removed = this.ctx.storage.transactionSync(() => this.#registry.remove(id, clock.now()));
    if (removed) broadcast(this.ctx, { removed: { id } });
    return { ok: true };
  }

  /** Newest first; null when the cursor is none of ours. */
  listConversations(query: ListQuery): SummaryPage | null {
    return this.#created ? this.#registry.list(query) : { items: [], nextCursor: null };
  }

  summary(id: string): ConversationSummary | null {
    return this.#created ? this.#registry.summary(id) : null;
  }

  /** Those of `ids` that exist, in the same order. */
  summaries(ids: ReadonlyArray<string>): ConversationSummary[] {
    return ids.flatMap((id) => this.summary(id) ?? []);
  }

  /** Everything up to `seq` was seen, on whichever page. */
  markRead(id: string, seq: number): Done {
    if (!this.#created || !this.#registry.summary(id)) return NOT_CREATED;
    if (this.#registry.markRead(id, seq)) this.#tell(id);
    return { ok: true };
  }

  /** A ticket for one WebSocket of this session. */
  issueTicket(sessionId: string): ({ ok: true } & IssuedTicket) | NotCreated {
    const user = this.profile();
    if (!user) return NOT_CREATED;
    const ticket = formatUserTicket(user.id, newTicket());
    const now = clock.now();
    this.#sessions.addTicket(hashTicket(ticket), sessionId, now + ticketMs, now);
    return { ok: true, ticket, expiresIn: ticketMs / 1_000 };
  }

  /** The WebSocket of a page, for the bearer of a ticket. The worker turns a bare status into a problem. */
  override fetch(request: Request): Response {
    if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket')
      return new Response(null, { status: 426 });
    const ticket = new URL(request.url).searchParams.get('ticket') ?? '';
    const sessionId = this.#created ? this.#sessions.takeTicket(hashTicket(ticket), clock.now()) : null;
    return sessionId === null ? new Response(null, { status: 401 }) : acceptSocket(this.ctx, sessionId);
  }

  /** Pages have nothing to say but `ping`, which the platform answers. */
  override webSocketMessage(socket: WebSocket): void {
    socket.close(1003, 'nothing is expected here');
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    // 1005 and 1006 only describe an ending; they may not be sent (RFC 6455 section 7.4.1).
    socket.close(code === 1005 || code === 1006 ? 1000 : code);
  }

  override webSocketError(): void {
    // The platform closes it; the page comes back by itself.
  }

  /** Rings when a conversation is overdue. Never throws: an alarm whose handler keeps failing is lost for good. */
  override async alarm(): Promise<void> {
    try {
      this.#armedFor = undefined;
      await this.checkIn();
    } catch (error) {
      log.error('net_failed', { error });
      await this.ctx.storage.setAlarm(Date.now() + 60_000).catch(() => {});
    }
  }

  /** Looks for overdue conversations now, and sets the alarm for the next. */
  async checkIn(): Promise<void> {
    if (!this.#created) return;
    const overdue = this.ctx.storage.transactionSync(() => this.#registry.claimOverdue(AT_ONCE, clock.now()));
    // Armed before anybody is called: what happens to the calls must not decide about the next ring.
    await this.#arm();
    for (const id of overdue) this.ctx.waitUntil(this.#wakeConversation(id));
  }

  async #wakeConversation(id: string): Promise<void> {
    try {
      log.warn('alarm_lost', { conversationId: id });
      const { nextDueAt } = await conversation(this.env, id).checkIn();
      this.#registry.noteDue(id, nextDueAt);
      await this.#arm();
    } catch (error) {
      log.error('check_in_failed', { conversationId: id, error });
    }
  }

  #tell(id: string): void {
    const summary = this.#registry.summary(id);
    if (summary) broadcast(this.ctx, { conversation: summary });
  }

  /**
   * Sets the alarm if the next ring comes before the one that is set. A ring that moved away is left as it is:
   * it then finds nothing to do, which costs less than writing the alarm at every report.
   */
  async #arm(): Promise<void> {
    const ring = this.#registry.nextRing();
    if (ring === null) return;
    const at = Math.max(clock.alarmTime(ring), Date.now() + 1_000);
    this.#armedFor ??= (await this.ctx.storage.getAlarm()) ?? Number.POSITIVE_INFINITY;
    if (at >= this.#armedFor && this.#armedFor > Date.now()) return;
    this.#armedFor = at;
    await this.ctx.storage.setAlarm(at);
  }
}
