/**
 * The tables in Neon. Accounts belong to it; conversations and messages are projections that the objects write,
 * guarded by `rev`, and could be written again at any time. A deleted row stays as a tombstone without content, so
 * that a report that comes late cannot bring it back.
 */
import { type SQL, sql } from 'drizzle-orm';
import {
  bigint,
  customType,
  doublePrecision,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';

const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' });
const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });
const count = (name: string) => bigint(name, { mode: 'number' });

/**
 * One row for each person. Name and time zone are those given at sign-up, from which the user's object is made (or
 * made good); afterwards the object owns them.
 */
export const accounts = pgTable('accounts', {
  id: uuid('id').primaryKey(),
  /** In lower case: the protocol sees to it. */
  email: text('email').notNull().unique(),
  passwordHash: text('password_hash').notNull(),
  name: text('name').notNull(),
  timezone: text('timezone').notNull(),
  createdAt: instant('created_at').notNull(),
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
