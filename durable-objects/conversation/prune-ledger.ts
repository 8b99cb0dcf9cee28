/**
 * What goes of the ledger of a conversation that works for years. It runs while something comes due, so each piece looks at
 * a fixed number of rows and takes away more than can have come since the last one.
 */
import * as z from 'zod/mini';

type Sql = Pick<SqlStorage, 'exec'>;

/** Receipts that a schedule keeps; the oldest go, and it is put down until when. */
export const keptReceipts = 5_000;
/** Runs that a conversation keeps, whatever began them. Their events stay in the log. */
export const keptRuns = 20_000;
/** Rows that go at once. */
export const ledgerAtOnce = 300;

/** The minutes after which room is made. What comes by an interval of one of them comes by the other in its time. */
const prunedEvery = [61, 67];

/** Whether room is made with what has this time: seldom, since it counts what is kept. Milliseconds since the epoch. */
export const makesRoom = (at: number): boolean =>
  prunedEvery.some((every) => Math.floor(at / 60_000) % every === 0);

const surplusReceipts = `DELETE FROM receipts WHERE schedule_id = ?1 AND due_at IN (
  SELECT due_at FROM receipts WHERE schedule_id = ?1 AND due_at <
    (SELECT due_at FROM receipts WHERE schedule_id = ?1 ORDER BY due_at DESC LIMIT 1 OFFSET ?2)
  ORDER BY due_at LIMIT ${ledgerAtOnce})`;
const receiptsFrom = `INSERT OR REPLACE INTO receipts_cleared
  SELECT schedule_id, min(due_at) FROM receipts WHERE schedule_id = ?`;

export function pruneReceipts(sql: Sql, scheduleId: string, kept = keptReceipts): void {
  const cleared = sql.exec(surplusReceipts, scheduleId, kept - 1);
  if (cleared.rowsWritten > 0) sql.exec(receiptsFrom, scheduleId);
}

/** The oldest that are too many. One that goes on, or waits for an answer, is not over and stays. */
const surplusRuns = `SELECT id, started_at AS at FROM (
    SELECT id, started_at, json FROM runs WHERE (started_at, id) <
      (SELECT started_at, id FROM runs ORDER BY started_at DESC, id DESC LIMIT 1 OFFSET ?)
    ORDER BY started_at, id LIMIT ${ledgerAtOnce})
  WHERE json_extract(json, '$.status') = 'ended' ORDER BY started_at`;
const goneIds = 'SELECT value FROM json_each(?)';
/** What bears the name of a run by hand, so that it is answered as before; then its turns, and the run. */
const runsGo = [
  `DELETE FROM accepted WHERE message_id IN (
     SELECT 'run:' || turn_id FROM run_turns WHERE run_id IN (${goneIds}))`,
  `DELETE FROM run_turns WHERE run_id IN (${goneIds})`,
  `DELETE FROM runs WHERE id IN (${goneIds})`,
];

const Surplus = z.array(z.object({ id: z.string(), at: z.number() }));

export function pruneRuns(sql: Sql, kept = keptRuns): void {
  const gone = Surplus.parse(sql.exec(surplusRuns, kept - 1).toArray());
  const last = gone.at(-1);
  if (last === undefined) return;
  const ids = JSON.stringify(gone.map(({ id }) => id));
  for (const go of runsGo) sql.exec(go, ids);
  sql.exec('INSERT OR REPLACE INTO runs_cleared (one, until) VALUES (1, ?)', last.at + 1);
}
