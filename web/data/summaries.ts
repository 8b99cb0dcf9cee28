/** How news of conversations goes into the lists on screen. Pure: the cache is the caller's. */
import type { ConversationSummary } from '#shared/protocol/conversation.ts';

/** `active`: all that is not archived; of those `waiting` for the person, and `scheduled`, which work by themselves. */
export type View = 'active' | 'waiting' | 'scheduled' | 'archived';

/** The status of the conversations in a view; the whole rest has several. */
export const statusIn = { waiting: 'waiting_input', scheduled: 'background', archived: 'archived' } as const;

export interface SummaryList {
  items: ReadonlyArray<ConversationSummary>;
  nextCursor: string | null;
}

/** Newest first; equal instants by id, so that the order never depends on arrival. */
const byNewest = (a: ConversationSummary, b: ConversationSummary): number =>
  a.updatedAt === b.updatedAt ? (a.id < b.id ? 1 : -1) : a.updatedAt < b.updatedAt ? 1 : -1;

/** Whether a conversation stands in that view. A daily run's tasks stand on its board instead. */
export const belongs = (view: View, { kind, status }: ConversationSummary): boolean =>
  kind !== 'task' && (view === 'active' ? status !== 'archived' : status === statusIn[view]);

/** The newer of two versions of one conversation; of equal ones the later heard, since `unread` has no `rev`. */
export const newer = (known: ConversationSummary | undefined, heard: ConversationSummary) =>
  known && known.rev > heard.rev ? known : heard;

/**
 * The list with one conversation's news in it. `searching`: the list holds hits of a search, so that only what is
 * already there changes: whether something else would be a hit is for the server to say.
 */
export function withSummary(
  list: SummaryList,
  summary: ConversationSummary,
  view: View | null,
  searching: boolean,
): SummaryList {
  const known = list.items.find(({ id }) => id === summary.id);
  const next = newer(known, summary);
  if (next === known || (searching && !known)) return list;
  const others = list.items.filter(({ id }) => id !== summary.id);
  if (view && !belongs(view, next)) return known ? { ...list, items: others } : list;
  const last = others.at(-1);
  // Older than all that is loaded while more is to come: it will be on a later page.
  if (!known && list.nextCursor && last && byNewest(next, last) > 0) return list;
  const items = searching
    ? list.items.map((item) => (item.id === next.id ? next : item))
    : [...others, next].toSorted(byNewest);
  return { ...list, items };
}

/** The list without a conversation that was deleted. */
export const withoutSummary = (list: SummaryList, id: string): SummaryList =>
  list.items.some((item) => item.id === id)
    ? { ...list, items: list.items.filter((item) => item.id !== id) }
    : list;
