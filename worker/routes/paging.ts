/** Pages of lists, as their objects take them. */
import { refuse } from '../middleware/problems.ts';

interface Given {
  cursor?: string | undefined;
  limit?: number | undefined;
  conversationId?: string | undefined;
}

/** Only what was given: an object's methods know no `undefined`. */
export const paging = ({ cursor, limit, conversationId }: Given) => ({
  ...(cursor === undefined ? {} : { cursor }),
  ...(limit === undefined ? {} : { limit }),
  ...(conversationId === undefined ? {} : { conversationId }),
});

export const notOurCursor = () =>
  refuse('bad_request', { errors: [{ path: 'cursor', message: 'is not a cursor of this list' }] });
