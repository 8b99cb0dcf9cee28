/**
 * One conversation. A thin shell of four moves: load, decide (`transition`), commit, act. No SQL, no prompt and no
 * decision here. It checks its owner itself: another user's id is answered like one that does not exist.
 */
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import { user } from '#durable-objects/user/client.ts';
import { migrate, wake } from '#durable-objects/lib/migrate.ts';
import { type ConversationState, newConversation, type WorkState } from '#shared/core/conversation/state.ts';
import type { Conversation, Kind, MessageAccepted } from '#shared/protocol/conversation.ts';
import type { Effect } from '#shared/core/tools/edited.ts';
import type { Question } from '#shared/protocol/question.ts';
import { ConversationDaily } from './conversation-daily.ts';
import { type Decided, Deciding, type Decision, type SentMessage } from './deciding.ts';
import { Engine } from './engine.ts';
import { attachAll, filesOf, Messages, type QueuedEdit } from './messages.ts';
import { migrations } from './migrations.ts';
import { missing, refused, type Reply } from './remote.ts';
import { resource } from './view.ts';
import { Watching } from './watching.ts';

export class ConversationDO extends ConversationDaily {
  #engine: Engine;
  #watching: Watching;
  #deciding: Deciding;
  #messages: Messages;
  #created: boolean;
  /** A field, because methods could be called from outside. */
  protected override readonly opened = (ownerId: string): Engine | null =>
    this.#open(ownerId) === null ? null : this.#engine;
  protected override readonly openedForAnybody = (): Engine | null =>
    this.#created ? this.opened(this.#engine.store.state().ownerId) : null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#engine = this.#newEngine();
    this.#watching = this.#newWatching();
    this.#deciding = new Deciding(env, this.#engine);
    this.#messages = new Messages(this.#engine, this.#deciding);
    this.#created = wake(ctx.storage, migrations, clock.now()) && this.#engine.store.exists();
  }

  /** Makes the conversation, with its first message if there is one. Made already by this owner: the same answer. */
  async create(made: {
    id: string;
    ownerId: string;
    kind: Kind;
    title: string | null;
    message: { id: string; text: string; files?: string[] } | null;
    turnId: string;
    /** Its part in a daily run. */
    work?: WorkState;
  }): Reply<{ conversation: Conversation; turnId: string | null }> {
    if (!this.#created) {
      // Nothing may be made for somebody whose account has ended: nobody would ever remove it.
      if (!(await user(this.env, made.ownerId).profile())) return refused('gone');
    }
    if (!this.#created) {
      const now = clock.now();
      migrate(this.ctx.storage, migrations, now);
      const state = { ...newConversation(made, now), rev: 1 };
      this.#engine.commit({
        ok: true,
        state,
        log: [],
        effects: [{ type: 'tell_user' }, { type: 'project' }],
        receipts: [],
      });
      this.#created = true;
    }
    if (this.#open(made.ownerId) === null) return missing;
    let turnId: string | null = null;
    if (made.message !== null) {
      const sent = await this.send(made.ownerId, { ...made.message, turnId: made.turnId });
      if (!sent.ok) return sent;
      turnId = sent.turnId;
    }
    await this.#engine.delivered('tell_user');
    // The user's object may have said that this id was deleted: what was just made is gone again.
    if (!this.#created || this.#engine.deleted()) return refused('gone');
    return { ok: true, conversation: this.#resource(), turnId };
  }

  async get(ownerId: string): Reply<{ conversation: Conversation }> {
    return this.#open(ownerId) === null ? missing : { ok: true, conversation: this.#resource() };
  }

  /** One open question, whole. */
  async question(ownerId: string, questionId: string): Reply<{ question: Question }> {
    if (this.#open(ownerId) === null) return missing;
    const question = this.#engine.store.state().questions?.find(({ id }) => id === questionId);
    return question === undefined ? refused(this.#deciding.why(questionId)) : { ok: true, question };
  }

  /** What a call that waits for a yes would do with other arguments. */
  async previewCall(ownerId: string, questionId: string, input: Record<string, unknown>): Reply<Effect> {
    if (this.#open(ownerId) === null) return missing;
    return this.#deciding.preview(questionId, input);
  }

  /** Decides a question: `deciding.ts`. The first decision holds. */
  async answer(ownerId: string, decision: Decision): Reply<Decided> {
    if (this.#open(ownerId) === null) return missing;
    return this.#deciding.answer(decision);
  }

  // Messages: `messages.ts`.
  async send(ownerId: string, message: SentMessage): Reply<MessageAccepted> {
    // Asked first: from the look at the conversation on nothing is waited for, or one message could be taken twice.
    const opened = this.#open(ownerId);
    if (opened === null) return missing;
    const files = await filesOf(this.env, ownerId, message.files ?? []);
    if (this.#open(ownerId) === null || files === null) return missing;
    const sent = this.#messages.send(message, files);
    if (sent.ok) await attachAll(this.env, ownerId, opened.id, files);
    return sent;
  }
  async editQueued(ownerId: string, edit: QueuedEdit) {
    return this.#open(ownerId) === null ? missing : this.#messages.edit(edit);
  }
  async dropQueued(ownerId: string, messageId: string): Reply<object> {
    return this.#open(ownerId) === null ? missing : this.#messages.drop(messageId);
  }
  async regenerate(ownerId: string, again: { messageId: string; turnId: string }) {
    return this.#open(ownerId) === null ? missing : this.#messages.regenerate(again);
  }

  /** Stops the running turn, keeping what was written. Without one there is nothing to do. */
  async stop(ownerId: string): Reply<{ turnId: string | null }> {
    const turnId = this.#open(ownerId)?.turn?.id;
    if (turnId === undefined) return this.#open(ownerId) === null ? missing : { ok: true, turnId: null };
    this.#engine.apply({ type: 'stop', partial: this.#engine.live.text() });
    return { ok: true, turnId };
  }

  async update(
    ownerId: string,
    change: {
      title: string | null;
      status: 'active' | 'archived' | null;
      /** Left out, they stay as they are. */
      connections?: string[] | null | undefined;
    },
  ): Reply<{ conversation: Conversation }> {
    if (this.#open(ownerId) === null) return missing;
    if (change.title !== null) this.#engine.apply({ type: 'rename', title: change.title });
    if (change.status === 'archived')
      this.#engine.apply({ type: 'archive', partial: this.#engine.live.text() });
    if (change.status === 'active') await this.restore(ownerId);
    if (change.connections !== undefined)
      this.#engine.apply({ type: 'choose_connections', connections: change.connections });
    await this.#engine.delivered('tell_user');
    if (!this.#created || this.#engine.deleted()) return missing;
    return { ok: true, conversation: this.#resource() };
  }

  /** Deletes the conversation: it is gone at once for everybody, and the rest is drained until acknowledged. */
  async remove(ownerId: string): Reply<object> {
    if (this.#open(ownerId) === null) return missing;
    log.info('conversation_deleted', { conversationId: this.#engine.store.state().id, userId: ownerId });
    this.#engine.remove();
    await this.#engine.delivered('forget');
    return { ok: true };
  }

  /** A one-time ticket for the WebSocket: browsers cannot send a header with the handshake. */
  async issueTicket(ownerId: string, credentialId: string): Reply<{ ticket: string; expiresIn: number }> {
    if (this.#open(ownerId) === null) return missing;
    return { ok: true, ...this.#watching.issueTicket(credentialId) };
  }

  /** The event log as WebSocket or server-sent events: `watching.ts`. */
  override async fetch(request: Request): Promise<Response> {
    if (this.#created) return this.#watching.serve(request);
    return new Response(null, { status: request.headers.has('x-owner-id') ? 404 : 401 });
  }

  /** A session or key of the owner has ended: its sockets and streams end with it. */
  async endCredential(ownerId: string, credentialId: string): Promise<void> {
    if (this.#created && this.#engine.store.state().ownerId === ownerId) this.#watching.end(credentialId);
  }

  /** Deletes the conversation because its owner's account ends. Answers whether nothing of it is left. */
  async erase(ownerId: string): Promise<{ gone: boolean }> {
    if (!this.#created || this.#engine.store.state().ownerId !== ownerId) return { gone: true };
    if (!this.#engine.deleted()) this.#engine.remove();
    await this.#engine.delivered('forget');
    if (this.#created) await this.#engine.delivered('bury');
    return { gone: !this.#created };
  }

  /**
   * The doorbell, rung by the user's object when ours may have been lost. Answers when it is due next, so that the
   * net does not ring in vain.
   */
  async checkIn(): Promise<{ nextDueAt: number | null }> {
    if (this.#created) this.#engine.ring();
    return { nextDueAt: this.#created ? this.#engine.nextDue() : null };
  }

  /** Never throws: an alarm that throws seven times is lost for good. */
  override async alarm(): Promise<void> {
    try {
      if (this.#created) await this.#engine.alarm();
    } catch (error) {
      log.error('alarm_failed', { error });
      await this.ctx.storage.setAlarm(Date.now() + 60_000);
    }
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    socket.close(1000);
    if (this.#created) await this.#watching.closed(socket);
  }

  /** A vanished conversation leaves nothing in memory either: whoever comes next finds an object that never was. */
  #newEngine(): Engine {
    return new Engine(this.ctx, this.env, () => {
      this.#created = false;
      this.#engine = this.#newEngine();
      this.#watching = this.#newWatching();
      this.#deciding = new Deciding(this.env, this.#engine);
      this.#messages = new Messages(this.#engine, this.#deciding);
    });
  }

  #newWatching(): Watching {
    return new Watching(this.ctx, this.env, this.#engine, (ownerId) => this.#open(ownerId) !== null);
  }

  #resource(): Conversation {
    return resource(this.#engine.store.state(), this.#engine.turns.model());
  }

  /** The state, if it is this owner's and was not deleted. Finds an unfinished turn that nobody holds. */
  #open(ownerId: string): ConversationState | null {
    const { store } = this.#engine;
    if (!this.#created || store.state().ownerId !== ownerId || this.#engine.deleted()) return null;
    this.#engine.due.all();
    this.#engine.wakeUp();
    return store.state();
  }
}
