/** The only door to a conversation's object. */
import { remote, type Remote } from '#durable-objects/lib/remote.ts';
import type { ConversationDO } from './conversation-do.ts';

/** The stub of a conversation. Whether it exists and whose it is, the object itself says. */
export const conversation = (env: Pick<Env, 'CONVERSATION'>, id: string): Remote<ConversationDO> =>
  remote<ConversationDO>(env.CONVERSATION.getByName(id));
