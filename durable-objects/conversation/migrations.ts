/** PERSISTED. The tables of a conversation, by version; what each is for stands in `STORAGE.md`. */
import type { Migration } from '#durable-objects/lib/migrate.ts';
import { outboxTable } from '#durable-objects/lib/outbox.ts';

export const migrations: ReadonlyArray<Migration> = [
  {
    version: 1,
    sql: `
      CREATE TABLE state (one INTEGER PRIMARY KEY CHECK (one = 1), json TEXT NOT NULL);
      CREATE TABLE events (seq INTEGER PRIMARY KEY, json TEXT NOT NULL, raw TEXT, binding TEXT);
      CREATE TABLE accepted (message_id TEXT PRIMARY KEY, turn_id TEXT NOT NULL, seq INTEGER NOT NULL);
      CREATE TABLE marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
      CREATE TABLE tickets (hash TEXT PRIMARY KEY, expires_at INTEGER NOT NULL);
      ${outboxTable}`,
  },
  {
    version: 2,
    sql: `
      DROP TABLE tickets;
      CREATE TABLE tickets (
        hash TEXT PRIMARY KEY,
        credential_id TEXT NOT NULL,
        expires_at INTEGER NOT NULL
      ) WITHOUT ROWID;`,
  },
  {
    version: 3,
    sql: `CREATE TABLE toolsets (hash TEXT PRIMARY KEY, json TEXT NOT NULL, used_at INTEGER NOT NULL);`,
  },
  {
    version: 4,
    sql: `
      CREATE TABLE runs (id TEXT PRIMARY KEY, started_at INTEGER NOT NULL, rev INTEGER NOT NULL, json TEXT NOT NULL);
      CREATE INDEX runs_newest ON runs (started_at DESC, id DESC);
      CREATE INDEX runs_changed ON runs (rev);
      CREATE TABLE run_turns (turn_id TEXT PRIMARY KEY, run_id TEXT NOT NULL) WITHOUT ROWID;
      CREATE INDEX turns_of_run ON run_turns (run_id);
      CREATE TABLE receipts (
        schedule_id TEXT NOT NULL,
        due_at INTEGER NOT NULL,
        last_due_at INTEGER NOT NULL,
        count INTEGER NOT NULL,
        status TEXT NOT NULL,
        reason TEXT NOT NULL,
        run_id TEXT,
        started_at INTEGER,
        PRIMARY KEY (schedule_id, due_at)
      ) WITHOUT ROWID;`,
  },
  {
    version: 5,
    sql: `
      CREATE TABLE webhooks (
        id TEXT PRIMARY KEY,
        secret TEXT,
        previous TEXT,
        previous_until INTEGER,
        deliveries INTEGER NOT NULL DEFAULT 0,
        last_at INTEGER,
        refused INTEGER NOT NULL DEFAULT 0,
        refused_at INTEGER
      );
      CREATE TABLE deliveries (
        id TEXT PRIMARY KEY,
        webhook_id TEXT NOT NULL,
        dedupe TEXT NOT NULL,
        received_at INTEGER NOT NULL,
        status TEXT NOT NULL,
        batch TEXT,
        run_id TEXT,
        size INTEGER NOT NULL,
        content_type TEXT,
        headers TEXT NOT NULL,
        body BLOB,
        test INTEGER NOT NULL,
        replay_of TEXT
      );
      CREATE UNIQUE INDEX deliveries_once ON deliveries (webhook_id, dedupe);
      CREATE INDEX deliveries_newest ON deliveries (webhook_id, received_at DESC, id DESC);
      CREATE INDEX deliveries_of_batch ON deliveries (batch, received_at, id);`,
  },
  {
    version: 6,
    // `nr` counts on from what there is: rows of before are as old among their like as they were.
    sql: `
      ALTER TABLE webhooks ADD COLUMN idle INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE webhooks ADD COLUMN proved INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE deliveries ADD COLUMN nr INTEGER NOT NULL DEFAULT 0;
      UPDATE webhooks SET idle = (
        SELECT count(*) FROM deliveries
        WHERE webhook_id = webhooks.id AND status IN ('filtered', 'ignored', 'paused'));
      UPDATE deliveries SET nr = counted.nr FROM (
        SELECT d.id, CASE WHEN d.status IN ('filtered', 'ignored', 'paused') THEN w.idle ELSE w.deliveries - w.idle END + 1
          - row_number() OVER (
            PARTITION BY d.webhook_id, d.status IN ('filtered', 'ignored', 'paused')
            ORDER BY d.received_at DESC, d.id DESC) AS nr
        FROM deliveries d JOIN webhooks w ON w.id = d.webhook_id) AS counted
      WHERE deliveries.id = counted.id;
      CREATE INDEX deliveries_idle ON deliveries (webhook_id, nr, received_at, status)
        WHERE status IN ('filtered', 'ignored', 'paused');
      CREATE INDEX deliveries_taken ON deliveries (webhook_id, nr, received_at, status) WHERE status = 'accepted';
      CREATE INDEX deliveries_bodies ON deliveries (webhook_id, received_at, id)
        WHERE body IS NOT NULL AND status != 'waiting';
      CREATE TABLE shown_secrets (
        act_id TEXT PRIMARY KEY,
        webhook_id TEXT NOT NULL,
        credential_id TEXT NOT NULL,
        request TEXT NOT NULL,
        secret TEXT,
        at INTEGER NOT NULL
      ) WITHOUT ROWID;`,
  },
  {
    version: 7,
    // What a run took in before that still goes on, or is to be made again, is kept as of now.
    sql: `
      CREATE INDEX deliveries_begun ON deliveries (webhook_id, batch) WHERE status = 'waiting' AND run_id IS NOT NULL;
      UPDATE deliveries SET status = 'waiting' WHERE status = 'accepted' AND batch IN (
        SELECT each.value FROM state, json_tree(state.json, '$.webhooks') AS each WHERE each.key = 'id');`,
  },
  {
    version: 8,
    // Of what holds as many as are kept, older ones are gone.
    sql: `
      CREATE TABLE receipts_cleared (schedule_id TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
      INSERT INTO receipts_cleared
        SELECT schedule_id, min(due_at) FROM receipts GROUP BY schedule_id HAVING count(*) >= 5000;`,
  },
  {
    version: 9,
    // When the schedules of receipts without one were removed is not known: those are kept for ninety days from now.
    sql: `
      CREATE TABLE removed (id TEXT PRIMARY KEY, clear_at INTEGER NOT NULL) WITHOUT ROWID;
      CREATE INDEX removed_next ON removed (clear_at);
      CREATE TABLE runs_cleared (one INTEGER PRIMARY KEY CHECK (one = 1), until INTEGER NOT NULL);
      INSERT INTO removed
        WITH RECURSIVE ids (id) AS (
          SELECT min(schedule_id) FROM receipts
          UNION ALL
          SELECT (SELECT min(schedule_id) FROM receipts WHERE schedule_id > ids.id) FROM ids WHERE id IS NOT NULL)
        SELECT id, unixepoch() * 1000 + 90 * 86400000 FROM ids
        WHERE id IS NOT NULL AND id NOT IN (
          SELECT each.value FROM state, json_tree(state.json, '$.schedules') AS each WHERE each.key = 'id');`,
  },
];
