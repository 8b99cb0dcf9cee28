/** The activity log of an account, newest first, and which lines Neon does not have yet. */
import { formatCursor, parseCursor } from '#shared/core/list-cursor.ts';
import type { AuditAction, AuditEntry } from '#shared/protocol/security.ts';

const KEPT = 1_000;
const KEPT_MS = 365 * 24 * 60 * 60 * 1_000;
const DEFAULT_LIMIT = 50;
const PROJECTED_AT_ONCE = 100;

type Row = {
  id: string;
  at: number;
  action: AuditAction;
  detail: string | null;
  device: string | null;
  place: string | null;
  alert: number;
  seen: number;
};

const entryOf = ({ at, alert, seen, ...row }: Row): AuditEntry => ({
  ...row,
  at: new Date(at).toISOString(),
  alert: alert === 1,
  seen: seen === 1,
});

const COLUMNS = 'id, at, action, detail, device, place, alert, seen';

export class AuditStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(line: Omit<Row, 'alert' | 'seen'> & { alert: boolean }): void {
    this.#sql.exec(
      'INSERT INTO audit (id, at, action, detail, device, place, alert) VALUES (?, ?, ?, ?, ?, ?, ?)',
      line.id,
      line.at,
      line.action,
      line.detail,
      line.device,
      line.place,
      line.alert ? 1 : 0,
    );
    this.#sql.exec(
      `DELETE FROM audit WHERE projected = 1 AND NOT (alert = 1 AND seen = 0) AND
         (at <= ? OR id IN (SELECT id FROM audit ORDER BY at DESC, id DESC LIMIT -1 OFFSET ?))`,
      line.at - KEPT_MS,
      KEPT,
    );
  }

  /** A page, newest first; null when the cursor is none of ours. */
  list(query: {
    cursor?: string;
    limit?: number;
  }): { items: AuditEntry[]; nextCursor: string | null } | null {
    const after = query.cursor === undefined ? null : parseCursor(query.cursor);
    if (query.cursor !== undefined && after === null) return null;
    const size = Math.min(Math.max(query.limit ?? DEFAULT_LIMIT, 1), 200);
    const rows = this.#sql
      .exec<Row>(
        `SELECT ${COLUMNS} FROM audit WHERE ?1 IS NULL OR (at, id) < (?1, ?2) ORDER BY at DESC, id DESC LIMIT ?3`,
        after?.time ?? null,
        after?.id ?? null,
        size + 1,
      )
      .toArray();
    const last = rows[size - 1];
    const nextCursor = rows.length > size && last ? formatCursor({ time: last.at, id: last.id }) : null;
    return { items: rows.slice(0, size).map(entryOf), nextCursor };
  }

  /** Whether there is a line of this action after `time`. */
  since(action: AuditAction, time: number): boolean {
    return (
      this.#sql.exec('SELECT 1 FROM audit WHERE action = ? AND at > ?', action, time).toArray().length > 0
    );
  }

  /** Alerts that nobody has looked at. */
  unseen(): number {
    return this.#sql
      .exec<{ count: number }>('SELECT count(*) AS count FROM audit WHERE alert = 1 AND seen = 0')
      .one().count;
  }

  markSeen(): void {
    this.#sql.exec('UPDATE audit SET seen = 1 WHERE seen = 0');
  }

  /** The oldest lines that Neon does not have. */
  unprojected(): AuditEntry[] {
    return this.#sql
      .exec<Row>(
        `SELECT ${COLUMNS} FROM audit WHERE projected = 0 ORDER BY at, id LIMIT ?`,
        PROJECTED_AT_ONCE,
      )
      .toArray()
      .map(entryOf);
  }

  markProjected(ids: ReadonlyArray<string>): void {
    for (const id of ids) this.#sql.exec('UPDATE audit SET projected = 1 WHERE id = ?', id);
  }
}
