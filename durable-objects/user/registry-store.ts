/**
 * The registry: one row for each conversation of the user, as it last reported itself, with what was read of it
 * and when the net looks after it. What was removed stays known by its id, so that a late report cannot revive it.
 */
import * as z from 'zod/mini';
import { formatCursor, parseCursor } from '#shared/core/list-cursor.ts';
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import type { Question } from '#shared/protocol/question.ts';
import { Pauses } from '#shared/protocol/schedule.ts';
import type { InboxItem } from '#shared/protocol/tool-calls.ts';
import type { ListQuery, RegistryEntry, SummaryPage } from './client.ts';
import { GRACE_MS, netDelay } from './net-delay.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;
/** A report cannot be under way for longer; after this a removed id is forgotten. */
const TOMBSTONE_MS = 90 * 24 * 60 * 60 * 1_000;

/** PERSISTED columns of `conversations` that make up a summary. */
type Row = {
  id: string;
  rev: number;
  kind: ConversationSummary['kind'];
  title: string | null;
  status: ConversationSummary['status'];
  waiting_for: ConversationSummary['waitingFor'];
  working: number;
  last_outcome: ConversationSummary['lastOutcome'];
  preview: string;
  last_reply_seq: number;
  read_seq: number;
  questions: string;
  next_run_at: number | null;
  schedules: number;
  pauses: string | null;
  created_at: number;
  updated_at: number;
};

/** Our own rows, written by a conversation of this or an earlier release. */
const Questions = z.array(z.custom<Question>((value) => typeof value === 'object' && value !== null));

const iso = (time: number): string => new Date(time).toISOString();

const summaryOf = (row: Row): ConversationSummary => ({
  id: row.id,
  rev: row.rev,
  kind: row.kind,
  title: row.title,
  status: row.status,
  waitingFor: row.waiting_for,
  working: row.working === 1,
  lastOutcome: row.last_outcome,
  preview: row.preview,
  unread: row.last_reply_seq > row.read_seq,
  questions: Questions.parse(JSON.parse(row.questions)),
  nextRunAt: row.next_run_at === null ? null : iso(row.next_run_at),
  // With a live one it would be `background`.
  paused: row.status === 'active' && row.schedules > 0,
  ...(row.pauses === null ? {} : { pauses: Pauses.parse(JSON.parse(row.pauses)) }),
  createdAt: iso(row.created_at),
  updatedAt: iso(row.updated_at),
});

/**
 * Whether all its schedules are paused and nothing else in it works by itself. That none of them is live the status says, but
 * for one that waits for its person: that one has to have told why they are paused, which older ones did not.
 */
const allPaused = `(schedules > 0 AND status <> 'background' AND (pauses IS NOT NULL OR status <> 'waiting_input'))`;

export class RegistryStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Whether this conversation was removed for good. */
  isRemoved(id: string): boolean {
    return this.#sql.exec('SELECT 1 FROM removed_conversations WHERE id = ?', id).toArray().length > 0;
  }

  /**
   * Takes in a report. False when it tells nothing new. Of a report of the known revision only the due time counts:
   * a failed delivery gives a conversation one without a revision.
   */
  put(entry: RegistryEntry): boolean {
    const [known] = this.#sql
      .exec<{ rev: number }>('SELECT rev FROM conversations WHERE id = ?', entry.id)
      .toArray();
    if (known?.rev === entry.rev) this.noteDue(entry.id, entry.nextDueAt);
    const written = this.#sql.exec(
      `INSERT INTO conversations (id, rev, kind, title, status, waiting_for, working, last_outcome, preview,
         last_reply_seq, questions, next_run_at, next_due_at, schedules, pauses, created_at, updated_at, by_itself)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET
         rev = excluded.rev, kind = excluded.kind, title = excluded.title, status = excluded.status,
         waiting_for = excluded.waiting_for, working = excluded.working, last_outcome = excluded.last_outcome,
         preview = excluded.preview, last_reply_seq = excluded.last_reply_seq,
         questions = excluded.questions, next_run_at = excluded.next_run_at, next_due_at = excluded.next_due_at,
         schedules = excluded.schedules, pauses = excluded.pauses, updated_at = excluded.updated_at,
         by_itself = max(coalesce(conversations.by_itself, 0), coalesce(excluded.by_itself, 1)),
         net_attempts = CASE WHEN excluded.next_due_at IS conversations.next_due_at THEN net_attempts ELSE 0 END,
         net_after = CASE WHEN excluded.next_due_at IS conversations.next_due_at THEN net_after ELSE 0 END
       WHERE excluded.rev > conversations.rev
       RETURNING id`,
      entry.id,
      entry.rev,
      entry.kind,
      entry.title,
      entry.status,
      entry.waitingFor,
      entry.working ? 1 : 0,
      entry.lastOutcome,
      entry.preview,
      entry.lastReplySeq,
      JSON.stringify(entry.questions),
      entry.nextRunAt,
      entry.nextDueAt,
      entry.schedules ?? 0,
      entry.pauses === undefined ? null : JSON.stringify(entry.pauses),
      entry.createdAt,
      entry.updatedAt,
      entry.byItself === undefined ? null : entry.byItself ? 1 : 0,
    );
    return written.toArray().length > 0;
  }

  /** Notes when a conversation that was asked is due next. The same time again leaves its backoff as it is. */
  noteDue(id: string, nextDueAt: number | null): void {
    this.#sql.exec(
      `UPDATE conversations SET next_due_at = ?1, net_attempts = 0, net_after = 0
       WHERE id = ?2 AND next_due_at IS NOT ?1`,
      nextDueAt,
      id,
    );
  }

  /** Forgets a conversation for good. False when that had happened already. */
  remove(id: string, now: number): boolean {
    this.#sql.exec('DELETE FROM removed_conversations WHERE removed_at <= ?', now - TOMBSTONE_MS);
    this.#sql.exec('DELETE FROM conversations WHERE id = ?', id);
    const made = this.#sql.exec(
      'INSERT INTO removed_conversations (id, removed_at) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING id',
      id,
      now,
    );
    return made.toArray().length > 0;
  }

  /** Notes that everything up to `seq` was seen. True when that changed whether it is unread. */
  markRead(id: string, seq: number): boolean {
    const unread = this.summary(id)?.unread;
    this.#sql.exec('UPDATE conversations SET read_seq = max(read_seq, ?) WHERE id = ?', seq, id);
    return unread !== this.summary(id)?.unread;
  }

  /** Up to where it was seen. */
  readSeq(id: string): number {
    const [row] = this.#sql
      .exec<{ read_seq: number }>('SELECT read_seq FROM conversations WHERE id = ?', id)
      .toArray();
    return row?.read_seq ?? 0;
  }

  summary(id: string): ConversationSummary | null {
    const [row] = this.#sql.exec<Row>('SELECT * FROM conversations WHERE id = ?', id).toArray();
    return row ? summaryOf(row) : null;
  }

  /** Newest first. The cursor names the last row of a page by time and id, so that nothing is skipped or repeated. */
  list({
    status,
    kind,
    schedules,
    tasks = true,
    cursor,
    limit = DEFAULT_LIMIT,
  }: ListQuery): SummaryPage | null {
    const after = cursor === undefined ? null : parseCursor(cursor);
    if (cursor !== undefined && after === null) return null;
    const size = Math.min(Math.max(limit, 1), MAX_LIMIT);
    const rows = this.#sql
      .exec<Row>(
        `SELECT * FROM conversations
         WHERE (?1 IS NULL OR status = ?1) AND (?2 IS NULL OR kind = ?2) AND (?6 = 1 OR kind <> 'task')
           AND (?3 IS NULL OR (updated_at, id) < (?3, ?4)) AND (?7 = 0 OR ${allPaused})
         ORDER BY updated_at DESC, id DESC LIMIT ?5`,
        status ?? null,
        kind ?? null,
        after?.time ?? null,
        after?.id ?? null,
        size + 1,
        tasks ? 1 : 0,
        schedules === 'paused' ? 1 : 0,
      )
      .toArray();
    const items = rows.slice(0, size).map(summaryOf);
    const last = rows[size - 1];
    const nextCursor =
      rows.length > size && last ? formatCursor({ time: last.updated_at, id: last.id }) : null;
    return { items, nextCursor };
  }

  /** Everything that waits for the user, oldest first. */
  inbox(): InboxItem[] {
    const rows = this.#sql.exec<Row>(`SELECT * FROM conversations WHERE questions <> '[]'`).toArray();
    const items = rows
      .map(summaryOf)
      .flatMap(({ id, title, kind, questions }) =>
        questions.map((question) => ({ conversation: { id, title, kind }, question })),
      );
    const order = ({ question }: InboxItem): string => `${question.askedAt} ${question.id}`;
    return items.toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
  }

  /** Those with schedules that have not ended, also where all are paused or archived: what a pause costs goes by the zone. */
  scheduled(): string[] {
    const rows = this.#sql.exec<{ id: string }>(
      'SELECT id FROM conversations WHERE schedules > 0 OR next_run_at IS NOT NULL',
    );
    return rows.toArray().map(({ id }) => id);
  }

  /**
   * Those that may have something in a window of the calendar: they have or had schedules or webhooks, as far as is known,
   * and did something since it began, or will before it ends, or have schedules that may have been paused all the time.
   * What comes next first; `more` were left out.
   */
  byItselfWithin(from: number, to: number, limit: number): { ids: string[]; more: number } {
    const rows = this.#sql
      .exec<{ id: string }>(
        `SELECT id FROM conversations
         WHERE coalesce(by_itself, 1) = 1 AND created_at < ?2 AND (updated_at >= ?1 OR next_run_at < ?2 OR schedules > 0)
         ORDER BY next_run_at IS NULL, next_run_at, updated_at DESC`,
        from,
        to,
      )
      .toArray();
    return { ids: rows.slice(0, limit).map(({ id }) => id), more: Math.max(0, rows.length - limit) };
  }

  /** When the net has to ring next, in milliseconds; null when nothing is due at any time. */
  nextRing(): number | null {
    return this.#sql
      .exec<{ ring: number | null }>(
        'SELECT min(max(next_due_at + ?, net_after)) AS ring FROM conversations WHERE next_due_at IS NOT NULL',
        GRACE_MS,
      )
      .one().ring;
  }

  /**
   * Claims up to `limit` conversations that are overdue: each is put off by its own backoff before anybody calls
   * it, so that one that never answers cannot keep the others waiting.
   */
  claimOverdue(limit: number, now: number): string[] {
    const rows = this.#sql
      .exec<{ id: string; net_attempts: number }>(
        `SELECT id, net_attempts FROM conversations
         WHERE next_due_at IS NOT NULL AND max(next_due_at + ?1, net_after) <= ?2
         ORDER BY net_attempts, next_due_at LIMIT ?3`,
        GRACE_MS,
        now,
        limit,
      )
      .toArray();
    for (const { id, net_attempts } of rows)
      this.#sql.exec(
        'UPDATE conversations SET net_attempts = ?, net_after = ? WHERE id = ?',
        net_attempts + 1,
        now + netDelay(net_attempts),
        id,
      );
    return rows.map(({ id }) => id);
  }
}
