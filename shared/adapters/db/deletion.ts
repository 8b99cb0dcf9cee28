/** What the database does when an account ends: its row goes at once, its projections when its objects are gone. */
import { eq } from 'drizzle-orm';
import type { Deletion } from '#shared/protocol/security.ts';
import { ask, type Database } from './client.ts';
import { dailyRuns, taskHistory, tasks as liveTasks } from './daily-schema.ts';
import {
  accounts,
  audit,
  conversations,
  deletions,
  messages,
  runs,
  schedules,
  userTimers,
} from './schema.ts';

/**
 * Removes the account with its passkeys and identities, so that nobody can sign in any more and the address is free,
 * and opens the line that will say that it was deleted. May be repeated.
 */
export async function beginDeletion(
  database: Database,
  deletion: { id: string; userId: string; startedAt: Date },
): Promise<void> {
  const { id, userId, startedAt } = deletion;
  await ask(
    database.batch([
      database.insert(deletions).values({ id, startedAt, removed: {} }).onConflictDoNothing(),
      database.delete(accounts).where(eq(accounts.id, userId)),
    ]),
  );
}

/**
 * Removes every row of the user, also the tombstones that guarded against late reports: there is nobody left who could
 * send one. Then closes the line. May be repeated.
 */
export async function finishDeletion(
  database: Database,
  deletion: { id: string; userId: string; finishedAt: Date; removed: Record<string, number> },
): Promise<void> {
  const { id, userId, finishedAt, removed } = deletion;
  await ask(
    database.batch([
      database.delete(messages).where(eq(messages.ownerId, userId)),
      database.delete(schedules).where(eq(schedules.ownerId, userId)),
      database.delete(runs).where(eq(runs.ownerId, userId)),
      database.delete(liveTasks).where(eq(liveTasks.userId, userId)),
      database.delete(taskHistory).where(eq(taskHistory.userId, userId)),
      database.delete(dailyRuns).where(eq(dailyRuns.userId, userId)),
      database.delete(conversations).where(eq(conversations.ownerId, userId)),
      database.delete(audit).where(eq(audit.userId, userId)),
      database.delete(userTimers).where(eq(userTimers.userId, userId)),
      database.update(deletions).set({ finishedAt, removed }).where(eq(deletions.id, id)),
    ]),
  );
}

/** How far a deletion has come; null when the database has not heard of it. */
export async function findDeletion(database: Database, id: string): Promise<Deletion | null> {
  const [row] = await ask(database.select().from(deletions).where(eq(deletions.id, id)));
  if (!row) return null;
  return {
    id,
    state: row.finishedAt === null ? 'running' : 'done',
    startedAt: row.startedAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    removed: row.removed,
  };
}
