/** The one table of a limiter. PERSISTED: a released version never changes; see STORAGE.md for what it holds. */
import type { Migration } from '#durable-objects/lib/migrate.ts';

export const migrations: ReadonlyArray<Migration> = [
  {
    version: 1,
    sql: `
      CREATE TABLE attempts (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL
      );`,
  },
];
