/** What people say: messages taken, changed while they wait, dropped, and replies written again. */
import { user } from '#durable-objects/user/client.ts';
import type { MessageAccepted } from '#shared/protocol/conversation.ts';
import type { FileRef } from '#shared/protocol/file.ts';
import { type Answer, refused } from './remote.ts';
import type { Deciding, SentMessage } from './deciding.ts';
import type { Engine } from './engine.ts';

export interface QueuedEdit {
  messageId: string;
  text: string | null;
  sendNow: boolean;
  turnId: string;
}

/** What a message says of its files; null when one of them is not the owner's. */
export async function filesOf(
  env: Env,
  ownerId: string,
  ids: ReadonlyArray<string>,
): Promise<FileRef[] | null> {
  const files: FileRef[] = [];
  for (const id of ids) {
    const file = await user(env, ownerId).file(id);
    if (file === null) return null;
    files.push({ id: file.id, name: file.name, type: file.type, size: file.size });
  }
  return files;
}

/** A message with them was taken: those of another conversation outlive it from now on. A repeat changes nothing. */
export async function attachAll(
  env: Env,
  ownerId: string,
  conversationId: string,
  files: ReadonlyArray<FileRef>,
): Promise<void> {
  for (const { id } of files) await user(env, ownerId).attachFile(id, conversationId);
}

export class Messages {
  readonly #engine: Engine;
  readonly #deciding: Deciding;

  constructor(engine: Engine, deciding: Deciding) {
    this.#engine = engine;
    this.#deciding = deciding;
  }

  /** Takes a message. The same id again gets the same answer; with another text it is a conflict. */
  send(message: SentMessage, files: ReadonlyArray<FileRef>): Answer<MessageAccepted> {
    const { store, turns } = this.#engine;
    const { id, text, turnId } = message;
    const before = store.accepted(id);
    if (before !== null) {
      const said = store.textAt(before.seq);
      // A reply that decided a question left no message to compare with.
      if (said !== null && said !== text) return refused('id_conflict');
      return { ok: true, messageId: id, ...before };
    }
    const answered = this.#deciding.typed(message);
    if (answered !== null) return answered;
    const model = turns.model();
    const decided = this.#engine.apply(
      { type: 'message', messageId: id, text, files, turnId, model },
      (state, log) => {
        const seq = log[0]?.event.seq ?? state.lastSeq;
        store.accept(id, { turnId: state.nextTurnId ?? state.turn?.id ?? turnId, seq });
      },
    );
    if (!decided.ok) return refused(decided.refusal);
    const accepted = store.accepted(id);
    return accepted === null ? refused('internal') : { ok: true, messageId: id, ...accepted };
  }

  /** Changes a queued message; with `sendNow` the running turn is stopped and what is queued goes out. */
  edit({
    messageId,
    text,
    sendNow,
    turnId,
  }: QueuedEdit): Answer<{ messageId: string; turnId: string | null }> {
    const { store, turns, live } = this.#engine;
    if (store.accepted(messageId) === null) return refused('not_found');
    if (!store.state().queue.includes(messageId)) return refused('message_not_queued');
    if (text !== null) {
      const edited = this.#engine.apply({ type: 'edit_queued', messageId, text });
      if (!edited.ok) return refused(edited.refusal);
    }
    if (sendNow) {
      const partial = live.text();
      const sent = this.#engine.apply({ type: 'send_queued', turnId, model: turns.model(), partial });
      if (!sent.ok) return refused(sent.refusal);
    }
    const { nextTurnId, turn } = store.state();
    return { ok: true, messageId, turnId: nextTurnId ?? turn?.id ?? null };
  }

  drop(messageId: string): Answer<object> {
    if (this.#engine.store.accepted(messageId) === null) return refused('not_found');
    const decided = this.#engine.apply({ type: 'drop_queued', messageId });
    return decided.ok ? { ok: true } : refused(decided.refusal);
  }

  /** Writes the last reply again. `messageId` is the reply or a message it answers. */
  regenerate({ messageId, turnId }: { messageId: string; turnId: string }): Answer<{ turnId: string }> {
    const { store, turns } = this.#engine;
    const message = store.transcript().messages.find(({ id }) => id === messageId);
    if (message === undefined && store.accepted(messageId) === null) return refused('not_found');
    if (store.transcript().turns[turnId] !== undefined) return { ok: true, turnId };
    const replaces = message?.turnId ?? null;
    const decided = this.#engine.apply({ type: 'regenerate', replaces, turnId, model: turns.model() });
    return decided.ok ? { ok: true, turnId } : refused(decided.refusal);
  }
}
