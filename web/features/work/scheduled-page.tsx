/** Everything that works by itself, over all conversations: week by week, and what comes next of each. */
import { useEffect, useRef, useState } from 'react';
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import { overlayIsOpen } from '#web/app/overlay.tsx';
import { conversationPath } from '#web/app/routes.ts';
import { useUser } from '#web/app/signed-in.ts';
import { listQuery } from '#web/data/conversations.ts';
import { useFresh } from '#web/data/security.ts';
import { useQuery } from '#web/data/use-query.ts';
import { useRenewed } from '#web/data/use-renewed.ts';
import { pausedQuery, workersQuery } from '#web/data/work.ts';
import { plainly, titleOf } from '#web/features/list/title.ts';
import { Loading, Section } from '#web/features/settings/section.tsx';
import { BackIcon } from '#web/ui/icons.tsx';
import { isField } from '#web/ui/is-field.ts';
import { Link } from '#web/ui/link.tsx';
import { Status } from '#web/ui/status-dot.tsx';
import { fullTime } from '#web/ui/time.ts';
import { useNow } from '#web/ui/use-now.ts';
import { useTitle } from '#web/ui/use-title.ts';
import { CalendarWeek, weekFrom } from './calendar.tsx';
import { PausedConversations } from './paused-conversations.tsx';
import { whenWords } from './work-words.ts';
import '#web/features/settings/settings.css';
import './work.css';
import './calendar.css';

/** Weeks that one may go from the present one. */
const FARTHEST = 52;
/** News is taken in this often at most: a run that goes on tells of each of its steps. */
const PAUSE_MS = 1_000;

/** What works by itself, the next one first; what only listens comes after it. */
const byNext = (items: ReadonlyArray<ConversationSummary>): ConversationSummary[] =>
  items
    .filter(({ status, nextRunAt }) => status === 'background' || nextRunAt !== null)
    .toSorted((a, b) => (a.nextRunAt ?? '~').localeCompare(b.nextRunAt ?? '~'));

/** Changes when something began, ended or was set to another time, in any conversation; not with every word. */
function useNews(): string {
  const { data } = useQuery(listQuery('active', ''));
  const news = (data?.items ?? [])
    .map(({ id, working, status, lastOutcome, nextRunAt }) => [id, working, status, lastOutcome, nextRunAt])
    .join(';');
  const [settled, settle] = useState(news);
  useEffect(() => {
    const timer = setTimeout(() => settle(news), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [news]);
  return settled;
}

/** The arrows go from week to week, unless somebody types. */
function useArrows(move: (by: number) => void) {
  const latest = useRef(move);
  useEffect(() => {
    latest.current = move;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      const held = event.metaKey || event.ctrlKey || event.altKey || event.shiftKey;
      if (by === undefined || held || event.defaultPrevented || isField(event.target) || overlayIsOpen())
        return;
      event.preventDefault();
      latest.current(by);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

function Workers({
  items,
  zone,
  now,
}: {
  items: ReadonlyArray<ConversationSummary>;
  zone: string;
  now: number;
}) {
  return (
    <Section title="What works by itself">
      <ul className="items coming">
        {items.map((summary) => (
          <li key={summary.id}>
            <Link href={`${conversationPath(summary.id)}/work`}>
              <b>{titleOf(summary)}</b>
              <span className="muted preview">{plainly(summary.preview)}</span>
            </Link>
            <p>
              {summary.nextRunAt !== null && (
                <time dateTime={summary.nextRunAt} title={fullTime(summary.nextRunAt, zone)}>
                  {whenWords(summary.nextRunAt, zone, now)}
                </time>
              )}
              <Status of={summary} />
            </p>
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function ScheduledPage() {
  const { timezone: zone } = useUser();
  const now = useNow();
  const [moved, setMoved] = useState(0);
  const news = useNews();
  const workers = useFresh(workersQuery);
  useRenewed(workersQuery, news);
  const paused = useFresh(pausedQuery);
  useRenewed(pausedQuery, news);
  useTitle('Scheduled');
  const move = (by: number) => setMoved((at) => Math.max(-FARTHEST, Math.min(FARTHEST, at + by)));
  useArrows(move);
  const days = weekFrom(zone, now, moved);
  const [first = { from: now, to: now }] = days;
  const last = days.at(-1) ?? first;
  const range = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
  const items = byNext(workers.data ?? []);
  return (
    <div className="scroll">
      <div className="work calendar">
        <h1 id="title" tabIndex={-1}>
          Scheduled
        </h1>
        <section aria-labelledby="week">
          <header>
            <h2 id="week" aria-live="polite">
              {range.formatRange(first.from, last.to - 1)}
            </h2>
            <div className="turn" role="group" aria-label="Week">
              <button
                type="button"
                aria-label="The week before"
                aria-keyshortcuts="ArrowLeft"
                onClick={() => move(-1)}
              >
                <BackIcon />
              </button>
              <button type="button" disabled={moved === 0} onClick={() => setMoved(0)}>
                This week
              </button>
              <button
                type="button"
                aria-label="The week after"
                aria-keyshortcuts="ArrowRight"
                onClick={() => move(1)}
              >
                <BackIcon />
              </button>
            </div>
          </header>
          <CalendarWeek key={first.from} days={days} zone={zone} now={now} version={news} />
        </section>
        {!workers.data ? (
          <Loading error={workers.error} refetch={workers.refetch} label="list" />
        ) : items.length === 0 ? (
          <div className="blank">
            <p>
              <b>Nothing works by itself now</b>
            </p>
            <p className="muted">
              Tell Claude in any conversation: “every morning at 8, look for …”. Or open a conversation and
              choose the clock at its top.
            </p>
            <p>
              <Link href="/new" className="button primary">
                Start a conversation
              </Link>
            </p>
          </div>
        ) : (
          <Workers items={items} zone={zone} now={now} />
        )}
        {!paused.data
          ? paused.error && <Loading error={paused.error} refetch={paused.refetch} label="paused ones" />
          : paused.data.length > 0 && <PausedConversations items={paused.data} />}
      </div>
    </div>
  );
}
