/**
 * What goes of the deliveries of a webhook. It runs while somebody sends, so what it costs must not grow with what is kept:
 * each statement looks at a fixed number of rows of one index, and takes away more than can have come since the last time.
 */

/** Deliveries after which what is no longer needed goes. */
export const pruneEvery = 50;

/** Bodies that a webhook keeps after their run, and how long; what waits, or is in a run that goes on, is kept whatever its age. */
export const keptBodies = 200;
const dayMs = 24 * 60 * 60_000;
const keptMs = 30 * dayMs;
/** How long a repeat is known, also without its body, as long as it is among so many. */
const knownMs = 7 * dayMs;
/** Of those that started nothing: anybody who may send can make as many as they like, and each costs no run. */
export const keptIdle = 5_000;
/** Of those that a run took in. A repeat of one starts no second run, so they are known for longer. */
export const keptTaken = 100_000;
/** Rows that are looked at each time, oldest first; more than come meanwhile and have to stay, so that it goes on. */
export const pruneAtOnce = 300;

/** By its place among its like (`nr`), the newest having that of `newest`. What is looked at stands in the index alone. */
const goes = (ofStatus: string, index: string, newest: string) => {
  const tooMany = `nr <= (SELECT ${newest} FROM webhooks WHERE id = ?1) - ?2`;
  const oldest = `SELECT rowid AS place, nr, received_at FROM deliveries INDEXED BY ${index}
    WHERE webhook_id = ?1 AND ${ofStatus} ORDER BY nr LIMIT ${pruneAtOnce}`;
  return `DELETE FROM deliveries
    WHERE rowid IN (SELECT place FROM (${oldest}) WHERE ${tooMany} OR received_at < ?3)
      AND (${tooMany} OR body IS NULL OR received_at < ?4)`;
};

const idleGo = goes("status IN ('filtered', 'ignored', 'paused')", 'deliveries_idle', 'idle');
const takenGo = goes("status = 'accepted'", 'deliveries_taken', 'deliveries - idle');
const bodiesGo = `UPDATE deliveries SET body = NULL, headers = '{}' WHERE rowid IN (
  SELECT rowid FROM deliveries INDEXED BY deliveries_bodies
  WHERE webhook_id = ?1 AND body IS NOT NULL AND status != 'waiting'
  ORDER BY received_at DESC, id DESC LIMIT ${pruneAtOnce} OFFSET ${keptBodies})`;

/** What a run took in and nobody has let go yet; a batch stands behind it. */
const begun = `FROM deliveries INDEXED BY deliveries_begun
  WHERE webhook_id = ? AND status = 'waiting' AND run_id IS NOT NULL AND batch`;
const nextBegun = `SELECT batch ${begun} > ? ORDER BY batch LIMIT 1`;
const over = `UPDATE deliveries SET status = 'accepted' WHERE rowid IN (SELECT rowid ${begun} = ? LIMIT ${pruneAtOnce})`;

/** What a run took in that is over is kept no longer for its sake. Of a batch that is held one row is looked at. */
function release(sql: Pick<SqlStorage, 'exec'>, webhookId: string, held: ReadonlySet<string>): void {
  let after = '';
  for (;;) {
    const [next] = sql.exec<{ batch: string }>(nextBegun, webhookId, after).toArray();
    if (next === undefined) return;
    after = next.batch;
    if (!held.has(after)) sql.exec(over, webhookId, after);
  }
}

/**
 * @param held the batches whose runs wait or go on: what they hold stays
 * @param now milliseconds since the epoch
 */
export function pruneDeliveries(
  sql: Pick<SqlStorage, 'exec'>,
  webhookId: string,
  { held, now }: { held: ReadonlySet<string>; now: number },
): void {
  release(sql, webhookId, held);
  sql.exec(bodiesGo, webhookId);
  sql.exec(idleGo, webhookId, keptIdle, now - knownMs, now - keptMs);
  sql.exec(takenGo, webhookId, keptTaken, now - knownMs, now - keptMs);
}
