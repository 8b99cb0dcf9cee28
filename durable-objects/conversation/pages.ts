/** The JSON views of a conversation, as text: it crosses to the worker and out without being parsed on the way. */
import type { Message } from '#shared/protocol/conversation.ts';
import type { ConversationStore } from './store.ts';

/** Characters in one answer. */
const pageChars = 4_000_000;

/** `{items, lastSeq, more}`: the messages that changed after `after`, by age; `lastSeq` is where the next page begins. */
export function messagesPage(store: ConversationStore, after: number): string {
  const { messages, queue, lastSeq } = store.transcript();
  const changed = [...messages, ...queue].filter(({ seq }) => seq > after);
  // By age of the change, so that the next page can begin after the last one of this.
  let chars = 0;
  let cut: number | null = null;
  for (const message of changed.toSorted((a, b) => a.seq - b.seq)) {
    chars += JSON.stringify(message.content).length;
    if (chars > pageChars && cut !== null) break;
    cut = message.seq;
  }
  const items: Message[] = changed
    .filter(({ seq }) => cut !== null && seq <= cut)
    .map(({ rev: _rev, ...message }) => message);
  const more = items.length < changed.length;
  return JSON.stringify({ items, lastSeq: more ? cut : lastSeq, more });
}

/** `{events, lastSeq, more}`; `lastSeq` is where the next page begins. */
export function eventsPage(store: ConversationStore, after: number): string {
  const { texts, lastSeq, more } = store.eventTexts(after, pageChars);
  const last = texts.length === 0 ? store.state().lastSeq : lastSeq;
  return `{"events":[${texts.join(',')}],"lastSeq":${last},"more":${more}}`;
}
