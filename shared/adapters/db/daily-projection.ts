/** Writes daily runs into Neon, and reads the days that are over. Guarded by `rev`: repeats and old news change nothing. */
import { and, desc, eq, gte, inArray, sql } from 'drizzle-orm';
import { clean } from '#shared/core/clean.ts';
import type { DailyRunSummary, DailyTask, HistoryTask } from '#shared/protocol/daily.ts';
import { ask, type Database } from './client.ts';
import { dailyRuns, taskHistory, tasks as liveTasks } from './daily-schema.ts';

export interface DailyProjection {
  ownerId: string;
  run: DailyRunSummary;
  leadId: string;
  report: string | null;
  tasks: ReadonlyArray<DailyTask>;
  /** The report is out: its tasks are history. Those of a dry run are not: nothing of it really happened. */
  archived: boolean;
}

const DAY_MS = 24 * 60 * 60_000;

const upsertTasks = (
  database: Database,
  table: 'tasks' | 'task_history',
  { ownerId, run, tasks }: DailyProjection,
) =>
  database.execute(sql`
    insert into ${sql.identifier(table)} (run_id, task_id, user_id, date, title, description, category, status,
      created_at, generated_by, assigned_to, start_time, end_time, output, error_message, retry_count, progress,
      detail, rev)
    select ${run.id}::uuid, (r->>'id')::uuid, ${ownerId}::uuid, ${run.date}, r->>'title', r->>'description',
      r->>'category', r->>'status', (r->>'createdAt')::timestamptz, r->>'generatedBy', (r->>'assignedTo')::uuid,
      (r->>'startTime')::timestamptz, (r->>'endTime')::timestamptz, r->>'output', r->>'errorMessage',
      (r->>'retryCount')::int, (r->'progress'->>'percent')::numeric::int, r, ${run.rev}
    from jsonb_array_elements(${JSON.stringify(clean(tasks))}::jsonb) as r
    on conflict (run_id, task_id) do update set title = excluded.title, description = excluded.description,
      category = excluded.category, status = excluded.status, assigned_to = excluded.assigned_to,
      start_time = excluded.start_time, end_time = excluded.end_time, output = excluded.output,
      error_message = excluded.error_message, retry_count = excluded.retry_count, progress = excluded.progress,
      detail = excluded.detail, rev = excluded.rev
    where excluded.rev > ${sql.identifier(table)}.rev`);

/** Throws `DatabaseUnavailable` when it should be tried again as it is. */
export async function projectDailyRun(database: Database, projection: DailyProjection): Promise<void> {
  const { run, ownerId, leadId, report, archived } = projection;
  const isHistory = archived && run.trigger !== 'dry';
  const changing = {
    status: run.phase,
    endTime: run.endedAt === null ? null : new Date(run.endedAt),
    cost: run.cost,
    summary: run,
    report: clean(report),
    rev: run.rev,
  };
  await ask(
    database.batch([
      database
        .insert(dailyRuns)
        .values({
          id: run.id,
          userId: ownerId,
          date: run.date,
          trigger: run.trigger,
          mainAgentId: leadId,
          startTime: new Date(run.startedAt),
          ...changing,
        })
        .onConflictDoUpdate({
          target: dailyRuns.id,
          set: changing,
          setWhere: sql`${dailyRuns.rev} < ${run.rev}`,
        }),
      ...(archived ? [database.delete(liveTasks).where(eq(liveTasks.runId, run.id))] : []),
      ...(isHistory || !archived
        ? [upsertTasks(database, isHistory ? 'task_history' : 'tasks', projection)]
        : []),
    ]),
  );
}

/** Forgets runs with their tasks: their time is over. May be repeated. */
export async function forgetDailyRuns(
  database: Database,
  ownerId: string,
  ids: ReadonlyArray<string>,
): Promise<void> {
  if (ids.length === 0) return;
  await ask(
    database.batch([
      database
        .delete(liveTasks)
        .where(and(eq(liveTasks.userId, ownerId), inArray(liveTasks.runId, [...ids]))),
      database
        .delete(taskHistory)
        .where(and(eq(taskHistory.userId, ownerId), inArray(taskHistory.runId, [...ids]))),
      database.delete(dailyRuns).where(and(eq(dailyRuns.userId, ownerId), inArray(dailyRuns.id, [...ids]))),
    ]),
  );
}

/** Tasks of the last `days` days, newest first, a thousand at most. @param query.now milliseconds */
export async function dailyHistory(
  database: Database,
  ownerId: string,
  query: { days: number; category: string | null; status: string | null; now: number },
): Promise<HistoryTask[]> {
  const rows = await ask(
    database
      .select({ runId: taskHistory.runId, date: taskHistory.date, detail: taskHistory.detail })
      .from(taskHistory)
      .where(
        and(
          eq(taskHistory.userId, ownerId),
          gte(taskHistory.createdAt, new Date(query.now - query.days * DAY_MS)),
          query.category === null
            ? undefined
            : sql`lower(${taskHistory.category}) = lower(${clean(query.category)})`,
          query.status === null ? undefined : eq(taskHistory.status, query.status),
        ),
      )
      .orderBy(desc(taskHistory.createdAt), desc(taskHistory.id))
      .limit(1_000),
  );
  return rows.map(({ runId, date, detail }) => ({ runId, date, ...detail }));
}
