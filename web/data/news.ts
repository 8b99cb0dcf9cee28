/** News of what happened, as it comes over the user's stream: how much is unread, and the list where it is open. */
import type { Me } from '#shared/protocol/account.ts';
import type { Notification } from '#shared/protocol/notification.ts';
import { pageOf } from '#web/app/routes.ts';
import { queryClient } from './app.ts';

export interface News {
  items: Notification[];
  nextCursor: string | null;
  clearedUntil?: string | undefined;
}

/** Where the cache keeps the list, once its page was opened. */
export const newsKey = ['news'] as const;

/** So many are unread, here and everywhere. */
export const hearUnread = (unread: number) =>
  queryClient.setQueryData<Me>(['me'], (me) => me && { ...me, unread });

/** Some were read, perhaps on another page: the list shows it. */
export function hearRead({ unread, ids = [] }: { unread: number; ids?: string[] | undefined }): void {
  hearUnread(unread);
  const read = new Set(ids);
  const readAt = new Date().toISOString();
  queryClient.setQueryData<News>(
    newsKey,
    (known) =>
      known && {
        ...known,
        items: known.items.map((each) =>
          read.has(each.id) && each.readAt === null ? { ...each, readAt } : each,
        ),
      },
  );
}

/** Something happened. It is said aloud where it may interrupt, unless one is looking at it. */
export function hearNews(heard: Notification, unread: number): void {
  hearUnread(unread);
  queryClient.setQueryData<News>(
    newsKey,
    (known) => known && { ...known, items: [heard, ...known.items.filter(({ id }) => id !== heard.id)] },
  );
  const page = pageOf(location.pathname);
  const isThere =
    heard.path === null ? 'id' in page && page.id === heard.conversationId : heard.path === location.pathname;
  const looking = isThere && !document.hidden;
  if (!heard.loud || looking) return;
  void import('#web/features/news/say.ts').then(({ say }) => say(heard));
}
