/** Who should have woken by now: the questions of the sweep, and the row by which a user's object is found. */
import { and, asc, isNull, lt, ne, sql } from 'drizzle-orm';
import { ask, type Database } from './client.ts';
import { dailyRuns } from './daily-schema.ts';
import { conversations, userTimers } from './schema.ts';

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

/** Users whose object was due before `before`: their daily run did not begin, or something was not sent. */
export async function overdueUsers(database: Database, before: Date, limit: number): Promise<string[]> {
  const rows = await ask(
    database
      .select({ id: userTimers.userId })
      .from(userTimers)
      .where(lt(userTimers.dueAt, before))
      .orderBy(asc(userTimers.dueAt))
      .limit(limit),
  );
  return rows.map(({ id }) => id);
}

/** Daily runs that go on although their window ended before `before`. */
export async function overdueDailyRuns(database: Database, before: Date, limit: number): Promise<string[]> {
  const endsAt = sql`(${dailyRuns.summary}->>'endsAt')::timestamptz`;
  const rows = await ask(
    database
      .select({ id: dailyRuns.id })
      .from(dailyRuns)
      .where(and(ne(dailyRuns.status, 'ended'), sql`${endsAt} < ${before.toISOString()}::timestamptz`))
      .orderBy(asc(dailyRuns.startTime))
      .limit(limit),
  );
  return rows.map(({ id }) => id);
}

/** When a user's object is due next, in milliseconds. Guarded by `rev`: repeats and old news change nothing. */
export async function projectTimer(
  database: Database,
  { userId, dueAt, rev }: { userId: string; dueAt: number | null; rev: number },
): Promise<void> {
  const changing = { dueAt: dueAt === null ? null : new Date(dueAt), rev };
  await ask(
    database
      .insert(userTimers)
      .values({ userId, ...changing })
      .onConflictDoUpdate({
        target: userTimers.userId,
        set: changing,
        setWhere: sql`${userTimers.rev} < ${rev}`,
      }),
  );
}
