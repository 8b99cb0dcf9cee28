/** Conversations that were started here and have not reached the server: they must not get lost from sight. */
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import { conversationPath } from '#web/app/routes.ts';
import { useOutbox } from '#web/app/signed-in.ts';
import { Link } from '#web/ui/link.tsx';
import { firstWords } from './title.ts';

export function UnsentRows({
  known,
  open,
}: {
  known: ReadonlyArray<ConversationSummary>;
  open: string | null;
}) {
  const { items } = useOutbox();
  const unsent = items.filter(
    (item) =>
      item.creates && item.state !== 'taken' && !known.some((summary) => summary.id === item.conversationId),
  );
  return unsent.map((item) => (
    <li key={item.conversationId} className="row">
      <Link
        href={conversationPath(item.conversationId)}
        aria-current={item.conversationId === open ? 'page' : undefined}
      >
        <span className="title">{firstWords(item.text)}</span>
        <span className="preview">{item.state === 'failed' ? 'Not sent' : 'Waiting to be sent'}</span>
      </Link>
    </li>
  ));
}
