/** Full-text search over the titles and messages of one owner. Words in any language; quotes, `or` and `-` work. */
import { and, desc, eq, isNull, ne, or, type SQL, sql } from 'drizzle-orm';
import { formatCursor, parseCursor } from '#shared/core/list-cursor.ts';
import type { ListConversations } from '#shared/protocol/routes.ts';
import { ask, type Database } from './client.ts';
import { conversations, messages, schedules } from './schema.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

export interface Search extends ListConversations {
  ownerId: string;
  q: string;
}

export interface Found {
  ids: string[];
  nextCursor: string | null;
}

/** The text as a pattern for LIKE that matches it anywhere, its own wildcards taken literally. */
const anywhere = (text: string): string => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;

const hasSchedule = (status: 'paused' | 'live'): SQL => sql`exists (
  select 1 from ${schedules} where ${schedules.conversationId} = ${conversations.id} and ${schedules.status} = ${status})`;

/** As the registry has it: all its schedules are paused, and nothing else in it works by itself. */
const allPaused: SQL = sql`${ne(conversations.status, 'background')} and ${hasSchedule('paused')} and not ${hasSchedule('live')}`;

/** Conversations that match, the last changed first; null when the cursor is none of ours. */
export async function searchConversations(database: Database, search: Search): Promise<Found | null> {
  const after = search.cursor === undefined ? null : parseCursor(search.cursor);
  if (search.cursor !== undefined && !after) return null;
  const limit = Math.min(Math.max(search.limit ?? DEFAULT_LIMIT, 1), MAX_LIMIT);
  // U+0000 cannot be in a Postgres text; nothing stored can match it either.
  const q = search.q.replaceAll('\u0000', ' ').trim();
  const query = sql`websearch_to_tsquery('simple', ${q})`;

  const inMessages: SQL = sql`${conversations.id} in (
    select ${messages.conversationId} from ${messages}
    where ${messages.ownerId} = ${search.ownerId} and ${messages.deletedAt} is null
      and ${messages.search} @@ ${query})`;
  const rows = await ask(
    database
      .select({ id: conversations.id, updatedAt: conversations.updatedAt })
      .from(conversations)
      .where(
        and(
          eq(conversations.ownerId, search.ownerId),
          isNull(conversations.deletedAt),
          search.status && eq(conversations.status, search.status),
          search.schedules && allPaused,
          // Those of sub-agents stand on their board.
          search.kind ? eq(conversations.kind, search.kind) : ne(conversations.kind, 'task'),
          // Titles are few and short, so that a part of a word is found too.
          or(
            sql`${conversations.search} @@ ${query}`,
            sql`${conversations.title} ilike ${anywhere(q)}`,
            inMessages,
          ),
          after === null
            ? undefined
            : sql`(${conversations.updatedAt}, ${conversations.id}) < (${new Date(after.time).toISOString()}::timestamptz, ${after.id}::uuid)`,
        ),
      )
      .orderBy(desc(conversations.updatedAt), desc(conversations.id))
      .limit(limit + 1),
  );
  const last = rows[limit - 1];
  return {
    ids: rows.slice(0, limit).map(({ id }) => id),
    nextCursor:
      rows.length > limit && last ? formatCursor({ time: last.updatedAt.getTime(), id: last.id }) : null,
  };
}
