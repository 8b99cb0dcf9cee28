/**
 * Who watches this conversation, and how a stream begins and ends. The user's object is told of each: it alone knows
 * when a session or key ends, and must be able to end the streams of it here. A stream begins only after it was noted.
 */
import * as z from 'zod/mini';
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import { hashTicket, newTicket, ticketMs } from '#durable-objects/lib/ticket.ts';
import { user } from '#durable-objects/user/client.ts';
import type { Engine } from './engine.ts';

/** What a socket carries through hibernation. */
const Attachment = z.object({ credentialId: z.string() });

export class Watching {
  readonly #ctx: DurableObjectState;
  readonly #env: Env;
  readonly #engine: Engine;
  readonly #isOpenTo: (ownerId: string) => boolean;
  readonly #beginning = new Map<string, number>();
  /** Those of them that ended before they were there. */
  readonly #ended = new Set<string>();
  #nonce = 0;

  /** @param isOpenTo whether the conversation is there for this owner */
  constructor(ctx: DurableObjectState, env: Env, engine: Engine, isOpenTo: (ownerId: string) => boolean) {
    this.#ctx = ctx;
    this.#env = env;
    this.#engine = engine;
    this.#isOpenTo = isOpenTo;
  }

  /** A one-time ticket of a session or key of the owner's; `expiresIn` in seconds. */
  issueTicket(credentialId: string): { ticket: string; expiresIn: number } {
    const ticket = newTicket();
    const now = clock.now();
    this.#engine.store.tickets.add(hashTicket(ticket), credentialId, now + ticketMs, now);
    return { ticket, expiresIn: ticketMs / 1_000 };
  }

  /**
   * The event log as WebSocket or server-sent events, for the owner or the bearer of a ticket. 401: the ticket is not
   * good, or the session or key it came from has ended. 404: there is no such conversation of this owner.
   */
  async serve(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const refused = request.headers.has('x-owner-id') ? 404 : 401;
    const credentialId = this.#credentialOf(request, url.searchParams.get('ticket'));
    if (credentialId === null) return new Response(null, { status: refused });
    const { ownerId } = this.#engine.store.state();
    const noted = await this.#note(credentialId);
    if (!noted) return new Response(null, { status: 401 });
    if (!this.#isOpenTo(ownerId)) return new Response(null, { status: 404 });
    const backlog = this.#engine.store.events(Number(url.searchParams.get('after') ?? 0));
    const { lastSeq } = this.#engine.store.state();
    if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket')
      return this.#engine.live.stream(credentialId, backlog, lastSeq, () =>
        this.#ctx.waitUntil(this.#left(credentialId)),
      );
    const { 0: client, 1: server } = new WebSocketPair();
    server.serializeAttachment({ credentialId });
    this.#engine.live.accept(server, credentialId, backlog, lastSeq);
    return new Response(null, { status: 101, webSocket: client });
  }

  /** A session or key has ended: its streams end with it, also one that is just beginning. */
  end(credentialId: string): void {
    if (this.#beginning.has(credentialId)) this.#ended.add(credentialId);
    this.#engine.live.hangUp(credentialId);
  }

  /** A socket closed. */
  async closed(socket: WebSocket): Promise<void> {
    const { success, data } = Attachment.safeParse(socket.deserializeAttachment());
    if (success) await this.#left(data.credentialId, socket);
  }

  /** Whose stream a request asks for: the session or key behind its ticket, or what the worker vouches for. */
  #credentialOf(request: Request, ticket: string | null): string | null {
    const owner = request.headers.get('x-owner-id');
    if (owner !== null) return this.#isOpenTo(owner) ? request.headers.get('x-credential-id') : null;
    return ticket === null ? null : this.#engine.store.tickets.take(hashTicket(ticket), clock.now());
  }

  /** Tells the user's object that a session or key begins to watch. False when it has ended. */
  async #note(credentialId: string): Promise<boolean> {
    this.#beginning.set(credentialId, (this.#beginning.get(credentialId) ?? 0) + 1);
    try {
      const { id, ownerId } = this.#engine.store.state();
      const noted = await user(this.#env, ownerId).watch(credentialId, id, this.#nextNonce());
      return noted && !this.#ended.has(credentialId);
    } finally {
      const left = (this.#beginning.get(credentialId) ?? 1) - 1;
      if (left > 0) this.#beginning.set(credentialId, left);
      else {
        this.#beginning.delete(credentialId);
        this.#ended.delete(credentialId);
      }
    }
  }

  /** A stream closed. When it was the last of its session or key, the user's object need not remember it. */
  async #left(credentialId: string, socket?: WebSocket): Promise<void> {
    if (this.#beginning.has(credentialId) || this.#engine.live.isWatching(credentialId, socket)) return;
    const { id, ownerId } = this.#engine.store.state();
    try {
      await user(this.#env, ownerId).unwatch(credentialId, id, this.#nextNonce());
    } catch (error) {
      // What stays noted costs one call when the session ends.
      log.warn('unwatch_failed', { conversationId: id, error });
    }
  }

  /** Grows with every word, so that one which is overtaken on the way does not undo a later one. */
  #nextNonce(): number {
    this.#nonce = Math.max(this.#nonce + 1, Date.now());
    return this.#nonce;
  }
}
