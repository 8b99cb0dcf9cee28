/**
 * A query of the cache as React state. TanStack's own hook brings observers, suspense and error boundaries, 3 kB that
 * the first page would pay for and this app does not use: news comes over the streams, so a query is read once, and
 * then only changed in the cache.
 */
import { type FetchQueryOptions, hashKey } from '@tanstack/react-query';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { queryClient } from './app.ts';

export interface QueryResult<Data> {
  data: Data | undefined;
  error: Error | null;
  /** Asks again. */
  refetch: () => void;
}

const cache = queryClient.getQueryCache();
const subscribe = (listener: () => void) => cache.subscribe(listener);

/** The query's state in the cache, kept current while mounted; asked for when its data is not there and `enabled`. */
export function useQuery<Data>(query: FetchQueryOptions<Data>, enabled = true): QueryResult<Data> {
  const state = useSyncExternalStore(subscribe, () => queryClient.getQueryState<Data>(query.queryKey));
  const key = hashKey(query.queryKey);
  const missing = enabled && state?.data === undefined;
  const latest = useRef(query);
  useEffect(() => {
    latest.current = query;
  });
  useEffect(() => {
    const busy = cache.get(key)?.state.fetchStatus === 'fetching';
    // Failures are in the state, for whoever looks at it.
    if (missing && !busy) void queryClient.prefetchQuery(latest.current);
  }, [missing, key]);
  return {
    data: state?.data,
    error: state?.error ?? null,
    refetch: () => void queryClient.prefetchQuery({ ...query, staleTime: 0 }),
  };
}
