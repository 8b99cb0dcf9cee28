/** Stands where the composer would: an archived conversation takes nothing in. */
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import { restore } from '#web/data/conversation-actions.ts';
import './archived-note.css';

export const ArchivedNote = ({ of }: { of: ConversationSummary }) => (
  <p className="archived">
    This conversation is archived.
    <button type="button" onClick={() => void restore(of)}>
      Restore
    </button>
  </p>
);
