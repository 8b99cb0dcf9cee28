/** The frame of the signed-in app: rail, list, pane. On a phone one of them at a time. */
import { Suspense, useEffect, useRef } from 'react';
import type { User } from '#shared/protocol/account.ts';
import { outboxOf } from '#web/data/app.ts';
import { meQuery } from '#web/data/conversations.ts';
import { useInbox } from '#web/data/use-inbox.ts';
import { useQuery } from '#web/data/use-query.ts';
import { followUser } from '#web/data/user-stream.ts';
import { ConversationPage } from '#web/features/conversation/conversation-page.tsx';
import { ConversationList } from '#web/features/list/conversation-list.tsx';
import { ChatIcon, ClockIcon, DayIcon, InboxIcon, PlugIcon, SettingsIcon } from '#web/ui/icons.tsx';
import { Link } from '#web/ui/link.tsx';
import { later } from '#web/ui/later.ts';
import { LoadBoundary } from '#web/ui/load-boundary.tsx';
import { useNow } from '#web/ui/use-now.ts';
import { useOnline } from '#web/ui/use-online.ts';
import { useTitleCount } from '#web/ui/use-title.ts';
import { useKeyboard } from './keyboard.ts';
import { Overlays } from './overlay.tsx';
import { type Page, usePage } from './routes.ts';
import { UserContext } from './signed-in.ts';

const HomePage = later(
  () => import('#web/features/home/home-page.tsx'),
  (module) => module.HomePage,
);
const SettingsPage = later(
  () => import('#web/features/settings/settings-page.tsx'),
  (module) => module.SettingsPage,
);
const InboxPage = later(
  () => import('#web/features/inbox/inbox-page.tsx'),
  (module) => module.InboxPage,
);
const ConnectionsPage = later(
  () => import('#web/features/connections/connections-page.tsx'),
  (module) => module.ConnectionsPage,
);
const ScheduledPage = later(
  () => import('#web/features/work/scheduled-page.tsx'),
  (module) => module.ScheduledPage,
);
const DailyPage = later(
  () => import('#web/features/daily/daily-page.tsx'),
  (module) => module.DailyPage,
);
const WorkPage = later(
  () => import('#web/features/work/work-page.tsx'),
  (module) => module.WorkPage,
);
const RunPage = later(
  () => import('#web/features/work/run-page.tsx'),
  (module) => module.RunPage,
);
const Notices = later(
  () => import('#web/features/notices/notices.tsx'),
  (module) => module.Notices,
);
const NotFoundPage = later(
  () => import('./not-found-page.tsx'),
  (module) => module.NotFoundPage,
);

function Pane({ page, now, waiting }: { page: Page; now: number; waiting: ReturnType<typeof useInbox> }) {
  switch (page.name) {
    case 'conversation':
      return <ConversationPage key={page.id} id={page.id} now={now} />;
    case 'settings':
      return <SettingsPage section={page.section} />;
    case 'inbox':
      return <InboxPage waiting={waiting} />;
    case 'connections':
      return <ConnectionsPage />;
    case 'scheduled':
      return <ScheduledPage />;
    case 'today':
      return <DailyPage view={page.view} id={page.id} />;
    case 'work':
      return <WorkPage key={page.id} id={page.id} />;
    case 'run':
      return <RunPage key={page.runId} id={page.id} runId={page.runId} />;
    case 'missing':
      return <NotFoundPage />;
    default:
      return <HomePage />;
  }
}

/** Pages that stand beside the conversations and not in them. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'settings',
  'missing',
  'inbox',
  'today',
  'scheduled',
  'connections',
]);

/** After going somewhere on a phone the focus would be left on what is no longer seen: it goes to the new title. */
function useFocusOnArrival(place: string) {
  const last = useRef(place);
  useEffect(() => {
    if (last.current === place) return;
    last.current = place;
    if (matchMedia('(hover: none)').matches) document.getElementById('title')?.focus({ preventScroll: true });
  }, [place]);
}

export function Shell({ user }: { user: User }) {
  const page = usePage();
  const now = useNow();
  const online = useOnline();
  const { alerts, unread } = useQuery(meQuery).data ?? { alerts: 0, unread: 0 };
  const place = page.name === 'run' ? page.runId : 'id' in page ? `${page.name}/${page.id}` : page.name;
  useKeyboard();
  useFocusOnArrival(place);
  useEffect(() => {
    void outboxOf(user.id).flush();
    return followUser((state) => {
      if (state === 'live') void outboxOf(user.id).flush();
    });
  }, [user.id]);

  const inConversations = !ELSEWHERE.has(page.name);
  const inbox = useInbox();
  const waiting = inbox?.length ?? 0;
  useTitleCount(waiting);
  return (
    <UserContext value={user}>
      <div className="shell" data-zone={page.name === 'home' ? 'list' : 'pane'} data-page={page.name}>
        <nav className="rail" aria-label="Main">
          <Link href="/inbox" title="Inbox" aria-current={page.name === 'inbox' ? 'page' : undefined}>
            <InboxIcon />
            <span>Inbox</span>
            {waiting > 0 ? (
              <b className="count">
                {waiting}
                <i className="unseen"> waiting for you</i>
              </b>
            ) : (
              unread > 0 && (
                <b className="count" data-news>
                  <i className="unseen">{unread} new</i>
                </b>
              )
            )}
          </Link>
          <Link href="/today" title="Today" aria-current={page.name === 'today' ? 'page' : undefined}>
            <DayIcon />
            <span>Today</span>
          </Link>
          <Link href="/" title="Conversations" aria-current={inConversations ? 'page' : undefined}>
            <ChatIcon />
            <span>Chats</span>
          </Link>
          <Link
            href="/scheduled"
            title="Scheduled"
            aria-current={page.name === 'scheduled' ? 'page' : undefined}
          >
            <ClockIcon />
            <span>Scheduled</span>
          </Link>
          <Link
            href="/connections"
            title="Connections"
            aria-current={page.name === 'connections' ? 'page' : undefined}
          >
            <PlugIcon />
            <span>Tools</span>
          </Link>
          <Link
            href="/settings"
            title="Settings"
            aria-current={page.name === 'settings' ? 'page' : undefined}
          >
            <SettingsIcon />
            <span>Settings</span>
          </Link>
        </nav>
        <main>
          {!online && (
            <p className="banner" role="status">
              You are offline. What you write is kept and sent when you are back.
            </p>
          )}
          <ConversationList zone={user.timezone} now={now} />
          <div className="pane">
            <LoadBoundary key={place}>
              <Suspense fallback={<div className="skeleton" role="status" aria-label="Loading" />}>
                <Pane page={page} now={now} waiting={inbox} />
              </Suspense>
            </LoadBoundary>
          </div>
          {(!user.emailVerified || alerts > 0) && (
            <LoadBoundary>
              <Suspense fallback={null}>
                <Notices user={user} alerts={alerts} />
              </Suspense>
            </LoadBoundary>
          )}
          <Overlays />
        </main>
      </div>
    </UserContext>
  );
}
