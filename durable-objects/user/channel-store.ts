/** Channels and what was sent to them. The address of a Slack webhook is sealed. */
import type { Channel, Sent, SentStatus } from '#shared/protocol/channel.ts';

const iso = (time: number): string => new Date(time).toISOString();
/** Lines of the log of a channel that are kept. */
const KEPT = 100;
const FIRST_MS = 5_000;
const LONGEST_MS = 60 * 60_000;
/** How long a try may take until it counts as lost with its process. */
const CLAIM_MS = 60_000;
const AT_ONCE = 10;
export const SWITCHED_OFF = 'The channel was switched off.';

export interface StoredChannel extends Channel {
  /** Of a Slack webhook; null for mail. */
  sealed: string | null;
}

export interface StoredSent extends Sent {
  channelId: string;
  text: string;
  path: string;
}

type ChannelRow = {
  id: string;
  kind: string;
  name: string;
  hint: string;
  sealed: string | null;
  enabled: number;
  problem: string | null;
  created_at: number;
};

type SentRow = {
  id: string;
  channel_id: string;
  title: string;
  text: string;
  path: string;
  status: string;
  reason: string | null;
  attempts: number;
  created_at: number;
  sent_at: number | null;
};

const channelOf = (row: ChannelRow): StoredChannel => ({
  id: row.id,
  kind: row.kind === 'slack' ? 'slack' : 'email',
  name: row.name,
  hint: row.hint,
  sealed: row.sealed,
  enabled: row.enabled === 1,
  problem: row.problem,
  createdAt: iso(row.created_at),
});

const sentOf = (row: SentRow): StoredSent => ({
  id: row.id,
  channelId: row.channel_id,
  title: row.title,
  text: row.text,
  path: row.path,
  // Under way: its outcome is not known to anybody yet.
  status: row.status === 'sending' ? 'waiting' : (row.status as SentStatus),
  reason: row.reason,
  attempts: row.attempts,
  createdAt: iso(row.created_at),
  sentAt: row.sent_at === null ? null : iso(row.sent_at),
});

export class ChannelStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  all(): StoredChannel[] {
    return this.#sql
      .exec<ChannelRow>('SELECT * FROM channels ORDER BY created_at, id')
      .toArray()
      .map(channelOf);
  }

  get(id: string): StoredChannel | null {
    const [row] = this.#sql.exec<ChannelRow>('SELECT * FROM channels WHERE id = ?', id).toArray();
    return row === undefined ? null : channelOf(row);
  }

  add(made: Pick<StoredChannel, 'id' | 'kind' | 'name' | 'hint' | 'sealed'>, now: number): void {
    this.#sql.exec(
      `INSERT INTO channels (id, kind, name, hint, sealed, enabled, created_at) VALUES (?, ?, ?, ?, ?, 1, ?)
       ON CONFLICT DO NOTHING`,
      made.id,
      made.kind,
      made.name,
      made.hint,
      made.sealed,
      now,
    );
  }

  update(id: string, { name, enabled }: { name?: string | undefined; enabled?: boolean | undefined }): void {
    if (name !== undefined) this.#sql.exec('UPDATE channels SET name = ? WHERE id = ?', name, id);
    if (enabled === false) this.#letGo(id);
    if (enabled !== undefined)
      this.#sql.exec(
        'UPDATE channels SET enabled = ?1, problem = CASE ?1 WHEN 1 THEN NULL ELSE problem END WHERE id = ?2',
        enabled ? 1 : 0,
        id,
      );
  }

  switchOff(id: string, problem: string): void {
    this.#letGo(id);
    this.#sql.exec('UPDATE channels SET enabled = 0, problem = ? WHERE id = ?', problem, id);
  }

  /** Of a channel that is off nothing goes out that waited. What is under way right now says itself how it ended. */
  #letGo(id: string): void {
    this.#sql.exec(
      `UPDATE sent SET status = CASE status WHEN 'sending' THEN 'unknown' ELSE 'failed' END, reason = ?, due_at = NULL
       WHERE channel_id = ? AND due_at IS NOT NULL`,
      SWITCHED_OFF,
      id,
    );
  }

  reseal(id: string, before: string, after: string): void {
    this.#sql.exec('UPDATE channels SET sealed = ? WHERE id = ? AND sealed = ?', after, id, before);
  }

  remove(id: string): boolean {
    this.#sql.exec('DELETE FROM sent WHERE channel_id = ?', id);
    return this.#sql.exec('DELETE FROM channels WHERE id = ? RETURNING id', id).toArray().length > 0;
  }

  /** Notes that something has to go out. `key` names it for ever: the same again changes nothing. */
  owe(
    made: { id: string; channelId: string; key: string; title: string; text: string; path: string },
    now: number,
  ): void {
    const { id, channelId, key, title, text, path } = made;
    this.#sql.exec(
      `INSERT INTO sent (id, channel_id, key, title, text, path, status, attempts, due_at, created_at)
       VALUES (?, ?, ?, ?, ?, ?, 'waiting', 0, ?, ?) ON CONFLICT DO NOTHING`,
      id,
      channelId,
      key,
      title,
      text,
      path,
      now,
      now,
    );
    this.#sql.exec(
      `DELETE FROM sent WHERE channel_id = ?1 AND status NOT IN ('waiting', 'sending')
         AND id NOT IN (SELECT id FROM sent WHERE channel_id = ?1 ORDER BY created_at DESC, id DESC LIMIT ?2)`,
      channelId,
      KEPT,
    );
  }

  sent(id: string): StoredSent | null {
    const [row] = this.#sql.exec<SentRow>('SELECT * FROM sent WHERE id = ?', id).toArray();
    return row === undefined ? null : sentOf(row);
  }

  log(channelId: string): StoredSent[] {
    return this.#sql
      .exec<SentRow>(
        'SELECT * FROM sent WHERE channel_id = ? ORDER BY created_at DESC, id DESC LIMIT ?',
        channelId,
        KEPT,
      )
      .toArray()
      .map(sentOf);
  }

  /**
   * Claims what is due, before it is tried. What was under way when the process died is claimed only where a repeat is
   * harmless; of the rest nobody can say whether it arrived.
   */
  claimDue(now: number): StoredSent[] {
    this.#sql.exec(
      `UPDATE sent SET status = 'unknown', reason = 'The app was interrupted while it was sent.', due_at = NULL
       WHERE status = 'sending' AND due_at <= ?
         AND channel_id IN (SELECT id FROM channels WHERE kind = 'slack')`,
      now,
    );
    const rows = this.#sql
      .exec<SentRow>('SELECT * FROM sent WHERE due_at <= ? ORDER BY due_at, id LIMIT ?', now, AT_ONCE)
      .toArray();
    for (const { id } of rows)
      this.#sql.exec(
        `UPDATE sent SET status = 'sending', attempts = attempts + 1, due_at = ? WHERE id = ?`,
        now + CLAIM_MS,
        id,
      );
    return rows.map((row) => sentOf({ ...row, attempts: row.attempts + 1 }));
  }

  settle(id: string, status: 'sent' | 'failed' | 'unknown', reason: string | null, now: number): void {
    this.#sql.exec(
      'UPDATE sent SET status = ?1, reason = ?2, due_at = NULL, sent_at = CASE ?1 WHEN ?3 THEN ?4 END WHERE id = ?5',
      status,
      reason,
      'sent',
      now,
      id,
    );
  }

  /** Later and later, at most an hour apart, or as long as was asked for. */
  putOff(id: string, reason: string, afterMs: number | null, now: number): void {
    this.#sql.exec(
      `UPDATE sent SET status = 'waiting', reason = ?1,
         due_at = ?2 + max(?3, min(?4 * (1 << min(attempts, 20)), ?5)) WHERE id = ?6`,
      reason,
      now,
      afterMs ?? 0,
      FIRST_MS,
      LONGEST_MS,
      id,
    );
  }

  /** By hand, once more. */
  again(id: string, now: number): void {
    this.#sql.exec(
      `UPDATE sent SET status = 'waiting', reason = NULL, attempts = 0, due_at = ? WHERE id = ? AND status IN ('failed', 'unknown')`,
      now,
      id,
    );
  }

  /** Reports of runs since then of which it is settled what became of them, and those that arrived. */
  reportsSince(since: number): { settled: number; sent: number } {
    return this.#sql
      .exec<{ settled: number; sent: number }>(
        `SELECT count(*) AS settled, coalesce(sum(status = 'sent'), 0) AS sent FROM sent
         WHERE path LIKE '/today/%' AND created_at >= ? AND status IN ('sent', 'failed', 'unknown')`,
        since,
      )
      .one();
  }

  /** When the next thing is tried again that failed before. */
  nextRetry(): number | null {
    return this.#sql
      .exec<{ due: number | null }>(
        `SELECT min(due_at) AS due FROM sent WHERE status = 'waiting' AND attempts > 0`,
      )
      .one().due;
  }

  nextDue(): number | null {
    return this.#sql.exec<{ due: number | null }>('SELECT min(due_at) AS due FROM sent').one().due;
  }
}
