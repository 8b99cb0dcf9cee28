/** The dot and the word. */
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import { statusOf } from './status.ts';

export function Status({ of }: { of: ConversationSummary }) {
  const { tone, word } = statusOf(of);
  return (
    <span className="status" data-tone={tone}>
      <i aria-hidden="true" />
      {word}
    </span>
  );
}
