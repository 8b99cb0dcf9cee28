/** The polling design of the requirements: every five seconds, ten rows at most; tuned: all of them. */
import pg from 'pg';
import { began, finish, ready, task } from './common.mjs';

const pool = new pg.Pool({ connectionString: task.url, max: 10 });
await pool.query('CREATE TABLE due (id int PRIMARY KEY, next_run timestamptz NOT NULL, started timestamptz)');
await pool.query('CREATE INDEX ON due (next_run) WHERE started IS NULL');
await pool.query(
  'INSERT INTO due (id, next_run) SELECT n - 1, to_timestamp(t / 1000.0) FROM unnest($1::float8[]) WITH ORDINALITY AS d(t, n)',
  [task.due],
);
const poll = async () => {
  const { rows } = await pool.query(
    `SELECT id FROM due WHERE next_run <= now() AND started IS NULL ORDER BY next_run ${task.tuned ? '' : 'LIMIT 10'}`,
  );
  await Promise.all(
    rows.map(async ({ id }) => {
      await pool.query('UPDATE due SET started = now() WHERE id = $1', [id]);
      began(id);
    }),
  );
};
ready();
setInterval(() => void poll(), 5_000);
await finish();
