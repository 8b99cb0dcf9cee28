/** A list that comes page by page, as React state: what is there, and how to get more. */
import type { QueryFunctionContext } from '@tanstack/react-query';
import { queryClient } from './app.ts';
import { amend, useFresh } from './security.ts';
import type { List, Paged } from './tools.ts';
import { useRenewed } from './use-renewed.ts';
import { type Action, useAction } from './use-action.ts';
import type { QueryResult } from './use-query.ts';

interface PagedResult<Item> extends QueryResult<List<Item>> {
  more: Action;
  /** Adds the next page; null when this is all. */
  showMore: (() => void) | null;
}

/**
 * The beginning of a list as it is now, with what was loaded of its further pages.
 * @param keyOf what names an item
 */
export function withNewest<Item>(
  known: List<Item>,
  newest: List<Item>,
  keyOf: (item: Item) => string,
): List<Item> {
  const keys = new Set(newest.items.map(keyOf));
  const last = newest.items.at(-1);
  const from = last === undefined ? -1 : known.items.findIndex((item) => keyOf(item) === keyOf(last));
  // So much is new that the two do not touch: what lies between them would be left out.
  if (newest.nextCursor === null || from < 0) return newest;
  const rest = known.items.slice(from + 1).filter((item) => !keys.has(keyOf(item)));
  return rest.length === 0
    ? newest
    : { ...newest, items: [...newest.items, ...rest], nextCursor: known.nextCursor };
}

/** A paged list that is read anew at its beginning whenever `version` changes; what was loaded below it stays. */
export function useLivePaged<Item>(
  paged: Paged<Item>,
  version: unknown,
  keyOf: (item: Item) => string,
): PagedResult<Item> {
  const { query } = paged;
  const fresh = {
    ...query,
    queryFn: async (context: QueryFunctionContext) => {
      if (typeof query.queryFn !== 'function') throw new Error('a list without a way to read it');
      const newest = await query.queryFn(context);
      const known = queryClient.getQueryData<typeof newest>(query.queryKey);
      return known === undefined ? newest : withNewest(known, newest, keyOf);
    },
  };
  useRenewed(fresh, version);
  return usePaged(paged);
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
          ? { ...known, items: [...known.items, ...page.items], nextCursor: page.nextCursor }
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
