/** The head of the pane: where one is, how it stands, and what can be done with the whole conversation. */
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import { openOverlay } from '#web/app/overlay.tsx';
import { conversationPath } from '#web/app/routes.ts';
import { titleOf } from '#web/features/list/title.ts';
import { BackIcon, ClockIcon, MoreIcon } from '#web/ui/icons.tsx';
import { Link } from '#web/ui/link.tsx';
import { Status } from '#web/ui/status-dot.tsx';

export function ConversationHeader({
  summary,
  fallback,
}: {
  summary: ConversationSummary | undefined;
  fallback: string;
}) {
  return (
    <header className="head">
      <Link href="/" className="quiet back" aria-label="Back to the list">
        <BackIcon />
      </Link>
      <h1 id="title" tabIndex={-1}>
        {summary ? titleOf(summary) : fallback}
      </h1>
      {summary && (
        <>
          <Status of={summary} />
          <Link
            href={`${conversationPath(summary.id)}/work`}
            className="quiet button"
            aria-label="Schedules, webhooks and runs"
            title="Schedules, webhooks and runs"
          >
            <ClockIcon />
          </Link>
          <button
            type="button"
            className="quiet"
            aria-label="More for this conversation"
            aria-haspopup="menu"
            onClick={(event) => openOverlay({ name: 'menu', of: summary, anchor: event.currentTarget })}
          >
            <MoreIcon />
          </button>
        </>
      )}
    </header>
  );
}
