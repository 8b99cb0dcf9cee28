/** Which conversations should have woken by now: the question of the sweep. */
import { and, asc, isNull, lt } from 'drizzle-orm';
import { ask, type Database } from './client.ts';
import { conversations } from './schema.ts';

/** Ids of at most `limit` conversations that were due before `before`, the longest overdue first. */
export async function overdueConversations(
  database: Database,
  before: Date,
  limit: number,
): Promise<string[]> {
  const rows = await ask(
    database
      .select({ id: conversations.id })
      .from(conversations)
      .where(and(lt(conversations.nextDueAt, before), isNull(conversations.deletedAt)))
      .orderBy(asc(conversations.nextDueAt))
      .limit(limit),
  );
  return rows.map(({ id }) => id);
}
