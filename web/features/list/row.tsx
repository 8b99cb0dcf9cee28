/** One conversation in the list. */
import { memo } from 'react';
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import { openOverlay } from '#web/app/overlay.tsx';
import { conversationPath } from '#web/app/routes.ts';
import { MoreIcon } from '#web/ui/icons.tsx';
import { Link } from '#web/ui/link.tsx';
import { Status } from '#web/ui/status-dot.tsx';
import { fullTime, shortTime } from '#web/ui/time.ts';
import { plainly, titleOf } from './title.ts';

interface RowProps {
  summary: ConversationSummary;
  zone: string;
  now: number;
  open: boolean;
}

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
      <Status of={summary} />
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
