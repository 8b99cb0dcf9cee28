/** The conversations whose schedules are all paused: why they stand still, and how they go on. */
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import { conversationPath } from '#web/app/routes.ts';
import { restore } from '#web/data/conversation-actions.ts';
import { amend, renew } from '#web/data/security.ts';
import { useAction } from '#web/data/use-action.ts';
import { pausedQuery, resumeSchedules, workersQuery } from '#web/data/work.ts';
import { plainly, titleOf } from '#web/features/list/title.ts';
import { Fault, Section } from '#web/features/settings/section.tsx';
import { Link } from '#web/ui/link.tsx';
import { Status } from '#web/ui/status-dot.tsx';
import { pausesWords } from './work-words.ts';

/** What paused itself needs somebody to look. */
const toneOf = ({ status, pauses = [] }: ConversationSummary) => {
  if (pauses.some(({ reason }) => reason === 'failing' || reason === 'crashing')) return 'failed';
  return status === 'archived' ? 'archived' : 'paused';
};

function Paused({ summary }: { summary: ConversationSummary }) {
  const { id, status, pauses } = summary;
  const action = useAction();
  const isArchived = status === 'archived';
  const many = (pauses ?? []).reduce((sum, { count }) => sum + count, 0);
  const resume = () =>
    void action.run(async () => {
      if (isArchived) {
        // What went wrong is told by it.
        if (!(await restore(summary))) return;
      } else await resumeSchedules(id);
      // What is still paused comes back with the news of it.
      amend(pausedQuery, (items) => items.filter((each) => each.id !== id));
      await renew(workersQuery);
    });
  const verb = isArchived ? 'Restore' : many > 1 ? `Resume all ${many}` : 'Resume';
  return (
    <li>
      <div>
        <Link href={`${conversationPath(id)}/work`}>
          <b>{titleOf(summary)}</b>
          <span className="muted preview">{plainly(summary.preview)}</span>
        </Link>
        <p>
          {/* That it is paused or archived stands in why. */}
          {status === 'waiting_input' && <Status of={summary} />}
          <span className="status" data-tone={toneOf(summary)}>
            <i aria-hidden="true" />
            {pausesWords(pauses, isArchived)}
          </span>
        </p>
        <Fault text={action.fault} />
      </div>
      <button
        type="button"
        disabled={action.busy}
        aria-label={`${verb}: ${titleOf(summary)}`}
        onClick={resume}
      >
        {verb}
      </button>
    </li>
  );
}

export const PausedConversations = ({ items }: { items: ReadonlyArray<ConversationSummary> }) => (
  <Section title="Paused" lead="All their schedules stand still, and nothing else in them works by itself.">
    <ul className="items stopped">
      {items.map((summary) => (
        <Paused key={summary.id} summary={summary} />
      ))}
    </ul>
  </Section>
);
