/** What keeps the account safe, in the cache: ways in, devices, keys, the activity log. Read anew at every visit. */
import type { FetchQueryOptions } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { ReplyOf } from '#shared/client/client.ts';
import { codeOf } from '#shared/client/problem-error.ts';
import type { Deletion, Security, WaysIn } from '#shared/protocol/security.ts';
import { account } from './account.ts';
import { queryClient } from './app.ts';
import { meQuery } from './conversations.ts';
import { type QueryResult, useQuery } from './use-query.ts';

export const waysQuery: FetchQueryOptions<WaysIn> = {
  queryKey: ['ways'],
  queryFn: ({ signal }) => account.call('waysIn', { signal }),
};

export const securityQuery: FetchQueryOptions<Security> = {
  queryKey: ['security'],
  queryFn: ({ signal }) => account.call('getSecurity', { signal }),
};

export const sessionsQuery: FetchQueryOptions<ReplyOf<'listSessions'>> = {
  queryKey: ['sessions'],
  queryFn: ({ signal }) => account.call('listSessions', { signal }),
};

export const apiKeysQuery: FetchQueryOptions<ReplyOf<'listApiKeys'>> = {
  queryKey: ['api-keys'],
  queryFn: ({ signal }) => account.call('listApiKeys', { signal }),
};

export const auditQuery: FetchQueryOptions<ReplyOf<'listAudit'>> = {
  queryKey: ['audit'],
  queryFn: ({ signal }) => account.call('listAudit', { query: { limit: 30 }, signal }),
};

export const deletionQuery = (id: string): FetchQueryOptions<Deletion> => ({
  queryKey: ['deletion', id],
  queryFn: ({ signal }) => account.call('deletion', { params: { deletionId: id }, signal }),
});

/**
 * Asks again for what was changed. What is on its way was asked before that and may be older: it is not waited for. A
 * failure shows itself where the data is drawn.
 */
export async function renew<Data>(query: FetchQueryOptions<Data>): Promise<void> {
  const { queryKey } = query;
  if (queryClient.getQueryData(queryKey) !== undefined)
    await queryClient.cancelQueries({ queryKey, exact: true }, { revert: false, silent: true });
  await queryClient.prefetchQuery({ ...query, staleTime: 0 });
}

/** Changes what is in the cache, before or instead of asking again. */
export function amend<Data>(query: FetchQueryOptions<Data>, change: (data: Data) => Data): void {
  queryClient.setQueryData<Data>(query.queryKey, (known) => (known === undefined ? known : change(known)));
}

/** A query that no stream keeps current: shown from the cache at once, and asked for again at each visit. */
export function useFresh<Data>(query: FetchQueryOptions<Data>): QueryResult<Data> {
  const latest = useRef(query);
  useEffect(() => void renew(latest.current), []);
  return useQuery(query);
}

/** While mounted: coming back to this tab, such as from the mail, asks again who one is. */
export function useMeOnReturn(): void {
  useEffect(() => {
    const ask = () => {
      if (!document.hidden) void renew(meQuery);
    };
    document.addEventListener('visibilitychange', ask);
    return () => document.removeEventListener('visibilitychange', ask);
  }, []);
}

/** Asks for the mail that confirms the address; false where that was done elsewhere meanwhile. */
export async function sendVerification(): Promise<boolean> {
  try {
    await account.call('requestVerification');
    return true;
  } catch (error) {
    if (codeOf(error) !== 'already_verified') throw error;
    await renew(meQuery);
    return false;
  }
}
