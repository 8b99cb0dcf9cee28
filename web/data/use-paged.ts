/** A list that comes page by page, as React state: what is there, and how to get more. */
import { queryClient } from './app.ts';
import { amend, useFresh } from './security.ts';
import type { Paged } from './tools.ts';
import { type Action, useAction } from './use-action.ts';
import type { QueryResult } from './use-query.ts';

interface PagedResult<Item> extends QueryResult<{ items: Item[]; nextCursor: string | null }> {
  more: Action;
  /** Adds the next page; null when this is all. */
  showMore: (() => void) | null;
}

export function usePaged<Item>({ query, next }: Paged<Item>): PagedResult<Item> {
  const result = useFresh(query);
  const more = useAction();
  const cursor = result.data?.nextCursor ?? null;
  const add = (from: string) =>
    more.run(async () => {
      const page = await next(from);
      amend(query, (known) =>
        // Meanwhile it may have been read anew from its beginning.
        known.nextCursor === from
          ? { items: [...known.items, ...page.items], nextCursor: page.nextCursor }
          : known,
      );
    });
  return { ...result, more, showMore: cursor === null ? null : () => void add(cursor) };
}

/** Takes items out of a paged list, whichever conversation it was asked for. */
export function dropFrom<Item>(name: string, gone: (item: Item) => boolean): void {
  const lists = queryClient.getQueriesData<{ items: Item[] }>({ queryKey: [name] });
  for (const [key, list] of lists) {
    if (list) queryClient.setQueryData(key, { ...list, items: list.items.filter((item) => !gone(item)) });
  }
}
