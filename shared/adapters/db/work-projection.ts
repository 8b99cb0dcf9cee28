/** Schedules and runs as their conversation reports them: the part of the projection that `project` writes with the rest. */
import { sql } from 'drizzle-orm';
import { clean } from '#shared/core/clean.ts';
import { instant } from '#shared/core/schedule/instant.ts';
import type { Run } from '#shared/protocol/run.ts';
import type { Schedule } from '#shared/protocol/schedule.ts';
import type { Database } from './client.ts';

interface Owner {
  id: string;
  ownerId: string;
  rev: number;
}

/** One JSON text that Postgres can hold. */
const rowsOf = (rows: ReadonlyArray<unknown>): string => JSON.stringify(clean(rows));

const alive = (id: string) =>
  sql`not exists (select 1 from conversations c where c.id = ${id}::uuid and c.deleted_at is not null)`;

/**
 * All schedules of a conversation: what is not among them is gone. Their ids may come from clients: a row with the same id
 * that is another conversation's stays as it is.
 */
export function upsertSchedules(
  database: Database,
  { id, ownerId, rev }: Owner,
  schedules: ReadonlyArray<Schedule>,
) {
  const ids = JSON.stringify(schedules.map((each) => each.id));
  return [
    database.execute(sql`
      delete from schedules where conversation_id = ${id}::uuid and rev < ${rev}
        and id not in (select value::uuid from jsonb_array_elements_text(${ids}::jsonb))`),
    database.execute(sql`
      insert into schedules (id, conversation_id, owner_id, name, words, rule, timezone, status, next_at, last_run_at,
        runs, failures, created_at, rev)
      select r.id, ${id}::uuid, ${ownerId}::uuid, r.name, r.words, r.rule, r.timezone, r.status, r."nextAt",
        r."lastRunAt", r.runs, r.failures, r."createdAt", ${rev}
      from jsonb_to_recordset(${rowsOf(schedules)}::jsonb) as r(id uuid, name text, words text, rule jsonb,
        timezone text, status text, "nextAt" timestamptz, "lastRunAt" timestamptz, runs bigint, failures bigint,
        "createdAt" timestamptz)
      where ${alive(id)}
      on conflict (id) do update set name = excluded.name, words = excluded.words, rule = excluded.rule,
        timezone = excluded.timezone, status = excluded.status, next_at = excluded.next_at,
        last_run_at = excluded.last_run_at, runs = excluded.runs, failures = excluded.failures, rev = excluded.rev
      where excluded.rev > schedules.rev and schedules.conversation_id = excluded.conversation_id`),
  ] as const;
}

/** Runs that changed since they were reported last. */
export function upsertRuns(database: Database, { id, ownerId, rev }: Owner, runs: ReadonlyArray<Run>) {
  const rows = runs.map(({ trigger, usage, ...run }) => ({
    ...run,
    trigger: trigger.type,
    sourceId: trigger.source?.id ?? null,
    inputTokens: usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens,
    outputTokens: usage.outputTokens,
  }));
  return database.execute(sql`
    insert into runs (id, conversation_id, owner_id, trigger, source_id, status, outcome, code, model, started_at,
      ended_at, work_ms, turns, steps, tools, input_tokens, output_tokens, cost, rev)
    select r.id, ${id}::uuid, ${ownerId}::uuid, r.trigger, r."sourceId", r.status, r.outcome, r.code, r.model,
      r."startedAt", r."endedAt", r."workMs", r.turns, r.steps, r.tools, r."inputTokens", r."outputTokens", r.cost,
      ${rev}
    from jsonb_to_recordset(${rowsOf(rows)}::jsonb) as r(id uuid, trigger text, "sourceId" uuid, status text,
      outcome text, code text, model text, "startedAt" timestamptz, "endedAt" timestamptz, "workMs" bigint,
      turns bigint, steps bigint, tools bigint, "inputTokens" bigint, "outputTokens" bigint, cost double precision)
    where ${alive(id)}
    on conflict (id) do update set status = excluded.status, outcome = excluded.outcome, code = excluded.code,
      model = excluded.model, ended_at = excluded.ended_at, work_ms = excluded.work_ms, turns = excluded.turns,
      steps = excluded.steps, tools = excluded.tools, input_tokens = excluded.input_tokens,
      output_tokens = excluded.output_tokens, cost = excluded.cost, rev = excluded.rev
    where excluded.rev > runs.rev`);
}

/** Rows that go at once: more than can have come since the last time. */
const runsAtOnce = 1_000;

/** Lets some of the runs go that their conversation keeps no more. @param from milliseconds: those that began before */
export const pruneRuns = (database: Database, { id }: Owner, from: number) =>
  database.execute(sql`
    delete from runs where id in (
      select r.id from runs r
      where r.conversation_id = ${id}::uuid and r.started_at < ${instant(from)}::timestamptz and r.status = 'ended'
      order by r.started_at limit ${runsAtOnce})`);
