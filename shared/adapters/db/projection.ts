/**
 * Writes what the objects report into Neon. Reports come at least once and in any order, so every write is guarded
 * by `rev` and never passes a tombstone: repeating or reordering them changes nothing.
 */
import { eq, sql } from 'drizzle-orm';
import { clean } from '#shared/core/clean.ts';
import type { Kind, Message, Status, Usage, WaitingFor } from '#shared/protocol/conversation.ts';
import type { Run } from '#shared/protocol/run.ts';
import type { Schedule } from '#shared/protocol/schedule.ts';
import { ask, type Database } from './client.ts';
import { conversations, messages, runs as runRows, schedules as scheduleRows } from './schema.ts';
import { pruneRuns, upsertRuns, upsertSchedules } from './work-projection.ts';

/** Times in milliseconds. */
export interface ConversationRow {
  id: string;
  ownerId: string;
  rev: number;
  kind: Kind;
  title: string | null;
  status: Status;
  waitingFor: WaitingFor | null;
  usage: Usage;
  nextDueAt: number | null;
  nextRunAt: number | null;
  createdAt: number;
  updatedAt: number;
}

export interface MessageRow extends Pick<
  Message,
  'id' | 'seq' | 'role' | 'origin' | 'turnId' | 'content' | 'createdAt'
> {
  rev: number;
  /** What is searched: the plain text of the content. */
  text: string;
}

export interface Projection {
  conversation: ConversationRow;
  messages: ReadonlyArray<MessageRow>;
  removed: ReadonlyArray<{ id: string; rev: number }>;
  /** All of them, as they are; left out where there never was one. */
  schedules?: ReadonlyArray<Schedule>;
  /** Those that changed. */
  runs?: ReadonlyArray<Run>;
  /** Milliseconds: those that began before are kept no more. */
  runsFrom?: number | null;
}

/** Messages in one batch. */
const MAX_ROWS = 100;
/** Characters of messages in one batch: what an isolate can hold several times over without others noticing. */
const MAX_CHARS = 4 * 1024 * 1024;

const date = (time: number | null): Date | null => (time === null ? null : new Date(time));

/** The rows as the statement reads them: one JSON text for each. */
function messageRows({ messages, removed }: Projection): string[] {
  const rows = new Map<string, SentRow>();
  const present = messages.map((message): SentRow => ({ ...message, deleted: false }));
  for (const row of [...present, ...removed.map(tombstone)]) {
    // A statement may not touch a row twice, so of two versions only the newer one goes in.
    if ((rows.get(row.id)?.rev ?? -1) < row.rev) rows.set(row.id, row);
  }
  return [...rows.values()].map((row) => JSON.stringify(clean(row)));
}

type SentRow = Omit<MessageRow, 'createdAt'> & { createdAt: string | null; deleted: boolean };

/** A message that is no longer there: its id and revision without anything that was said. */
const tombstone = ({ id, rev }: { id: string; rev: number }): SentRow => ({
  id,
  rev,
  seq: rev,
  role: 'user',
  origin: 'system',
  turnId: null,
  content: [],
  text: '',
  createdAt: null,
  deleted: true,
});

/** Packs rows into batches; a row that is too large for any goes alone. At least one batch, if only an empty one. */
function pack(rows: ReadonlyArray<string>): string[][] {
  const packs: string[][] = [[]];
  let size = 0;
  for (const row of rows) {
    const full = packs.at(-1)?.length === MAX_ROWS || (size > 0 && size + row.length > MAX_CHARS);
    if (full) {
      packs.push([]);
      size = 0;
    }
    packs.at(-1)?.push(row);
    size += row.length;
  }
  return packs;
}

function upsertConversation(database: Database, row: ConversationRow) {
  const { usage, id, ownerId, rev, kind, status, waitingFor } = row;
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, cost } = usage;
  const changing = {
    rev,
    kind,
    title: clean(row.title),
    status,
    waitingFor,
    inputTokens,
    outputTokens,
    cacheReadTokens,
    cacheWriteTokens,
    cost,
    nextDueAt: date(row.nextDueAt),
    nextRunAt: date(row.nextRunAt),
    updatedAt: new Date(row.updatedAt),
  };
  return database
    .insert(conversations)
    .values({ id, ownerId, createdAt: new Date(row.createdAt), ...changing })
    .onConflictDoUpdate({
      target: conversations.id,
      set: changing,
      setWhere: sql`${conversations.rev} < ${rev} and ${conversations.deletedAt} is null`,
    });
}

/** Runs after the conversation's own upsert, which holds its row: a burial waits until both are done. */
function upsertMessages(database: Database, { id, ownerId }: ConversationRow, rows: ReadonlyArray<string>) {
  return database.execute(sql`
    insert into messages (conversation_id, id, owner_id, seq, role, origin, turn_id, content, text, created_at, rev,
      deleted_at)
    select ${id}::uuid, r.id, ${ownerId}::uuid, r.seq, r.role, r.origin, r."turnId", r.content, r.text,
      coalesce(r."createdAt", now()), r.rev, case when r.deleted then now() end
    from jsonb_to_recordset(${`[${rows.join(',')}]`}::jsonb) as r(id uuid, seq bigint, role text, origin text,
      "turnId" uuid, content jsonb, text text, "createdAt" timestamptz, rev bigint, deleted boolean)
    where not exists (select 1 from conversations c where c.id = ${id}::uuid and c.deleted_at is not null)
    on conflict (conversation_id, id) do update set
      seq = excluded.seq, role = excluded.role, origin = excluded.origin, turn_id = excluded.turn_id,
      content = excluded.content, text = excluded.text, rev = excluded.rev, deleted_at = excluded.deleted_at
    where excluded.rev > messages.rev`);
}

/**
 * Writes one report: one batch, or, when there is more than fits into one, several that each stand for themselves.
 * Throws `DatabaseUnavailable` when it should be tried again as it is.
 */
export async function project(database: Database, projection: Projection): Promise<void> {
  const { conversation, schedules, runs = [], runsFrom = null } = projection;
  for (const rows of pack(messageRows(projection)))
    await ask(
      database.batch([
        upsertConversation(database, conversation),
        ...(rows.length > 0 ? [upsertMessages(database, conversation, rows)] : []),
        ...(schedules === undefined ? [] : upsertSchedules(database, conversation, schedules)),
        ...(runs.length > 0 ? [upsertRuns(database, conversation, runs)] : []),
        ...(runs.length > 0 && runsFrom !== null ? [pruneRuns(database, conversation, runsFrom)] : []),
      ]),
    );
}

/** Turns a conversation into a tombstone without title or content and deletes its messages. */
export async function buryConversation(
  database: Database,
  { id, ownerId, rev }: { id: string; ownerId: string; rev: number },
): Promise<void> {
  const gone = {
    rev,
    title: null,
    waitingFor: null,
    nextDueAt: null,
    nextRunAt: null,
    status: 'archived',
    deletedAt: sql`now()`,
  };
  await ask(
    database.batch([
      // Deleting beats any revision: nothing comes after it.
      database
        .insert(conversations)
        .values({ id, ownerId, kind: 'chat', createdAt: sql`now()`, updatedAt: sql`now()`, ...gone })
        .onConflictDoUpdate({
          target: conversations.id,
          set: { ...gone, rev: sql`greatest(${conversations.rev}, ${rev})` },
          setWhere: sql`${conversations.deletedAt} is null`,
        }),
      database.delete(messages).where(eq(messages.conversationId, id)),
      database.delete(scheduleRows).where(eq(scheduleRows.conversationId, id)),
      database.delete(runRows).where(eq(runRows.conversationId, id)),
    ]),
  );
}
