/** Which of the owner's connections one conversation may use. */
import type { Conversation } from '#shared/protocol/conversation.ts';
import { client, queryClient } from './app.ts';
import { conversationQuery, hearSummary } from './conversations.ts';

/** The conversation as the server has it now. Throws like a call. */
export const readNow = (conversationId: string): Promise<Conversation> =>
  queryClient.fetchQuery({ ...conversationQuery(conversationId), staleTime: 0 });

/** Null is all of them, also those made later. Throws like a call. */
export async function chooseConnections(
  conversationId: string,
  connections: string[] | null,
): Promise<Conversation> {
  const { conversation } = await client.call('updateConversation', {
    params: { conversationId },
    body: { connections },
  });
  hearSummary(conversation);
  const { queryKey } = conversationQuery(conversationId);
  queryClient.setQueryData<Conversation>(queryKey, (known) =>
    known ? { ...known, connections: conversation.connections } : known,
  );
  return conversation;
}
