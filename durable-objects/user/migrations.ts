/** The tables of a user's object. PERSISTED: a released version never changes; see STORAGE.md for what they hold. */
import type { Migration } from '#durable-objects/lib/migrate.ts';

export const migrations: ReadonlyArray<Migration> = [
  {
    version: 1,
    sql: `
      CREATE TABLE profile (
        id TEXT PRIMARY KEY,
        email TEXT NOT NULL,
        name TEXT NOT NULL,
        timezone TEXT NOT NULL,
        created_at INTEGER NOT NULL
      );
      CREATE TABLE families (
        id TEXT PRIMARY KEY,
        user_agent TEXT,
        created_at INTEGER NOT NULL,
        last_used_at INTEGER NOT NULL,
        revoked_at INTEGER
      );
      CREATE TABLE refresh_tokens (
        hash TEXT PRIMARY KEY,
        family_id TEXT NOT NULL,
        rotated_at INTEGER
      ) WITHOUT ROWID;
      CREATE INDEX refresh_tokens_of_family ON refresh_tokens (family_id);
      CREATE TABLE tickets (
        hash TEXT PRIMARY KEY,
        session_id TEXT NOT NULL,
        expires_at INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE conversations (
        id TEXT PRIMARY KEY,
        rev INTEGER NOT NULL,
        kind TEXT NOT NULL,
        title TEXT,
        status TEXT NOT NULL,
        waiting_for TEXT,
        working INTEGER NOT NULL,
        last_outcome TEXT,
        preview TEXT NOT NULL,
        last_reply_seq INTEGER NOT NULL,
        read_seq INTEGER NOT NULL DEFAULT 0,
        next_run_at INTEGER,
        next_due_at INTEGER,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        net_attempts INTEGER NOT NULL DEFAULT 0,
        net_after INTEGER NOT NULL DEFAULT 0
      );
      CREATE INDEX conversations_newest ON conversations (updated_at DESC, id DESC);
      CREATE INDEX conversations_due ON conversations (next_due_at) WHERE next_due_at IS NOT NULL;
      CREATE TABLE removed_conversations (
        id TEXT PRIMARY KEY,
        removed_at INTEGER NOT NULL
      ) WITHOUT ROWID;
    `,
  },
];
