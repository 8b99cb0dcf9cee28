/** What waits for the user, live: the list of conversations brings it, which the user's stream keeps current. */
import type { FetchQueryOptions } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { InboxItem } from '#shared/protocol/tool-calls.ts';
import { listQuery } from './conversations.ts';
import { type Inbox, inboxKey, waitingIn } from './inbox.ts';
import { useQuery } from './use-query.ts';

/** Only looked at: the page of the inbox asks for it. */
const askedQuery: FetchQueryOptions<Inbox> = { queryKey: inboxKey };

/** Oldest first; undefined while nothing is known. */
export function useInbox(): InboxItem[] | undefined {
  const list = useQuery(listQuery('active', '')).data?.items;
  const asked = useQuery(askedQuery, false).data?.items;
  return useMemo(
    () => (list === undefined && asked === undefined ? undefined : waitingIn(list ?? [], asked ?? [])),
    [list, asked],
  );
}
