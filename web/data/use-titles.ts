/** What conversations are called, by id, as far as the list on screen knows. */
import { listQuery } from './conversations.ts';
import { useQuery } from './use-query.ts';

export function useTitles(): ReadonlyMap<string, string> {
  const listed = useQuery(listQuery('active', '')).data?.items ?? [];
  return new Map(
    listed.map(({ id, title, preview }) => [id, title ?? (preview || 'New conversation')] as const),
  );
}
