/** The tables of a user's object. PERSISTED: a released version never changes; see STORAGE.md for what they hold. */
import { outboxTable } from '#durable-objects/lib/outbox.ts';
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
  {
    version: 2,
    sql: `
      ALTER TABLE profile ADD COLUMN email_verified_at INTEGER;
      ALTER TABLE profile ADD COLUMN second_factor INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE profile ADD COLUMN protected_at INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE families ADD COLUMN place TEXT;
      ALTER TABLE families ADD COLUMN confirmed_at INTEGER NOT NULL DEFAULT 0;
      DROP TABLE tickets;
      CREATE TABLE tickets (
        hash TEXT PRIMARY KEY,
        credential_id TEXT NOT NULL,
        expires_at INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE api_keys (
        id TEXT PRIMARY KEY,
        hash TEXT NOT NULL,
        name TEXT NOT NULL,
        scopes TEXT NOT NULL,
        hint TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        expires_at INTEGER,
        last_used_at INTEGER
      );
      CREATE TABLE links (
        hash TEXT PRIMARY KEY,
        purpose TEXT NOT NULL,
        email TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        claimed_until INTEGER NOT NULL DEFAULT 0
      ) WITHOUT ROWID;
      CREATE TABLE used_challenges (hash TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID;
      CREATE TABLE recovery_codes (hash TEXT PRIMARY KEY) WITHOUT ROWID;
      CREATE TABLE watches (
        credential_id TEXT NOT NULL,
        conversation_id TEXT NOT NULL,
        nonce INTEGER NOT NULL,
        ending INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (credential_id, conversation_id)
      ) WITHOUT ROWID;
      CREATE TABLE audit (
        id TEXT PRIMARY KEY,
        at INTEGER NOT NULL,
        action TEXT NOT NULL,
        detail TEXT,
        device TEXT,
        place TEXT,
        alert INTEGER NOT NULL,
        seen INTEGER NOT NULL DEFAULT 0,
        projected INTEGER NOT NULL DEFAULT 0
      );
      CREATE TABLE mails (
        id TEXT PRIMARY KEY,
        recipient TEXT NOT NULL,
        content TEXT NOT NULL,
        sealed TEXT,
        created_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        due_at INTEGER NOT NULL
      );
      CREATE TABLE deletion (
        id TEXT PRIMARY KEY,
        started_at INTEGER NOT NULL,
        row_gone_at INTEGER,
        removed TEXT NOT NULL
      );
      CREATE TABLE deletion_conversations (id TEXT PRIMARY KEY) WITHOUT ROWID;
      ${outboxTable}
    `,
  },
  {
    version: 3,
    sql: `
      ALTER TABLE conversations ADD COLUMN questions TEXT NOT NULL DEFAULT '[]';
      CREATE INDEX conversations_that_ask ON conversations (id) WHERE questions <> '[]';
      CREATE TABLE connections (
        id TEXT PRIMARY KEY,
        slug TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        url TEXT NOT NULL,
        catalog TEXT,
        token TEXT,
        status TEXT NOT NULL,
        problem TEXT,
        server TEXT,
        left_out TEXT NOT NULL DEFAULT '[]',
        created_at INTEGER NOT NULL,
        checked_at INTEGER
      );
      CREATE TABLE declined_demos (slug TEXT PRIMARY KEY) WITHOUT ROWID;
      CREATE TABLE tools (
        key TEXT PRIMARY KEY,
        connection_id TEXT NOT NULL,
        definition TEXT NOT NULL,
        hash TEXT NOT NULL,
        known_definition TEXT NOT NULL,
        known_hash TEXT NOT NULL,
        reviewed INTEGER NOT NULL,
        gone INTEGER NOT NULL DEFAULT 0
      );
      CREATE INDEX tools_of_connection ON tools (connection_id);
      CREATE TABLE tool_settings (key TEXT PRIMARY KEY, setting TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE tool_uses (key TEXT PRIMARY KEY, uses INTEGER NOT NULL, last_used_at INTEGER NOT NULL) WITHOUT ROWID;
      CREATE TABLE rules (
        id TEXT PRIMARY KEY,
        tool_key TEXT NOT NULL,
        title TEXT NOT NULL,
        matches TEXT NOT NULL,
        per_day INTEGER NOT NULL,
        until INTEGER NOT NULL,
        tainted INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        ended_at INTEGER
      );
      CREATE TABLE rule_uses (call_id TEXT PRIMARY KEY, rule_id TEXT NOT NULL, day TEXT NOT NULL) WITHOUT ROWID;
      CREATE INDEX rule_uses_of_day ON rule_uses (rule_id, day);
      CREATE TABLE effects (
        call_id TEXT PRIMARY KEY,
        conversation_id TEXT NOT NULL,
        at INTEGER NOT NULL,
        risk TEXT NOT NULL,
        outcome TEXT NOT NULL,
        line TEXT NOT NULL
      );
      CREATE INDEX effects_newest ON effects (at DESC, call_id DESC);
      CREATE INDEX effects_of_conversation ON effects (conversation_id);
      CREATE TABLE memories (
        id TEXT PRIMARY KEY,
        call_id TEXT NOT NULL UNIQUE,
        text TEXT NOT NULL,
        outside INTEGER NOT NULL,
        conversation_id TEXT,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
      );
      CREATE TABLE forgotten (call_id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
      CREATE TABLE files (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        type TEXT NOT NULL,
        size INTEGER NOT NULL,
        kind TEXT NOT NULL,
        conversation_id TEXT,
        outside INTEGER NOT NULL,
        hash TEXT NOT NULL,
        created_at INTEGER NOT NULL
      );
      CREATE INDEX files_newest ON files (created_at DESC, id DESC);
      CREATE TABLE reminded (question_id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
    `,
  },
  {
    version: 4,
    sql: `
      CREATE TABLE notifications (
        id TEXT PRIMARY KEY,
        seq INTEGER NOT NULL,
        kind TEXT NOT NULL,
        conversation_id TEXT NOT NULL,
        question_id TEXT,
        title TEXT,
        source TEXT,
        text TEXT NOT NULL,
        code TEXT,
        at INTEGER NOT NULL,
        read_at INTEGER,
        loud INTEGER NOT NULL
      );
      CREATE INDEX notifications_newest ON notifications (at DESC, conversation_id DESC, seq DESC);
      CREATE INDEX notifications_of ON notifications (conversation_id);
      CREATE TABLE notification_settings (one INTEGER PRIMARY KEY CHECK (one = 1), json TEXT NOT NULL);
    `,
  },
  {
    version: 6,
    sql: `
      CREATE TABLE daily_settings (one INTEGER PRIMARY KEY CHECK (one = 1), json TEXT NOT NULL, next_at INTEGER);
      CREATE TABLE daily_runs (
        id TEXT PRIMARY KEY,
        date TEXT NOT NULL,
        trigger TEXT NOT NULL,
        starts_at INTEGER NOT NULL,
        window_minutes INTEGER,
        time_scale REAL NOT NULL,
        opened INTEGER NOT NULL DEFAULT 0,
        rev INTEGER NOT NULL DEFAULT 0,
        summary TEXT,
        due_at INTEGER,
        created_at INTEGER NOT NULL
      );
      CREATE UNIQUE INDEX daily_runs_once ON daily_runs (date) WHERE trigger = 'scheduled';
      CREATE INDEX daily_runs_newest ON daily_runs (starts_at DESC, id DESC);
      CREATE INDEX daily_runs_due ON daily_runs (due_at) WHERE due_at IS NOT NULL;
      CREATE TABLE daily_carried (
        id TEXT PRIMARY KEY,
        from_task TEXT NOT NULL UNIQUE,
        json TEXT NOT NULL,
        taken_by TEXT,
        created_at INTEGER NOT NULL
      );
    `,
  },
  {
    version: 7,
    sql: `
      CREATE TABLE channels (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        hint TEXT NOT NULL,
        sealed TEXT,
        enabled INTEGER NOT NULL,
        problem TEXT,
        created_at INTEGER NOT NULL
      );
      CREATE TABLE sent (
        id TEXT PRIMARY KEY,
        channel_id TEXT NOT NULL,
        key TEXT NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        path TEXT NOT NULL,
        status TEXT NOT NULL,
        reason TEXT,
        attempts INTEGER NOT NULL,
        due_at INTEGER,
        created_at INTEGER NOT NULL,
        sent_at INTEGER
      );
      CREATE UNIQUE INDEX sent_once ON sent (channel_id, key);
      CREATE INDEX sent_newest ON sent (channel_id, created_at DESC, id DESC);
      CREATE INDEX sent_due ON sent (due_at) WHERE due_at IS NOT NULL;
    `,
  },
  {
    version: 8,
    sql: `ALTER TABLE conversations ADD COLUMN schedules INTEGER NOT NULL DEFAULT 0;`,
  },
  {
    version: 9,
    // Whether a conversation has or had schedules or webhooks; null for those that have not said so yet.
    sql: `ALTER TABLE conversations ADD COLUMN by_itself INTEGER;`,
  },
  {
    version: 10,
    sql: `
      ALTER TABLE notifications ADD COLUMN path TEXT;
      ALTER TABLE daily_runs ADD COLUMN retiring INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE daily_runs ADD COLUMN timezone TEXT;
      CREATE TABLE timer (one INTEGER PRIMARY KEY CHECK (one = 1), due_at INTEGER, rev INTEGER NOT NULL);
    `,
  },
  {
    version: 11,
    // In the order in which pages are read and the oldest go.
    sql: `
      DROP INDEX notifications_newest;
      CREATE INDEX notifications_newest ON notifications (at DESC, id DESC);
    `,
  },
  {
    version: 12,
    sql: `
      CREATE TABLE schedule_claims (
        conversation_id TEXT NOT NULL,
        schedule_id TEXT NOT NULL,
        again INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        PRIMARY KEY (conversation_id, schedule_id)
      ) WITHOUT ROWID;
    `,
  },
  {
    version: 13,
    sql: 'CREATE TABLE notifications_cleared (one INTEGER PRIMARY KEY CHECK (one = 1), until INTEGER NOT NULL);',
  },
  {
    version: 14,
    // Why all schedules of a conversation are paused, as JSON; null where they are not, or it has not said so yet.
    sql: 'ALTER TABLE conversations ADD COLUMN pauses TEXT;',
  },
];
