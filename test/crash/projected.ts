/** What the projection in the database has of a person, against what the objects answer over HTTP, row by row. */
import { isDeepStrictEqual } from 'node:util';
import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { Client } from 'pg';
import * as z from 'zod/mini';
import { conversations, messages, runs, schedules } from '#shared/adapters/db/schema.ts';
import { textOf } from '#shared/core/conversation/transcript.ts';
import { type Conversation, ConversationSummary, Message } from '#shared/protocol/conversation.ts';
import { Run } from '#shared/protocol/run.ts';
import { all } from './hook-sender.ts';
import type { Visitor } from './visitor.ts';

type Row = Readonly<Record<string, unknown>>;
/** By table and key. */
export type Tables = Readonly<Record<'conversations' | 'messages' | 'runs' | 'schedules', Map<string, Row>>>;

const Messages = z.object({ items: z.array(Message), more: z.boolean() });

/** Columns that no answer has: how the projection orders and finds its rows. */
type Inner = 'rev' | 'search' | 'nextDueAt' | 'deletedAt';

function plain<Known extends Row>(row: Known): Omit<Known, Inner> {
  const { rev: _rev, search: _search, nextDueAt: _due, deletedAt: _deleted, ...columns } = row;
  const told = Object.entries(columns).map(([name, value]) => [
    name,
    value instanceof Date ? value.toISOString() : value,
  ]);
  return Object.fromEntries(told) as Omit<Known, Inner>;
}

const byKey = (rows: ReadonlyArray<Row>, key: (row: Row) => string): Map<string, Row> =>
  new Map(rows.map((row) => [key(row), row]));
const ownId = ({ id }: Row): string => String(id);
// A message is told with the id that its sender chose.
const inConversation = ({ conversationId, id }: Row): string => `${String(conversationId)} ${String(id)}`;

/**
 * Reads past the front of the database, so also while that is unreachable for the Worker.
 * @param url the direct address
 */
export async function projectedOf(url: string, ownerId: string): Promise<Tables> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const database = drizzle({ client });
    const read = {
      conversations: await database.select().from(conversations).where(eq(conversations.ownerId, ownerId)),
      messages: await database.select().from(messages).where(eq(messages.ownerId, ownerId)),
      runs: await database.select().from(runs).where(eq(runs.ownerId, ownerId)),
      schedules: await database.select().from(schedules).where(eq(schedules.ownerId, ownerId)),
    };
    // What is gone stays as a row that says nothing: to a reader it is not there.
    const there = <Known extends { deletedAt: Date | null }>(rows: ReadonlyArray<Known>) =>
      rows.filter(({ deletedAt }) => deletedAt === null);
    return {
      conversations: byKey(there(read.conversations).map(plain), ownId),
      messages: byKey(there(read.messages).map(plain), inConversation),
      runs: byKey(read.runs.map(plain), ownId),
      schedules: byKey(read.schedules.map(plain), ownId),
    };
  } finally {
    await client.end();
  }
}

function conversationRow(told: Conversation, ownerId: string): Row {
  const { id, kind, title, status, waitingFor, usage, nextRunAt, createdAt, updatedAt } = told;
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, cost } = usage;
  const used = { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, cost };
  return { id, ownerId, kind, title, status, waitingFor, ...used, nextRunAt, createdAt, updatedAt };
}

function runRow({ trigger, usage, demo: _demo, ...run }: Run, ownerId: string): Row {
  const inputTokens = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const source = { trigger: trigger.type, sourceId: trigger.source?.id ?? null };
  return { ...run, ownerId, ...source, inputTokens, outputTokens: usage.outputTokens };
}

function scheduleRow(told: Conversation['schedules'][number], ownerId: string): Row {
  const { id, conversationId, name, words, rule, timezone, status, nextAt, lastRunAt } = told;
  const kept = { id, conversationId, ownerId, name, words, rule, timezone, status, nextAt, lastRunAt };
  return { ...kept, runs: told.runs, failures: told.failures, createdAt: told.createdAt };
}

async function messagesOf(visitor: Visitor, id: string, ownerId: string): Promise<Row[]> {
  const page = Messages.parse(await visitor.call('GET', `/api/conversations/${id}/messages`));
  if (page.more) throw new Error('there are more messages than one page has');
  return page.items.map(({ queued: _queued, source: _source, ...message }) => {
    return { ...message, conversationId: id, ownerId, text: textOf(message.content) };
  });
}

/** The same as the objects of the person tell it. */
export async function toldOf(visitor: Visitor, ownerId: string): Promise<Tables> {
  const list = await all(visitor, '/api/conversations', ConversationSummary);
  const tables: Tables = {
    conversations: new Map(),
    messages: new Map(),
    runs: new Map(),
    schedules: new Map(),
  };
  const put = (name: keyof Tables, rows: ReadonlyArray<Row>, key = ownId) => {
    for (const row of rows) tables[name].set(key(row), row);
  };
  for (const { id } of list) {
    const told = await visitor.conversation(id);
    put('conversations', [conversationRow(told, ownerId)]);
    put('messages', await messagesOf(visitor, id, ownerId), inConversation);
    const ran = await all(visitor, `/api/conversations/${id}/runs`, Run);
    const runsHere = ran.map((run) => runRow(run, ownerId));
    const schedulesHere = told.schedules.map((schedule) => scheduleRow(schedule, ownerId));
    put('runs', runsHere);
    put('schedules', schedulesHere);
  }
  return tables;
}

/** How the rows differ from what is told: what is not there is lost, what nobody tells of is double. */
export function differences(rows: Tables, told: Tables): string[] {
  return (['conversations', 'messages', 'runs', 'schedules'] as const).flatMap((name) => {
    const keys = new Set([...rows[name].keys(), ...told[name].keys()]);
    return [...keys].flatMap((key) => {
      const [row, wanted] = [rows[name].get(key), told[name].get(key)];
      if (row === undefined) return [`lost: ${name} ${key}`];
      if (wanted === undefined) return [`double: ${name} ${key}`];
      const columns = [...new Set([...Object.keys(row), ...Object.keys(wanted)])].filter(
        (column) => !isDeepStrictEqual(row[column], wanted[column]),
      );
      return columns.map(
        (column) =>
          `lost: ${name} ${key}: ${column} is ${JSON.stringify(row[column])}, not ${JSON.stringify(wanted[column])}`,
      );
    });
  });
}
