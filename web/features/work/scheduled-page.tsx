/** Everything that works by itself, over all conversations: what comes next, and the week ahead. */
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import { conversationPath } from '#web/app/routes.ts';
import { useUser } from '#web/app/signed-in.ts';
import { listQuery } from '#web/data/conversations.ts';
import { useQuery } from '#web/data/use-query.ts';
import { plainly, titleOf } from '#web/features/list/title.ts';
import { Loading } from '#web/features/settings/section.tsx';
import { Link } from '#web/ui/link.tsx';
import { Status } from '#web/ui/status-dot.tsx';
import { fullTime } from '#web/ui/time.ts';
import { useNow } from '#web/ui/use-now.ts';
import { useTitle } from '#web/ui/use-title.ts';
import { PastWeek } from './past-week.tsx';
import { Week } from './week.tsx';
import { whenWords } from './work-words.ts';
import '#web/features/settings/settings.css';
import './work.css';

/** What works by itself, the next one first; what only listens comes after it. */
export const byNext = (items: ReadonlyArray<ConversationSummary>): ConversationSummary[] =>
  items
    .filter(({ status, nextRunAt }) => status === 'background' || nextRunAt !== null)
    .toSorted((a, b) => (a.nextRunAt ?? '~').localeCompare(b.nextRunAt ?? '~'));

export function ScheduledPage() {
  const { timezone } = useUser();
  const now = useNow();
  useTitle('Scheduled');
  const { data, error, refetch } = useQuery(listQuery('active', ''));
  const items = byNext(data?.items ?? []);
  return (
    <div className="scroll">
      <div className="work">
        <h1 id="title" tabIndex={-1}>
          Scheduled
        </h1>
        {!data ? (
          <Loading error={error} refetch={refetch} label="list" />
        ) : items.length === 0 ? (
          <div className="blank">
            <p>
              <b>Nothing works by itself yet</b>
            </p>
            <p className="muted">
              Tell Claude in any conversation: “every morning at 8, look for …”. Or open a conversation and
              choose the clock at its top.
            </p>
          </div>
        ) : (
          <>
            <ul className="items coming">
              {items.map((summary) => (
                <li key={summary.id}>
                  <Link href={`${conversationPath(summary.id)}/work`}>
                    <b>{titleOf(summary)}</b>
                    <span className="muted preview">{plainly(summary.preview)}</span>
                  </Link>
                  <p>
                    {summary.nextRunAt !== null && (
                      <time dateTime={summary.nextRunAt} title={fullTime(summary.nextRunAt, timezone)}>
                        {whenWords(summary.nextRunAt, timezone, now)}
                      </time>
                    )}
                    <Status of={summary} />
                  </p>
                </li>
              ))}
            </ul>
            <Week items={items} zone={timezone} now={now} />
          </>
        )}
        {/* Also of what has ended by now. */}
        {data && <PastWeek items={data.items} zone={timezone} now={now} />}
      </div>
    </div>
  );
}
