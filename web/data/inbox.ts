/** What waits for the user over all conversations, put together from what is known here. Pure: the cache is the caller's. */
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import type { InboxItem } from '#shared/protocol/tool-calls.ts';

export interface Inbox {
  items: ReadonlyArray<InboxItem>;
}

/** Where the cache keeps what the server said waits: read with the inbox, and kept current by the user's stream. */
export const inboxKey = ['inbox'] as const;

/** Oldest first; equal instants by id, so that the order never depends on arrival. */
const byOldest = ({ question: a }: InboxItem, { question: b }: InboxItem): number =>
  a.askedAt === b.askedAt ? (a.id < b.id ? -1 : 1) : a.askedAt < b.askedAt ? -1 : 1;

const itemsOf = ({ id, title, kind, questions }: ConversationSummary): InboxItem[] =>
  questions.map((question) => ({ conversation: { id, title, kind }, question }));

const others = (items: ReadonlyArray<InboxItem>, id: string) =>
  items.filter(({ conversation }) => conversation.id !== id);

/** The inbox with the news of one conversation in it. */
export const withQuestions = ({ items }: Inbox, summary: ConversationSummary): Inbox => ({
  items: [...others(items, summary.id), ...itemsOf(summary)],
});

/** The inbox without a conversation that was deleted. */
export const withoutQuestionsOf = ({ items }: Inbox, id: string): Inbox => ({ items: others(items, id) });

/**
 * Everything that waits, each once: of conversations in the list what the list says, since that is the newest; of
 * those that are not in it (older than all that is loaded, a task of a daily run) what the server said.
 */
export function waitingIn(
  list: ReadonlyArray<ConversationSummary>,
  asked: ReadonlyArray<InboxItem>,
): InboxItem[] {
  const listed = new Set(list.map(({ id }) => id));
  return [
    ...list.flatMap(itemsOf),
    ...asked.filter(({ conversation }) => !listed.has(conversation.id)),
  ].toSorted(byOldest);
}

/** What waits now, and what was open here when it ceased to: it keeps its place, so that nothing moves under a finger. */
export const withSettled = (
  waiting: ReadonlyArray<InboxItem>,
  seen: ReadonlyArray<InboxItem>,
): InboxItem[] => {
  const open = new Set(waiting.map(({ question }) => question.id));
  return [...waiting, ...seen.filter(({ question }) => !open.has(question.id))].toSorted(byOldest);
};
