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
];
