/** One conversation in the list. */
import { memo } from 'react';
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import { openOverlay } from '#web/app/overlay.tsx';
import { conversationPath } from '#web/app/routes.ts';
import { MoreIcon } from '#web/ui/icons.tsx';
import { Link } from '#web/ui/link.tsx';
import { Status } from '#web/ui/status-dot.tsx';
import { statusOf, type Tone } from '#web/ui/status.ts';
import { fullTime, nextTime, shortTime } from '#web/ui/time.ts';
import { plainly, titleOf } from './title.ts';

interface RowProps {
  summary: ConversationSummary;
  zone: string;
  now: number;
  open: boolean;
}

/** Where the next run says something: not while one goes on, or waits for an answer that comes before it. */
const NEXT: ReadonlySet<Tone> = new Set(['scheduled', 'failed']);

export const Row = memo(({ summary, zone, now, open }: RowProps) => (
  <li className="row" data-unread={summary.unread || undefined}>
    <Link href={conversationPath(summary.id)} aria-current={open ? 'page' : undefined}>
      <span className="title">
        {titleOf(summary)}
        {summary.unread && <span className="unseen"> (unread)</span>}
      </span>
      <time dateTime={summary.updatedAt} title={fullTime(summary.updatedAt, zone)}>
        {shortTime(summary.updatedAt, zone, now)}
      </time>
      <span className="preview">{plainly(summary.preview)}</span>
      <span className="standing">
        <Status of={summary} />
        {summary.nextRunAt !== null && NEXT.has(statusOf(summary).tone) && (
          <time dateTime={summary.nextRunAt} title={fullTime(summary.nextRunAt, zone)}>
            next {nextTime(summary.nextRunAt, zone, now)}
          </time>
        )}
      </span>
    </Link>
    <button
      type="button"
      className="quiet"
      aria-label={`More for ${titleOf(summary)}`}
      aria-haspopup="menu"
      onClick={(event) => openOverlay({ name: 'menu', of: summary, anchor: event.currentTarget })}
    >
      <MoreIcon />
    </button>
  </li>
));
