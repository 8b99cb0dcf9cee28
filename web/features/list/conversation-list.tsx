/** The list zone: views, search, and the conversations, live. */
import { Suspense, useEffect, useRef, useState } from 'react';
import { forgetSearch, listQuery, loadMore } from '#web/data/conversations.ts';
import { useQuery } from '#web/data/use-query.ts';
import type { SummaryList, View } from '#web/data/summaries.ts';
import { usePage } from '#web/app/routes.ts';
import { Fault } from '#web/features/conversation/rarely.ts';
import { PlusIcon, SearchIcon } from '#web/ui/icons.tsx';
import { Link } from '#web/ui/link.tsx';
import { useSettled } from '#web/ui/use-settled.ts';
import { Row } from './row.tsx';
import { UnsentRows } from './unsent-rows.tsx';

/** Stands after the last row, and asks for more as soon as it comes near. */
function More({ view, q, list }: { view: View; q: string; list: SummaryList }) {
  const mark = useRef<HTMLLIElement>(null);
  const [failed, setFailed] = useState(false);
  const cursor = list.nextCursor;
  useEffect(() => {
    const element = mark.current;
    if (!element || failed || !cursor) return;
    const watcher = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) loadMore(view, q).catch(() => setFailed(true));
      },
      { rootMargin: '400px' },
    );
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [view, q, cursor, failed]);
  if (!cursor) return null;
  return (
    <li ref={mark} className="more">
      {failed && (
        <button type="button" onClick={() => setFailed(false)}>
          Load more
        </button>
      )}
    </li>
  );
}

const views: Record<View, string> = {
  active: 'Active',
  waiting: 'Waiting',
  scheduled: 'Scheduled',
  archived: 'Archived',
};
const empty: Partial<Record<View, string>> = {
  waiting: 'Nothing waits for you.',
  scheduled: 'Nothing works by itself now.',
  archived: 'What you archive is kept here.',
};

function Empty({ view, q }: { view: View; q: string }) {
  if (q) return <p className="empty">Nothing found for “{q}”.</p>;
  const words = empty[view];
  if (words !== undefined) return <p className="empty">{words}</p>;
  return (
    <p className="empty">
      No conversations yet. <Link href="/new">Start the first one</Link>.
    </p>
  );
}

export function ConversationList({ zone, now }: { zone: string; now: number }) {
  const [view, setView] = useState<View>('active');
  const [typed, setTyped] = useState('');
  const q = useSettled(typed);
  const page = usePage();
  const open = page.name === 'conversation' ? page.id : null;
  const { data, error, refetch } = useQuery(listQuery(q ? 'active' : view, q));
  // While the next search runs, the last hits stay where they are.
  const [shown, show] = useState(data);
  if (data && data !== shown) show(data);
  const list = data ?? (q ? shown : undefined);
  useEffect(() => (q ? () => forgetSearch(q) : undefined), [q]);

  return (
    <section className="list" aria-label="Conversations">
      <header>
        <h1>Conversations</h1>
        <Link href="/new" className="button primary" aria-keyshortcuts="N" title="New conversation (N)">
          <PlusIcon />
          New
        </Link>
      </header>
      <div className="search">
        <SearchIcon />
        <input
          type="search"
          id="search"
          placeholder="Search"
          aria-label="Search conversations"
          aria-keyshortcuts="/"
          autoComplete="off"
          maxLength={200}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            if (typed) setTyped('');
            else event.currentTarget.blur();
          }}
        />
      </div>
      {!q && (
        <div className="views" role="group" aria-label="View">
          {(['active', 'waiting', 'scheduled', 'archived'] as const).map((name) => (
            <button key={name} type="button" aria-pressed={view === name} onClick={() => setView(name)}>
              {views[name]}
            </button>
          ))}
        </div>
      )}
      <div className="rows" aria-busy={!data && !error}>
        {error && !data ? (
          <Suspense fallback={null}>
            <Fault error={error} onRetry={refetch} />
          </Suspense>
        ) : !list ? (
          <div className="skeleton" role="status" aria-label="Loading conversations" />
        ) : (
          <ul>
            {!q && view === 'active' && <UnsentRows known={list.items} open={open} />}
            {list.items.map((summary) => (
              <Row key={summary.id} summary={summary} zone={zone} now={now} open={summary.id === open} />
            ))}
            <More view={q ? 'active' : view} q={q} list={list} />
          </ul>
        )}
        {list?.items.length === 0 && !list.nextCursor && <Empty view={view} q={q} />}
      </div>
    </section>
  );
}
