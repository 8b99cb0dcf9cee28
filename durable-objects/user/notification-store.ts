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

const beyondNewest = (which: string) =>
  `id IN (SELECT id FROM notifications WHERE (kind != 'result' AND read_at IS NULL) = ${which}
     ORDER BY at DESC, id DESC LIMIT -1 OFFSET ?)`;

/** Of either kind those beyond the newest so many go: first of the others, then of those that need somebody. */
export const pruneSql = `DELETE FROM notifications WHERE ${beyondNewest('0')} OR ${beyondNewest('1')} RETURNING at`;

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
    this.#prune();
    return row === undefined ? null : notificationOf(row);
  }

  #prune(): void {
    const cleared = this.#sql.exec<{ at: number }>(pruneSql, KEPT, KEPT_NEEDED).toArray();
    if (cleared.length === 0) return;
    this.#sql.exec(
      `INSERT INTO notifications_cleared VALUES (1, ?)
       ON CONFLICT DO UPDATE SET until = max(until, excluded.until)`,
      cleared.reduce((latest, { at }) => Math.max(latest, at), 0),
    );
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
    // Until when some were cleared away; no row while everything is there.
    const [cleared] = this.#sql.exec<{ until: number }>('SELECT until FROM notifications_cleared').toArray();
    return {
      items: rows.slice(0, size).map(notificationOf),
      nextCursor,
      ...(cleared && { clearedUntil: iso(cleared.until) }),
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
