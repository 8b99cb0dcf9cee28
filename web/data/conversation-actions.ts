/** What can be done to a conversation as a whole. */
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import { toast } from '#web/ui/toast.ts';
import { client } from './app.ts';
import { complain } from './complain.ts';
import { hearRemoved, hearSummary, latestOf, showSummary } from './conversations.ts';

/** Shows a change at once, makes it on the server, and takes it back with a word when that fails. */
async function change(
  summary: ConversationSummary,
  part: Partial<ConversationSummary>,
  body: { title?: string; status?: 'active' | 'archived' },
): Promise<boolean> {
  showSummary({ ...summary, ...part });
  try {
    const { conversation } = await client.call('updateConversation', {
      params: { conversationId: summary.id },
      body,
    });
    hearSummary(conversation);
    return true;
  } catch (error) {
    showSummary(latestOf(summary.id) ?? summary);
    void complain(error);
    return false;
  }
}

export const rename = (summary: ConversationSummary, title: string) => change(summary, { title }, { title });

export const restore = (summary: ConversationSummary) =>
  change(summary, { status: 'active' }, { status: 'active' });

/** Archives, and offers to take it back. */
export async function archive(summary: ConversationSummary): Promise<void> {
  if (!(await change(summary, { status: 'archived' }, { status: 'archived' }))) return;
  toast({ text: 'Archived.', action: { label: 'Undo', run: () => void restore(summary) } });
}

/** Deletes for good. The asking was done before. True when it is gone. */
export async function remove(id: string): Promise<boolean> {
  try {
    await client.call('deleteConversation', { params: { conversationId: id } });
    hearRemoved(id);
    return true;
  } catch (error) {
    void complain(error);
    return false;
  }
}
