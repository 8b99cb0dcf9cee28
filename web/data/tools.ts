/** Connections, tools, rules, memory, effects and the inbox, in the cache: loaded with the pages that use them. */
import type { FetchQueryOptions } from '@tanstack/react-query';
import { createClient, type ReplyOf } from '#shared/client/client.ts';
import { toolCalls } from '#shared/protocol/tool-calls.ts';
import { clientSettings } from './app.ts';
import { confirmed } from './step-up.ts';

export const tools = createClient(toolCalls, clientSettings);

/** The same calls, each with the question whether it is you where it is needed. */
export const confirmedTools: typeof tools = {
  call: (name, ...rest) => confirmed(() => tools.call(name, ...rest)),
};

type Name = 'inbox' | 'listConnections' | 'connectionCatalog' | 'listTools' | 'listRules' | 'listMemory';

const query = <N extends Name>(name: N): FetchQueryOptions<ReplyOf<N>> => ({
  queryKey: [name],
  queryFn: ({ signal }) => tools.call(name, { signal } as never),
});

export const inboxQuery = query('inbox');
export const connectionsQuery = query('listConnections');
export const catalogQuery = query('connectionCatalog');
export const toolsQuery = query('listTools');
export const rulesQuery = query('listRules');
export const memoryQuery = query('listMemory');

export const effectsQuery: FetchQueryOptions<ReplyOf<'listEffects'>> = {
  queryKey: ['effects'],
  queryFn: ({ signal }) => tools.call('listEffects', { query: { limit: 50 }, signal }),
};
