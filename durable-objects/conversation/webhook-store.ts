/** The tables of webhooks: what they keep beside the conversation's state, and what arrived. */
import { formatCursor, parseCursor } from '#shared/core/list-cursor.ts';
import { instant } from '#shared/core/schedule/instant.ts';
import { aroundChars, type Arrived, goneText } from '#shared/core/webhooks/content.ts';
import type { Event } from '#shared/protocol/events.ts';
import { type Delivery, DeliveryStatus } from '#shared/protocol/webhook.ts';
import { pruneDeliveries, pruneEvery } from './prune-deliveries.ts';
import { ShownSecrets } from './shown-secrets.ts';

const previewChars = 200;
/** What is kept of what a sender says of its text. */
const typeChars = 300;
const idle: ReadonlySet<DeliveryStatus> = new Set<DeliveryStatus>(['filtered', 'ignored', 'paused']);

export interface HookRow extends Record<string, SqlStorageValue> {
  id: string;
  /** Sealed by the vault; for `url` the SHA-256 of the secret. Null until somebody was shown one. */
  secret: string | null;
  previous: string | null;
  previous_until: number | null;
  deliveries: number;
  last_at: number | null;
  refused: number;
  refused_at: number | null;
  /** How many of the deliveries started nothing. */
  idle: number;
  /** Whether the newest secret proved a delivery while the one before it was good. */
  proved: number;
}

interface DeliveryRow extends Record<string, SqlStorageValue> {
  id: string;
  webhook_id: string;
  dedupe: string;
  received_at: number;
  status: string;
  batch: string | null;
  run_id: string | null;
  size: number;
  content_type: string | null;
  headers: string;
  body: ArrayBuffer | null;
  test: number;
  replay_of: string | null;
}

/** A delivery as it is kept first. */
export interface NewDelivery {
  id: string;
  webhookId: string;
  /** Names it among all of its webhook: a repeat has the same. */
  dedupe: string;
  receivedAt: number;
  status: DeliveryStatus;
  /** The run that its sender is told of. */
  batch: string | null;
  contentType: string | null;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  test: boolean;
  replayOf: string | null;
}

const arrivedOf = ({ id, received_at, content_type, body, size }: DeliveryRow): Arrived => ({
  id,
  receivedAt: received_at,
  contentType: content_type,
  body: body === null ? null : new Uint8Array(body),
  size,
});

/** As many as fit into so many characters, and one at least. A character is one byte at least. */
function fitting(rows: Iterable<DeliveryRow>, chars: number): Arrived[] {
  const found: Arrived[] = [];
  let size = 0;
  for (const row of rows) {
    if (found.length > 0 && size >= chars) break;
    size += aroundChars + (row.body === null ? goneText(row.size).length : row.size);
    found.push(arrivedOf(row));
  }
  return found;
}

/** One whose run has begun stays `waiting` among the rows as long as its body has to be kept. */
const statusOf = ({ status, run_id }: DeliveryRow): DeliveryStatus =>
  status === 'waiting' && run_id !== null ? 'accepted' : DeliveryStatus.parse(status);

const textOf = (body: Uint8Array): string => new TextDecoder().decode(body);

const shown = (row: DeliveryRow): Delivery => ({
  id: row.id,
  webhookId: row.webhook_id,
  receivedAt: instant(row.received_at),
  status: statusOf(row),
  runId: row.run_id ?? row.batch,
  size: row.size,
  contentType: row.content_type,
  preview:
    row.body === null
      ? goneText(row.size)
      : textOf(new Uint8Array(row.body).subarray(0, 4 * previewChars)).slice(0, previewChars),
  test: row.test === 1,
  replayOf: row.replay_of,
  kept: row.body !== null,
});

export class WebhookStore {
  readonly shownSecrets: ShownSecrets;
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.shownSecrets = new ShownSecrets(sql);
  }

  /** Follows the log: a webhook has its row from its beginning to its end. Inside the commit's transaction. */
  note(events: ReadonlyArray<Event>): void {
    for (const event of events) {
      if (event.type !== 'webhook_changed') continue;
      const { webhookId: id, change } = event;
      if (change === 'created') this.#sql.exec('INSERT OR IGNORE INTO webhooks (id) VALUES (?)', id);
      if (change !== 'removed') continue;
      // What arrived goes after this, in pieces: `removed-store.ts`.
      this.#sql.exec('DELETE FROM webhooks WHERE id = ?', id);
      this.shownSecrets.forget(id);
    }
  }

  row(id: string): HookRow | null {
    return this.#sql.exec<HookRow>('SELECT * FROM webhooks WHERE id = ?', id).toArray()[0] ?? null;
  }

  setSecret(id: string, secret: string, previous: string | null, previousUntil: number | null): void {
    this.#sql.exec(
      'UPDATE webhooks SET secret = ?, previous = ?, previous_until = ?, proved = 0 WHERE id = ?',
      secret,
      previous,
      previousUntil,
      id,
    );
  }

  /** The newest secret proved a delivery. Nothing happens when it was replaced meanwhile. */
  prove(id: string, secret: string): void {
    this.#sql.exec('UPDATE webhooks SET proved = 1 WHERE id = ? AND secret = ?', id, secret);
  }

  /** The secret before the one that is now is good no more. */
  endPrevious(id: string): void {
    this.#sql.exec('UPDATE webhooks SET previous = NULL, previous_until = NULL WHERE id = ?', id);
  }

  /** The same secret in another sealed form. Nothing happens when it was replaced meanwhile. */
  reseal(id: string, from: string, to: string): void {
    this.#sql.exec('UPDATE webhooks SET secret = ? WHERE id = ? AND secret = ?', to, id, from);
    this.#sql.exec('UPDATE webhooks SET previous = ? WHERE id = ? AND previous = ?', to, id, from);
  }

  /** Deliveries whose signature did not hold: counted, not kept. */
  refuse(id: string, count: number, now: number): void {
    this.#sql.exec('UPDATE webhooks SET refused = refused + ?, refused_at = ? WHERE id = ?', count, now, id);
  }

  /** What the first of its name was answered. */
  known(webhookId: string, dedupe: string): { deliveryId: string; runId: string | null } | null {
    const [row] = this.#sql
      .exec<{
        id: string;
        batch: string | null;
      }>('SELECT id, batch FROM deliveries WHERE webhook_id = ? AND dedupe = ?', webhookId, dedupe)
      .toArray();
    return row === undefined ? null : { deliveryId: row.id, runId: row.batch };
  }

  /** The same of the last that had these bytes and no name, if it came after `since`. */
  knownBytes(webhookId: string, hash: string, since: number) {
    const [row] = this.#sql
      .exec<{ id: string; batch: string | null }>(
        `SELECT id, batch FROM deliveries WHERE webhook_id = ?1 AND dedupe >= ?2 || '/' AND dedupe < ?2 || '0'
           AND received_at > ?3 ORDER BY received_at DESC LIMIT 1`,
        webhookId,
        hash,
        since,
      )
      .toArray();
    return row === undefined ? null : { deliveryId: row.id, runId: row.batch };
  }

  /**
   * Keeps a delivery; inside the transaction that decides about it.
   * @param held the batches whose runs wait or go on: their bodies stay, whatever comes
   */
  keep(made: NewDelivery, held: ReadonlySet<string>): void {
    const { webhookId, receivedAt } = made;
    const [counted] = this.#sql
      .exec<{ deliveries: number; idle: number }>(
        `UPDATE webhooks SET deliveries = deliveries + 1, idle = idle + ?, last_at = ? WHERE id = ?
         RETURNING deliveries, idle`,
        idle.has(made.status) ? 1 : 0,
        receivedAt,
        webhookId,
      )
      .toArray();
    if (counted === undefined) throw new Error('a delivery without its webhook');
    const { deliveries, idle: before } = counted;
    this.#sql.exec(
      `INSERT INTO deliveries (id, webhook_id, dedupe, received_at, status, batch, size, content_type, headers, body, test, replay_of, nr)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      made.id,
      webhookId,
      made.dedupe,
      receivedAt,
      made.status,
      made.batch,
      made.body.byteLength,
      made.contentType?.slice(0, typeChars) ?? null,
      JSON.stringify(made.headers),
      Uint8Array.from(made.body).buffer,
      made.test ? 1 : 0,
      made.replayOf,
      idle.has(made.status) ? before : deliveries - before,
    );
    if (deliveries % pruneEvery === 0) pruneDeliveries(this.#sql, webhookId, { held, now: receivedAt });
  }

  /** What a run takes in, oldest first, as many as fit into so many characters and at least one. */
  batch(id: string, chars: number): Arrived[] {
    return fitting(
      this.#sql.exec<DeliveryRow>('SELECT * FROM deliveries WHERE batch = ? ORDER BY received_at, id', id),
      chars,
    );
  }

  /**
   * A batch has its run; inside the transaction that starts it. Its rows stay `waiting`, which keeps their bodies: the
   * run reads them while it goes on, and may be made again. They become `accepted` when room is made after it.
   */
  started(batch: string, runId: string): void {
    this.#sql.exec("UPDATE deliveries SET status = 'waiting', run_id = ? WHERE batch = ?", runId, batch);
  }

  /** One with its body; null when it is not there. */
  delivery(webhookId: string, id: string) {
    const [row] = this.#sql
      .exec<DeliveryRow>('SELECT * FROM deliveries WHERE webhook_id = ? AND id = ?', webhookId, id)
      .toArray();
    if (row === undefined) return null;
    const headers: Record<string, string> = JSON.parse(row.headers);
    const body = row.body === null ? null : new Uint8Array(row.body);
    return { shown: shown(row), headers, body };
  }

  /** One of any webhook here, for the model. */
  find(id: string): Arrived | null {
    const [row] = this.#sql.exec<DeliveryRow>('SELECT * FROM deliveries WHERE id = ?', id).toArray();
    return row === undefined ? null : arrivedOf(row);
  }

  /** Those of the same run after one, oldest first, as many as fit into so many characters; and how many there are. */
  after(id: string, chars: number): { arrived: Arrived[]; count: number } {
    const those = `FROM deliveries d, deliveries first
      WHERE first.id = ? AND d.batch = first.batch AND (d.received_at, d.id) > (first.received_at, first.id)`;
    const { count } = this.#sql.exec<{ count: number }>(`SELECT count(*) AS count ${those}`, id).one();
    const rows = this.#sql.exec<DeliveryRow>(`SELECT d.* ${those} ORDER BY d.received_at, d.id`, id);
    return { arrived: fitting(rows, chars), count };
  }

  /** Newest first; null when the cursor is none of ours. */
  page(
    webhookId: string,
    { cursor, limit = 50 }: { cursor?: string; limit?: number },
  ): { items: Delivery[]; nextCursor: string | null } | null {
    const after = cursor === undefined ? null : parseCursor(cursor);
    if (cursor !== undefined && after === null) return null;
    const size = Math.min(Math.max(limit, 1), 200);
    const rows = this.#sql
      .exec<DeliveryRow>(
        `SELECT * FROM deliveries WHERE webhook_id = ?1 AND (?2 IS NULL OR (received_at, id) < (?2, ?3))
         ORDER BY received_at DESC, id DESC LIMIT ?4`,
        webhookId,
        after?.time ?? null,
        after?.id ?? null,
        size + 1,
      )
      .toArray();
    const last = rows[size - 1];
    const nextCursor =
      rows.length > size && last ? formatCursor({ time: last.received_at, id: last.id }) : null;
    return { items: rows.slice(0, size).map(shown), nextCursor };
  }
}
