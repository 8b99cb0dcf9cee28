/**
 * Notices as they are kept, one row each: the newest five hundred, and beside them those that are unread and not mere results.
 * So what a watch does every five minutes pushes out no question, no failure and no pause that nobody has seen.
 */
import { parseCursor } from '#shared/core/list-cursor.ts';
import type { Notice } from '#shared/core/notify/notices.ts';
import { usualSettings } from '#shared/core/notify/notices.ts';
import { type Notification, NotificationKind, NotificationSettings } from '#shared/protocol/notification.ts';

const KEPT = 500;
/** Unread ones that need somebody are let go only beyond so many of their own kind: a list must have an end. */
const KEPT_NEEDED = 2_000;

/** Where a page ended. `id` null: at the end of the time before, as far as a cursor of an older version says. */
interface Place {
  time: number;
  id: string | null;
}

/**
 * A page, newest first. Its bound on the time alone lets the index find the beginning. Rather a line twice than one never:
 * an older cursor begins with all of its time.
 */
export const pageSql = `SELECT * FROM notifications
   WHERE at <= coalesce(?1, ${Number.MAX_SAFE_INTEGER})
     AND (?1 IS NULL OR at < ?1 OR ?2 IS NULL OR id < ?2)
   ORDER BY at DESC, id DESC LIMIT ?3`;

/** As the indexes have them, word for word. */
const needed = `read_at IS NULL AND kind != 'result'`;
const rest = `(read_at IS NOT NULL OR kind = 'result')`;

const beyondNewest = (which: string) =>
  `DELETE FROM notifications WHERE id IN
     (SELECT id FROM notifications WHERE ${which} ORDER BY at DESC, id DESC LIMIT -1 OFFSET ?) RETURNING at`;

/** Of either kind those beyond the newest so many go. */
export const pruneSql = { rest: beyondNewest(rest), needed: beyondNewest(needed) };

const FORMAT = /^(\d{1,13}):(.+)$/;

/** Null when the text is no cursor of ours. Those of older versions named a conversation, and a place in its log. */
function parsePlace(text: string): Place | null {
  const [, time, id] = FORMAT.exec(text) ?? [];
  if (id !== undefined) return { time: Number(time), id };
  const older = parseCursor(text.replace(/^(.+-.+)\.\d+$/, '$1'));
  return older && { time: older.time, id: null };
}

const iso = (time: number): string => new Date(time).toISOString();

interface Row extends Record<string, SqlStorageValue> {
  id: string;
  seq: number;
  kind: string;
  conversation_id: string;
  title: string | null;
  source: string | null;
  text: string;
  code: string | null;
  path: string | null;
  at: number;
  read_at: number | null;
  loud: number;
}

const notificationOf = (row: Row): Notification => ({
  id: row.id,
  kind: NotificationKind.parse(row.kind),
  conversationId: row.conversation_id,
  title: row.title,
  source: row.source,
  text: row.text,
  code: row.code,
  path: row.path,
  at: iso(row.at),
  readAt: row.read_at === null ? null : iso(row.read_at),
  loud: row.loud === 1,
});

export class NotificationStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Null when it was told before. */
  add(notice: Notice, loud: boolean): Notification | null {
    const [row] = this.#sql
      .exec<Row>(
        `INSERT INTO notifications (id, seq, kind, conversation_id, question_id, title, source, text, code, path, at, loud)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING *`,
        notice.id,
        notice.seq,
        notice.kind,
        notice.conversationId,
        notice.questionId,
        notice.title,
        notice.source,
        notice.text,
        notice.code,
        notice.path ?? null,
        notice.at,
        loud ? 1 : 0,
      )
      .toArray();
    this.#prune(pruneSql.rest, KEPT);
    this.#prune(pruneSql.needed, KEPT_NEEDED);
    return row === undefined ? null : notificationOf(row);
  }

  #prune(sql: string, kept: number): void {
    const gone = this.#sql.exec<{ at: number }>(sql, kept).toArray();
    if (gone.length === 0) return;
    const until = Math.max(...gone.map(({ at }) => at));
    this.#sql.exec(
      `INSERT INTO notifications_cleared (one, until) VALUES (1, ?)
       ON CONFLICT (one) DO UPDATE SET until = max(until, excluded.until)`,
      until,
    );
  }

  /** Until when some were cleared away; null while everything is there. */
  #cleared(): number | null {
    const sql = 'SELECT until FROM notifications_cleared';
    return this.#sql.exec<{ until: number }>(sql).toArray()[0]?.until ?? null;
  }

  unread(): number {
    return this.#sql
      .exec<{ count: number }>('SELECT count(*) AS count FROM notifications WHERE read_at IS NULL')
      .one().count;
  }

  /** Newest first; null when the cursor is none of ours. */
  page({ cursor, limit = 50 }: { cursor?: string; limit?: number }) {
    const after = cursor === undefined ? null : parsePlace(cursor);
    if (cursor !== undefined && after === null) return null;
    const size = Math.min(Math.max(limit, 1), 200);
    const rows = this.#sql.exec<Row>(pageSql, after?.time ?? null, after?.id ?? null, size + 1).toArray();
    const last = rows[size - 1];
    const nextCursor = rows.length > size && last ? `${last.at}:${last.id}` : null;
    const cleared = this.#cleared();
    return {
      items: rows.slice(0, size).map(notificationOf),
      nextCursor,
      ...(cleared === null ? {} : { clearedUntil: iso(cleared) }),
    };
  }

  /** Marks these, or all, as read. Answers those that were not. */
  read(ids: ReadonlyArray<string> | null, now: number): string[] {
    const all = ids === null;
    const changed = this.#sql.exec<{ id: string }>(
      `UPDATE notifications SET read_at = ?1 WHERE read_at IS NULL
         AND (?2 = 1 OR id IN (SELECT value FROM json_each(?3))) RETURNING id`,
      now,
      all ? 1 : 0,
      JSON.stringify(ids ?? []),
    );
    return changed.toArray().map(({ id }) => id);
  }

  /** What was seen in its conversation needs no reading here; nor does a question that is no longer open. */
  settle(conversationId: string, readSeq: number, open: ReadonlyArray<string>, now: number): string[] {
    const changed = this.#sql.exec<{ id: string }>(
      `UPDATE notifications SET read_at = ?1 WHERE read_at IS NULL AND conversation_id = ?2
         AND CASE kind WHEN 'question' THEN question_id NOT IN (SELECT value FROM json_each(?4))
             ELSE seq <= ?3 END RETURNING id`,
      now,
      conversationId,
      readSeq,
      JSON.stringify(open),
    );
    return changed.toArray().map(({ id }) => id);
  }

  forget(conversationId: string): boolean {
    return (
      this.#sql
        .exec('DELETE FROM notifications WHERE conversation_id = ? RETURNING id', conversationId)
        .toArray().length > 0
    );
  }

  settings(): NotificationSettings {
    const [row] = this.#sql.exec<{ json: string }>('SELECT json FROM notification_settings').toArray();
    return row === undefined ? usualSettings : NotificationSettings.parse(JSON.parse(row.json));
  }

  setSettings(settings: NotificationSettings): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO notification_settings (one, json) VALUES (1, ?)',
      JSON.stringify(settings),
    );
  }
}
