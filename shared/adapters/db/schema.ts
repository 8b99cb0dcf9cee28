/**
 * The tables in Neon. Accounts belong to it; conversations and messages are projections that the objects write,
 * guarded by `rev`, and could be written again at any time. A deleted row stays as a tombstone without content, so
 * that a report that comes late cannot bring it back.
 */
import { type SQL, sql } from 'drizzle-orm';
import {
  boolean,
  customType,
  doublePrecision,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { count, instant } from './columns.ts';

const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' });

/**
 * One row for each person. Name and time zone are those given at sign-up, from which the user's object is made (or
 * made good); afterwards the object owns them.
 */
export const accounts = pgTable('accounts', {
  id: uuid('id').primaryKey(),
  /** In lower case: the protocol sees to it. */
  email: text('email').notNull().unique(),
  /** When a link that was sent to the address was followed. */
  emailVerifiedAt: instant('email_verified_at'),
  /** Null for people who sign in otherwise. */
  passwordHash: text('password_hash'),
  name: text('name').notNull(),
  timezone: text('timezone').notNull(),
  createdAt: instant('created_at').notNull(),
});

/** Passkeys (WebAuthn credentials): public keys, so nothing in here is a secret. */
export const passkeys = pgTable(
  'passkeys',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => accounts.id, { onDelete: 'cascade' }),
    /** As the authenticator named it, in base64url. */
    credentialId: text('credential_id').notNull().unique(),
    /** COSE key in base64url. */
    publicKey: text('public_key').notNull(),
    counter: count('counter').notNull(),
    transports: jsonb('transports').$type<string[]>().notNull(),
    synced: boolean('synced').notNull(),
    name: text('name').notNull(),
    createdAt: instant('created_at').notNull(),
    lastUsedAt: instant('last_used_at'),
  },
  (table) => [index('passkeys_of_user').on(table.userId)],
);

/** Accounts elsewhere that open this one. The subject never changes; the address is for its owner to read. */
export const identities = pgTable(
  'identities',
  {
    provider: text('provider').notNull(),
    subject: text('subject').notNull(),
    userId: uuid('user_id')
      .notNull()
      .references(() => accounts.id, { onDelete: 'cascade' }),
    email: text('email').notNull(),
    linkedAt: instant('linked_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.subject] }),
    index('identities_of_user').on(table.userId),
  ],
);

/** What happened to an account, written by its user's object. Removed with the account. */
export const audit = pgTable(
  'audit',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id').notNull(),
    at: instant('at').notNull(),
    action: text('action').notNull(),
    detail: text('detail'),
    device: text('device'),
    place: text('place'),
  },
  (table) => [index('audit_of_user').on(table.userId, table.at)],
);

/** When a user's object has to be awake next, written by it: the net under its own alarm. Removed with the account. */
export const userTimers = pgTable(
  'user_timers',
  {
    userId: uuid('user_id').primaryKey(),
    dueAt: instant('due_at'),
    rev: count('rev').notNull(),
  },
  (table) => [index('user_timers_due').on(table.dueAt)],
);

/** That an account was deleted, and how much of it: the one line that stays, and nobody can be told from it. */
export const deletions = pgTable('deletions', {
  id: uuid('id').primaryKey(),
  startedAt: instant('started_at').notNull(),
  finishedAt: instant('finished_at'),
  removed: jsonb('removed').$type<Record<string, number>>().notNull(),
});

export const conversations = pgTable(
  'conversations',
  {
    id: uuid('id').primaryKey(),
    ownerId: uuid('owner_id').notNull(),
    kind: text('kind').notNull(),
    title: text('title'),
    status: text('status').notNull(),
    waitingFor: text('waiting_for'),
    inputTokens: count('input_tokens').notNull().default(0),
    outputTokens: count('output_tokens').notNull().default(0),
    cacheReadTokens: count('cache_read_tokens').notNull().default(0),
    cacheWriteTokens: count('cache_write_tokens').notNull().default(0),
    /** US dollars. */
    cost: doublePrecision('cost').notNull().default(0),
    nextDueAt: instant('next_due_at'),
    nextRunAt: instant('next_run_at'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    rev: count('rev').notNull(),
    deletedAt: instant('deleted_at'),
    search: tsvector('search').generatedAlwaysAs(
      (): SQL => sql`to_tsvector('simple', coalesce(${conversations.title}, ''))`,
    ),
  },
  (table) => [
    // NULLS FIRST because that is what `ORDER BY ... DESC` means; otherwise the index does not serve it.
    index('conversations_of_owner').on(
      table.ownerId,
      table.updatedAt.desc().nullsFirst(),
      table.id.desc().nullsFirst(),
    ),
    index('conversations_due')
      .on(table.nextDueAt)
      .where(sql`${table.nextDueAt} is not null`),
    index('conversations_search').using('gin', table.search),
  ],
);

export const messages = pgTable(
  'messages',
  {
    conversationId: uuid('conversation_id').notNull(),
    id: uuid('id').notNull(),
    /** Repeated here so that a search never looks at the messages of others. */
    ownerId: uuid('owner_id').notNull(),
    seq: count('seq').notNull(),
    role: text('role').notNull(),
    origin: text('origin').notNull(),
    turnId: uuid('turn_id'),
    content: jsonb('content').notNull(),
    text: text('text').notNull(),
    createdAt: instant('created_at').notNull(),
    rev: count('rev').notNull(),
    deletedAt: instant('deleted_at'),
    /** The first 100,000 characters: Postgres refuses a tsvector of more than 1 MB, and with it the whole row. */
    search: tsvector('search').generatedAlwaysAs(
      (): SQL => sql`to_tsvector('simple', left(${messages.text}, 100000))`,
    ),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.id] }),
    index('messages_of_owner').on(table.ownerId),
    index('messages_search').using('gin', table.search),
  ],
);

/** Schedules as their conversation last had them; removed with it, and when it has them no more. */
export const schedules = pgTable(
  'schedules',
  {
    id: uuid('id').primaryKey(),
    conversationId: uuid('conversation_id').notNull(),
    ownerId: uuid('owner_id').notNull(),
    name: text('name').notNull(),
    words: text('words').notNull(),
    rule: jsonb('rule').notNull(),
    timezone: text('timezone'),
    status: text('status').notNull(),
    nextAt: instant('next_at'),
    lastRunAt: instant('last_run_at'),
    runs: count('runs').notNull(),
    failures: count('failures').notNull(),
    createdAt: instant('created_at').notNull(),
    rev: count('rev').notNull(),
  },
  (table) => [
    index('schedules_of_conversation').on(table.conversationId),
    index('schedules_of_owner').on(table.ownerId, table.nextAt),
  ],
);

/** The run ledger: what set each run off, what it took, how it ended. Nothing of what was said. */
export const runs = pgTable(
  'runs',
  {
    id: uuid('id').primaryKey(),
    conversationId: uuid('conversation_id').notNull(),
    ownerId: uuid('owner_id').notNull(),
    trigger: text('trigger').notNull(),
    sourceId: uuid('source_id'),
    status: text('status').notNull(),
    outcome: text('outcome'),
    code: text('code'),
    model: text('model').notNull(),
    startedAt: instant('started_at').notNull(),
    endedAt: instant('ended_at'),
    workMs: count('work_ms').notNull(),
    turns: count('turns').notNull(),
    steps: count('steps').notNull(),
    tools: count('tools').notNull(),
    inputTokens: count('input_tokens').notNull(),
    outputTokens: count('output_tokens').notNull(),
    /** US dollars. */
    cost: doublePrecision('cost').notNull(),
    rev: count('rev').notNull(),
  },
  (table) => [
    index('runs_of_conversation').on(table.conversationId, table.startedAt),
    index('runs_of_owner').on(table.ownerId, table.startedAt),
  ],
);
