/** What the migrations make for the daily run: the tables with all attributes of a task, and the indexes to ask them by. */
import { env } from 'cloudflare:workers';
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { connect } from './client.ts';

const database = connect(env.DATABASE_URL);

const columnsOf = async (table: string): Promise<string[]> => {
  const { rows } = await database.execute<{ name: string }>(
    sql`select column_name as name from information_schema.columns where table_name = ${table}`,
  );
  return rows.map(({ name }) => name);
};

it.each(['tasks', 'task_history'])('%s has every attribute of a task', async (table) => {
  expect(await columnsOf(table)).toEqual(
    expect.arrayContaining([
      'task_id',
      'user_id',
      'run_id',
      'created_at',
      'generated_by',
      'assigned_to',
      'title',
      'description',
      'category',
      'status',
      'start_time',
      'end_time',
      'output',
      'error_message',
      'retry_count',
      'progress',
    ]),
  );
});

it('is asked by user, status, creation and agent, and by what is overdue', async () => {
  expect(await columnsOf('daily_runs')).toEqual(
    expect.arrayContaining(['id', 'user_id', 'start_time', 'end_time', 'status', 'main_agent_id', 'report']),
  );
  expect(await columnsOf('user_timers')).toEqual(expect.arrayContaining(['user_id', 'due_at', 'rev']));
  const { rows } = await database.execute<{ name: string; made: string }>(
    sql`select indexname as name, indexdef as made from pg_indexes
        where tablename in ('tasks', 'task_history', 'daily_runs', 'user_timers')`,
  );
  const made = Object.fromEntries(rows.map((row) => [row.name, row.made.replace(/^.*USING btree /, '')]));
  expect(made).toMatchObject({
    tasks_of_user: '(user_id, status, created_at)',
    tasks_assigned: '(assigned_to)',
    task_history_of_user: '(user_id, created_at)',
    task_history_by_status: '(user_id, status)',
    task_history_assigned: '(assigned_to)',
    daily_runs_of_user: '(user_id, start_time)',
    daily_runs_open: expect.stringMatching(/^\(start_time\) WHERE .*ended/),
    user_timers_due: '(due_at)',
  });
});
