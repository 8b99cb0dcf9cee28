/**
 * Acts that have the id of their request and leave something behind which changes or goes away: a schedule, a change of one,
 * a rehearsal. What was asked for is kept beside the answers to messages, so that the same request again is the same act whatever became of
 * what it made, and another request under its id is known for one.
 */
import { sha256 } from '#shared/adapters/crypto/sha256.ts';
import type { ConversationStore } from './store.ts';

type Kind = 'schedule' | 'change' | 'remove' | 'rehearse';

/** Beside messages, whose ids are their senders' too. */
const nameOf = (kind: Kind, id: string): string => `${kind}:${id}`;
const digest = (request: object): string => sha256(JSON.stringify(request));

/** `same`: this was asked for before; `other`: its id was used for something else. Null for what is new. */
export function askedBefore(
  store: ConversationStore,
  kind: Kind,
  id: string,
  request: object,
): 'same' | 'other' | null {
  const before = store.accepted(nameOf(kind, id));
  if (before === null) return null;
  return before.turnId === digest(request) ? 'same' : 'other';
}

/** Keeps it; inside the transaction of the act. @param seq the last of the log then */
export function keepAsked(
  store: ConversationStore,
  kind: Kind,
  id: string,
  { request, seq }: { request: object; seq: number },
): void {
  store.accept(nameOf(kind, id), { turnId: digest(request), seq });
}
