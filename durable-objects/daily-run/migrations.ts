/** PERSISTED. The tables of a daily run, by version; what each is for stands in `STORAGE.md`. */
import type { Migration } from '#durable-objects/lib/migrate.ts';
import { outboxTable } from '#durable-objects/lib/outbox.ts';

export const migrations: ReadonlyArray<Migration> = [
  {
    version: 1,
    sql: `
      CREATE TABLE state (one INTEGER PRIMARY KEY CHECK (one = 1), json TEXT NOT NULL);
      CREATE TABLE acts (call_id TEXT PRIMARY KEY, answer TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE lines (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        level TEXT NOT NULL,
        task_id TEXT,
        text TEXT NOT NULL
      );
      CREATE TABLE notices (id TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
      ${outboxTable}`,
  },
];
