/** Connections, tools, rules, memory, effects, files and the inbox, in the cache: loaded with the pages that use them. */
import type { FetchQueryOptions } from '@tanstack/react-query';
import { createClient, type ReplyOf } from '#shared/client/client.ts';
import { toolCalls } from '#shared/protocol/tool-calls.ts';
import { clientSettings } from './app.ts';
import { type Inbox, inboxKey } from './inbox.ts';
import { confirmed } from './step-up.ts';

export const tools = createClient(toolCalls, clientSettings);

/** The same calls, each with the question whether it is you where it is needed. */
export const confirmedTools: typeof tools = {
  call: (name, ...rest) => confirmed(() => tools.call(name, ...rest)),
};

type Name = 'listConnections' | 'connectionCatalog' | 'listTools' | 'listRules' | 'listMemory';

const query = <N extends Name>(name: N): FetchQueryOptions<ReplyOf<N>> => ({
  queryKey: [name],
  queryFn: ({ signal }) => tools.call(name, { signal } as never),
});

export const inboxQuery: FetchQueryOptions<Inbox> = {
  queryKey: inboxKey,
  queryFn: ({ signal }) => tools.call('inbox', { signal }),
};
export const connectionsQuery = query('listConnections');
export const catalogQuery = query('connectionCatalog');
export const toolsQuery = query('listTools');
export const rulesQuery = query('listRules');
export const memoryQuery = query('listMemory');

const PAGE = 50;

/** A list that comes page by page: how the first is asked for, and how each other. */
/**
 * A list as far as it was read. Older ones may have been cleared away: those before `keptFrom`, some up to `clearedUntil`.
 * All of them are kept until `keptUntil`, where that has an end.
 */
export interface List<Item> {
  items: Item[];
  nextCursor: string | null;
  keptFrom?: string | undefined;
  keptUntil?: string | undefined;
  clearedUntil?: string | undefined;
}

export interface Paged<Item> {
  query: FetchQueryOptions<List<Item>>;
  next: (cursor: string) => Promise<{ items: Item[]; nextCursor: string | null }>;
}

const paged = <N extends 'listEffects' | 'listFiles'>(
  name: N,
  conversationId: string | null,
): Paged<ReplyOf<N>['items'][number]> => {
  const ask = (cursor: string | null, signal?: AbortSignal) =>
    tools.call(name, {
      query: {
        limit: PAGE,
        ...(cursor === null ? {} : { cursor }),
        ...(conversationId === null ? {} : { conversationId }),
      },
      ...(signal ? { signal } : {}),
    } as never) as never;
  return {
    query: { queryKey: [name, conversationId], queryFn: ({ signal }) => ask(null, signal) },
    next: (cursor) => ask(cursor),
  };
};

/** What Claude did, in all conversations or in one. */
export const effectsOf = (conversationId: string | null) => paged('listEffects', conversationId);

/** Files, of all conversations or of one. */
export const filesOf = (conversationId: string | null) => paged('listFiles', conversationId);
