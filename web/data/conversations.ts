/** Conversations in the cache: reading them, taking in news, and what can be done to them. */
import type { FetchQueryOptions } from '@tanstack/react-query';
import type { Me } from '#shared/protocol/account.ts';
import type { Conversation, ConversationSummary } from '#shared/protocol/conversation.ts';
import { client, queryClient, session } from './app.ts';
import { type Inbox, inboxKey, withoutQuestionsOf, withQuestions } from './inbox.ts';
import {
  belongs,
  newer,
  statusIn,
  type SummaryList,
  type View,
  withoutSummary,
  withSummary,
} from './summaries.ts';

const PAGE = 100;

/** What was heard last of each conversation, so that a slow answer cannot bring back an older state. */
const latest = new Map<string, ConversationSummary>();
const removed = new Set<string>();
/** The version up to which each conversation was read here; its `unread` is stale until the server says so too. */
const readUpTo = new Map<string, number>();

const seen = (summary: ConversationSummary): ConversationSummary =>
  summary.unread && (readUpTo.get(summary.id) ?? -1) >= summary.rev ? { ...summary, unread: false } : summary;

/** The newest that is known of a conversation somebody just told us about. */
const freshen = (summary: ConversationSummary) => seen(newer(latest.get(summary.id), summary));

const listKey = (view: View, q: string) => ['list', view, q] as const;

async function fetchPage(view: View, q: string, cursor: string | null, signal?: AbortSignal) {
  const { items, nextCursor } = await client.call('listConversations', {
    query: {
      limit: PAGE,
      ...(view !== 'active' && !q ? { status: statusIn[view] } : {}),
      ...(q ? { q } : {}),
      ...(cursor ? { cursor } : {}),
    },
    ...(signal ? { signal } : {}),
  });
  const fresh = items.filter(({ id }) => !removed.has(id)).map(freshen);
  return { items: q ? fresh : fresh.filter((item) => belongs(view, item)), nextCursor };
}

/** The list of one view, or the hits of a search over both. */
export const listQuery = (view: View, q: string): FetchQueryOptions<SummaryList> => ({
  queryKey: listKey(view, q),
  queryFn: ({ signal }) => fetchPage(view, q, null, signal),
});

/** Hits of a search age with every message: they are not kept when nobody looks at them. */
export const forgetSearch = (q: string) =>
  queryClient.removeQueries({ queryKey: listKey('active', q), exact: true });

/** Loads what comes after the end of a list. Throws like a call. */
export async function loadMore(view: View, q: string): Promise<void> {
  const list = queryClient.getQueryData<SummaryList>(listKey(view, q));
  if (!list?.nextCursor) return;
  const more = await fetchPage(view, q, list.nextCursor);
  queryClient.setQueryData<SummaryList>(listKey(view, q), (now) => {
    if (!now || now.nextCursor !== list.nextCursor) return now;
    const known = new Set(now.items.map(({ id }) => id));
    return {
      items: [...now.items, ...more.items.filter(({ id }) => !known.has(id))],
      nextCursor: more.nextCursor,
    };
  });
}

export const conversationQuery = (id: string): FetchQueryOptions<Conversation> => ({
  queryKey: ['conversation', id],
  queryFn: async ({ signal }) => {
    const { conversation } = await client.call('getConversation', { params: { conversationId: id }, signal });
    hearSummary(conversation);
    return conversation;
  },
});

export const meQuery: FetchQueryOptions<Me> = {
  queryKey: ['me'],
  queryFn: async ({ signal }) => {
    const me = await client.call('getMe', { signal });
    session.setUser(me.user);
    return me;
  },
};

function changeLists(change: (list: SummaryList, view: View | null, q: string) => SummaryList) {
  for (const [key, list] of queryClient.getQueriesData<SummaryList>({ queryKey: ['list'] })) {
    const [, view, q] = key as ReturnType<typeof listKey>;
    if (list) queryClient.setQueryData(key, change(list, q ? null : view, q));
  }
}

const changeInbox = (change: (inbox: Inbox) => Inbox) =>
  queryClient.setQueryData<Inbox>(inboxKey, (known) => known && change(known));

/** Takes in what the stream or an answer says of a conversation. */
export function hearSummary(heard: ConversationSummary): void {
  if (removed.has(heard.id)) return;
  const summary = freshen(heard);
  latest.set(summary.id, summary);
  showSummary(summary);
}

/** Takes in that a conversation is no more. */
export function hearRemoved(id: string): void {
  removed.add(id);
  latest.delete(id);
  changeLists((list) => withoutSummary(list, id));
  changeInbox((inbox) => withoutQuestionsOf(inbox, id));
}

/** Forgets everything of one user before another one signs in. */
export function forgetAll(): void {
  latest.clear();
  removed.clear();
  readUpTo.clear();
  queryClient.clear();
}

/** After a time without news: asks again for the lists, or only (`failed`) for whatever could not be read. */
export const refresh = (what: 'lists' | 'failed') =>
  queryClient.refetchQueries(
    {
      predicate: ({ queryKey, state }) =>
        state.status === 'error' || (what === 'lists' && /^(?:list|inbox)$/.test(String(queryKey[0]))),
    },
    { throwOnError: true },
  );

/** Shows a change before the server has it, or takes one back. */
export function showSummary(summary: ConversationSummary): void {
  changeLists((list, view, q) => withSummary(list, summary, view, q !== ''));
  changeInbox((inbox) => withQuestions(inbox, summary));
  queryClient.setQueryData<Conversation>(['conversation', summary.id], (known) =>
    known ? { ...known, ...summary } : known,
  );
}

/** The newest that was heard of a conversation. */
export const latestOf = (id: string) => latest.get(id);

/** Everything up to `seq` was on screen. A failure is not worth a word: the next look tries again. */
export async function markRead(id: string, seq: number): Promise<void> {
  const known = latest.get(id);
  if (known) {
    readUpTo.set(id, known.rev);
    hearSummary(known);
  }
  await client.call('markRead', { params: { conversationId: id }, body: { seq } }).catch(() => {
    readUpTo.delete(id);
  });
}
