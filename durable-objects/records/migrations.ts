/** PERSISTED. Our own tables beside those that the model makes: it may not name them. */
import type { Migration } from '#durable-objects/lib/migrate.ts';

export const migrations: ReadonlyArray<Migration> = [
  {
    version: 1,
    sql: `
      CREATE TABLE _kept_calls (id TEXT PRIMARY KEY, answer TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
      CREATE TABLE _kept_marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
      CREATE VIEW tables AS SELECT name, sql FROM sqlite_master
        WHERE type IN ('table', 'index') AND sql IS NOT NULL
          AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'schema_migrations';`,
  },
];
