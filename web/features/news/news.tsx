/** What happened while one was away, newest first, under the inbox; and what of it may interrupt. */
import type { FetchQueryOptions } from '@tanstack/react-query';
import { useId } from 'react';
import { createClient } from '#shared/client/client.ts';
import type { Notification, NotificationSettings } from '#shared/protocol/notification.ts';
import { notificationCalls } from '#shared/protocol/notification-calls.ts';
import { runAtPath } from '#web/app/routes.ts';
import { useUser } from '#web/app/signed-in.ts';
import { clientSettings } from '#web/data/app.ts';
import { hearUnread, type News, newsKey } from '#web/data/news.ts';
import { amend, useFresh } from '#web/data/security.ts';
import { useAction } from '#web/data/use-action.ts';
import { usePaged } from '#web/data/use-paged.ts';
import { More } from '#web/features/settings/more.tsx';
import { Fault, Loading } from '#web/features/settings/section.tsx';
import { agoWords } from '#web/features/settings/when.ts';
import { Link } from '#web/ui/link.tsx';
import { fullTime } from '#web/ui/time.ts';
import { useNow } from '#web/ui/use-now.ts';
import { headOf, lineOf, pathOf, runSeqOf } from './news-words.ts';
import './news.css';

const news = createClient(notificationCalls, clientSettings);
const PAGE = 30;

const newsQuery: FetchQueryOptions<News> = {
  queryKey: newsKey,
  queryFn: async ({ signal }) => {
    const { unread, ...page } = await news.call('listNotifications', { query: { limit: PAGE }, signal });
    hearUnread(unread);
    return page;
  },
};
const settingsQuery: FetchQueryOptions<{ settings: NotificationSettings }> = {
  queryKey: ['news-settings'],
  queryFn: ({ signal }) => news.call('getNotificationSettings', { signal }),
};

/** Shown as read at once; a failure shows itself at the next look. */
function markRead(ids: string[] | null): void {
  const readAt = new Date().toISOString();
  amend(newsQuery, (known) => ({
    ...known,
    items: known.items.map((each) =>
      (ids === null || ids.includes(each.id)) && each.readAt === null ? { ...each, readAt } : each,
    ),
  }));
  news
    .call('readNotifications', { body: ids === null ? { all: true } : { ids } })
    .then(({ unread }) => hearUnread(unread))
    .catch(() => {});
}

function Item({ item, zone, now }: { item: Notification; zone: string; now: number }) {
  const line = lineOf(item);
  const runSeq = runSeqOf(item);
  return (
    <li data-unread={item.readAt === null || undefined}>
      <Link href={pathOf(item)} onClick={() => markRead([item.id])}>
        <b>
          {headOf(item)}
          {item.readAt === null && <span className="unseen"> (unread)</span>}
        </b>
        {line !== '' && <span className="muted line">{line}</span>}
      </Link>
      {runSeq !== null && (
        <Link
          className="its-run"
          href={runAtPath(item.conversationId, runSeq)}
          onClick={() => markRead([item.id])}
        >
          Its run
        </Link>
      )}
      <time dateTime={item.at} title={fullTime(item.at, zone)}>
        {agoWords(item.at, zone, now)}
      </time>
    </li>
  );
}

function Choices() {
  const { data } = useFresh(settingsQuery);
  const action = useAction();
  const ids = { only: useId(), from: useId(), until: useId() };
  if (!data) return null;
  const { settings } = data;
  const { only, quiet } = settings;
  const save = (change: Partial<NotificationSettings>) => {
    const body = { ...settings, ...change };
    amend(settingsQuery, () => ({ settings: body }));
    void action.run(() => news.call('setNotificationSettings', { body }));
  };
  return (
    <details className="choices">
      <summary>What may interrupt me</summary>
      <label htmlFor={ids.only}>Tell me at once of</label>
      <select
        id={ids.only}
        value={only}
        onChange={({ target }) => save({ only: target.value === 'all' ? 'all' : 'needs_me' })}
      >
        <option value="all">Everything that happens by itself</option>
        <option value="needs_me">Only what needs me, and what went wrong</option>
      </select>
      <label className="check">
        <input
          type="checkbox"
          checked={quiet !== null}
          onChange={({ target }) =>
            save({ quiet: target.checked ? { from: '22:00', until: '07:00' } : null })
          }
        />
        Keep quiet at night
      </label>
      {quiet !== null && (
        <div className="hours">
          <label htmlFor={ids.from}>From</label>
          <input
            id={ids.from}
            type="time"
            value={quiet.from}
            onChange={({ target }) => target.value && save({ quiet: { ...quiet, from: target.value } })}
          />
          <label htmlFor={ids.until}>until</label>
          <input
            id={ids.until}
            type="time"
            value={quiet.until}
            onChange={({ target }) => target.value && save({ quiet: { ...quiet, until: target.value } })}
          />
        </div>
      )}
      <Fault text={action.fault} />
      <p className="muted">Everything stands in this list all the same.</p>
    </details>
  );
}

export function NewsList() {
  const { timezone } = useUser();
  const now = useNow();
  const { data, error, refetch, more, showMore } = usePaged<Notification>({
    query: newsQuery,
    next: (cursor) => news.call('listNotifications', { query: { limit: PAGE, cursor } }),
  });
  const cleared = data?.clearedUntil;
  return (
    <section className="news" aria-labelledby="news">
      <header>
        <h2 id="news">What happened</h2>
        {(data?.items.some(({ readAt }) => readAt === null) ?? false) && (
          <button type="button" onClick={() => markRead(null)}>
            Mark all as read
          </button>
        )}
      </header>
      {!data ? (
        <Loading error={error} refetch={refetch} label="list" />
      ) : data.items.length === 0 ? (
        <p className="muted">Nothing yet. What conversations do by themselves is told here.</p>
      ) : (
        <ul>
          {data.items.map((item) => (
            <Item key={item.id} item={item} zone={timezone} now={now} />
          ))}
        </ul>
      )}
      <More action={more} onMore={showMore} />
      {cleared !== undefined && showMore === null && (
        <p className="muted">
          Older ones, up to {fullTime(cleared, timezone)}, were cleared away. What you have not read and is
          more than a result was kept.
        </p>
      )}
      <Choices />
    </section>
  );
}
