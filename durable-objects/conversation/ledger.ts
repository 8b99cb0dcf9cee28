/** The tables of the run ledger and of receipts. Written with the commit that they tell of. */
import * as z from 'zod/mini';
import { runAfter, type StoredRun, turnOf } from '#shared/core/conversation/runs.ts';
import { formatCursor, parseCursor } from '#shared/core/list-cursor.ts';
import { instant } from '#shared/core/schedule/instant.ts';
import { continues, joined, withReceipt } from '#shared/core/schedule/receipts.ts';
import type { Receipt } from '#shared/core/schedule/schedule-state.ts';
import type { Event } from '#shared/protocol/events.ts';
import type { Run } from '#shared/protocol/run.ts';
import { type Occurrence, OccurrenceStatus } from '#shared/protocol/schedule.ts';
import { makesRoom, pruneReceipts, pruneRuns } from './prune-ledger.ts';

/** Runs among which a rehearsal is looked for. */
const REHEARSED_WITHIN = 200;
/** A statement takes a hundred values (limits of Durable Objects), and a receipt has eight. */
const receiptsAtOnce = 12;
/** A receipt takes the place of the one before it; that a move went over a due time says nothing of one that ran. */
const inItsPlace = `ON CONFLICT (schedule_id, due_at) DO UPDATE SET last_due_at = excluded.last_due_at,
  count = excluded.count, status = excluded.status, reason = excluded.reason, run_id = excluded.run_id,
  started_at = excluded.started_at WHERE excluded.reason <> 'zone_changed' OR receipts.run_id IS NULL`;

const Stored = z.custom<StoredRun>(
  (value) => typeof value === 'object' && value !== null && 'trigger' in value,
);

interface ReceiptRow extends Record<string, SqlStorageValue> {
  schedule_id: string;
  due_at: number;
  last_due_at: number;
  count: number;
  status: string;
  reason: string;
  run_id: string | null;
  started_at: number | null;
}

const receiptOf = (row: ReceiptRow): Receipt => ({
  scheduleId: row.schedule_id,
  dueAt: row.due_at,
  lastDueAt: row.last_due_at,
  count: row.count,
  status: OccurrenceStatus.parse(row.status),
  reason: row.reason,
  runId: row.run_id,
  startedAt: row.started_at,
});

const occurrenceOf = (receipt: Receipt): Occurrence => ({
  ...receipt,
  dueAt: instant(receipt.dueAt),
  lastDueAt: instant(receipt.lastDueAt),
  startedAt: receipt.startedAt === null ? null : instant(receipt.startedAt),
});

/** Without where its events are. */
export const shownRun = ({ firstSeq: _first, lastSeq: _last, ...run }: StoredRun): Run => run;

interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** A page of receipts, of all of them or of a time: milliseconds since the epoch. */
export interface ReceiptPaging {
  cursor?: string;
  limit?: number;
  from?: number;
  to?: number;
}

/** `keptFrom`: older ones were cleared away. */
export interface RunPage extends Page<Run> {
  keptFrom?: string;
}

/** `keptUntil`: of a schedule that was removed they go then. */
export interface OccurrencePage extends Page<Occurrence> {
  keptFrom?: string;
  keptUntil?: string;
}

export class Ledger {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Takes in what was just logged; inside the commit's transaction. */
  note(conversationId: string, events: ReadonlyArray<Event>, rev: number): void {
    const changed = new Map<string, StoredRun>();
    let roomIsDue = false;
    for (const event of events) {
      const turnId = turnOf(event);
      if (turnId === null) continue;
      if (event.type === 'turn_started') {
        const asked = event.source?.together?.flatMap(({ askedAs }) => askedAs ?? []) ?? [];
        for (const each of [turnId, ...asked])
          this.#sql.exec(
            'INSERT OR IGNORE INTO run_turns (turn_id, run_id) VALUES (?, ?)',
            each,
            event.runId,
          );
      }
      const runId = event.type === 'turn_started' ? event.runId : this.#runIdOf(turnId);
      if (runId === null) continue;
      // The first turn of a run has its id: nothing of it can be known.
      const begins = event.type === 'turn_started' && turnId === runId;
      roomIsDue ||= begins && makesRoom(Date.parse(event.at));
      const known = changed.get(runId) ?? (begins ? null : this.run(runId));
      const run = runAfter(conversationId, known, event);
      if (run !== null) changed.set(runId, run);
    }
    for (const run of changed.values())
      this.#sql.exec(
        `INSERT INTO runs (id, started_at, rev, json) VALUES (?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET rev = excluded.rev, json = excluded.json`,
        run.id,
        Date.parse(run.startedAt),
        rev,
        JSON.stringify(run),
      );
    if (roomIsDue) pruneRuns(this.#sql);
  }

  /** When the first run that is kept began, where older ones were cleared away; null where none were. */
  runsKeptFrom(): number | null {
    return this.#sql.exec<{ until: number }>('SELECT until FROM runs_cleared').toArray()[0]?.until ?? null;
  }

  run(id: string): StoredRun | null {
    return this.#stored('SELECT json FROM runs WHERE id = ?', id)[0] ?? null;
  }

  /** The run of this id, or the one that who was told this id is looked after by. */
  named(id: string): StoredRun | null {
    return this.run(id) ?? this.runOfTurn(id);
  }

  #stored(query: string, ...values: SqlStorageValue[]): StoredRun[] {
    const rows = this.#sql.exec<{ json: string }>(query, ...values).toArray();
    return rows.map(({ json }) => Stored.parse(JSON.parse(json)));
  }

  /** The run that a turn belongs to. */
  runOfTurn(turnId: string): StoredRun | null {
    const id = this.#runIdOf(turnId);
    return id === null ? null : this.run(id);
  }

  /** The turns of a run. */
  turnsOf(runId: string): ReadonlySet<string> {
    const rows = this.#sql.exec<{ turn_id: string }>('SELECT turn_id FROM run_turns WHERE run_id = ?', runId);
    return new Set(rows.toArray().map(({ turn_id }) => turn_id));
  }

  /** Newest first; null when the cursor is none of ours. */
  runs({ cursor, limit = 50 }: { cursor?: string; limit?: number }): RunPage | null {
    const after = cursor === undefined ? null : parseCursor(cursor);
    if (cursor !== undefined && after === null) return null;
    const size = Math.min(Math.max(limit, 1), 200);
    const runs = this.#stored(
      `SELECT json FROM runs WHERE ?1 IS NULL OR (started_at, id) < (?1, ?2)
       ORDER BY started_at DESC, id DESC LIMIT ?3`,
      after?.time ?? null,
      after?.id ?? null,
      size + 1,
    );
    const last = runs[size - 1];
    const nextCursor =
      runs.length > size && last ? formatCursor({ time: Date.parse(last.startedAt), id: last.id }) : null;
    const keptFrom = this.runsKeptFrom();
    return {
      items: runs.slice(0, size).map(shownRun),
      nextCursor,
      ...(keptFrom === null ? {} : { keptFrom: instant(keptFrom) }),
    };
  }

  /** The last runs of a schedule, newest first. */
  runsOfSchedule(scheduleId: string, limit: number): StoredRun[] {
    return this.#stored(
      'SELECT json FROM receipts JOIN runs ON id = run_id WHERE schedule_id = ? ORDER BY due_at DESC LIMIT ?',
      scheduleId,
      limit,
    );
  }

  /** The rehearsals among the last runs, newest first. */
  rehearsals(): StoredRun[] {
    return this.#stored(
      `SELECT json FROM (SELECT json FROM runs ORDER BY started_at DESC, id DESC LIMIT ${REHEARSED_WITHIN})
       WHERE json_extract(json, '$.trigger.source.rehearsal')`,
    );
  }

  /** Runs that changed after a revision, for the projection. */
  runsSince(rev: number): Run[] {
    return this.#stored('SELECT json FROM runs WHERE rev > ? ORDER BY rev', rev).map(shownRun);
  }

  /**
   * Writes receipts, in order. One that tells the same as the last of its schedule and has no run makes that one longer; one
   * of a due time that is known takes its place.
   */
  noteReceipts(receipts: ReadonlyArray<Receipt>): void {
    let rows: Receipt[] = [];
    for (const receipt of receipts) {
      if (receipt.runId === null) {
        // What stands before it is looked at, so it must be there.
        this.#insert(rows.splice(0));
        const last = this.#lastReceipt(receipt.scheduleId);
        if (continues(last, receipt)) this.#lengthen(joined(last, receipt));
        else rows = [receipt];
      } else rows.push(receipt);
    }
    this.#insert(rows);
  }

  #lengthen({ lastDueAt, count, scheduleId, dueAt }: Receipt): void {
    this.#sql.exec(
      'UPDATE receipts SET last_due_at = ?, count = ? WHERE schedule_id = ? AND due_at = ?',
      lastDueAt,
      count,
      scheduleId,
      dueAt,
    );
  }

  #insert(receipts: ReadonlyArray<Receipt>): void {
    for (let at = 0; at < receipts.length; at += receiptsAtOnce) {
      const rows = receipts.slice(at, at + receiptsAtOnce);
      this.#sql.exec(
        `INSERT INTO receipts (schedule_id, due_at, last_due_at, count, status, reason, run_id, started_at)
         VALUES ${rows.map(() => '(?, ?, ?, ?, ?, ?, ?, ?)').join()} ${inItsPlace}`,
        ...rows.flatMap((row) => [
          row.scheduleId,
          row.dueAt,
          row.lastDueAt,
          row.count,
          row.status,
          row.reason,
          row.runId,
          row.startedAt,
        ]),
      );
    }
    for (const { scheduleId, dueAt } of receipts) if (makesRoom(dueAt)) pruneReceipts(this.#sql, scheduleId);
  }

  /** By schedule: the due time from which on receipts are kept, where older ones were cleared away after `from`. */
  clearedAfter(from: number): Map<string, number> {
    const rows = this.#sql.exec<{ id: string; until: number }>(
      'SELECT schedule_id AS id, until FROM receipts_cleared WHERE until > ?',
      from,
    );
    return new Map(rows.toArray().map(({ id, until }) => [id, until]));
  }

  #lastReceipt(scheduleId: string): Receipt | null {
    const sql = 'SELECT * FROM receipts WHERE schedule_id = ? ORDER BY due_at DESC LIMIT 1';
    const [row] = this.#sql.exec<ReceiptRow>(sql, scheduleId).toArray();
    return row === undefined ? null : receiptOf(row);
  }

  /** A receipt as it would stand here, were it written: one row with the last of its schedule where both tell the same. */
  asRow(receipt: Receipt): Receipt {
    const last = this.#lastReceipt(receipt.scheduleId);
    return continues(last, receipt) ? joined(last, receipt) : receipt;
  }

  /**
   * Newest first; null when the cursor is none of ours. With `from` or `to` those that touch a time from there to before
   * there. `keptFrom`: the due time from which on they are kept, where older ones were cleared away.
   * @param pause what a pause that goes on has cost so far: told like the others, and not written
   */
  receipts(
    scheduleId: string,
    { cursor, limit = 50, from = 0, to = Number.MAX_SAFE_INTEGER }: ReceiptPaging,
    pause: Receipt | null,
  ): OccurrencePage | null {
    const after = cursor === undefined ? null : parseCursor(cursor);
    if (cursor !== undefined && after === null) return null;
    const size = Math.min(Math.max(limit, 1), 200);
    const end = Math.min(to, after?.time ?? to);
    const rows = this.#sql
      .exec<ReceiptRow>(
        `SELECT * FROM receipts WHERE schedule_id = ? AND due_at < ? AND last_due_at >= ?
         ORDER BY due_at DESC LIMIT ?`,
        scheduleId,
        end,
        from,
        size + 1,
      )
      .toArray()
      .map(receiptOf);
    const row = pause === null ? null : this.asRow(pause);
    const isHere = row !== null && row.dueAt < end && row.lastDueAt >= from;
    const receipts = isHere ? withReceipt(rows, row).toReversed() : rows;
    const last = receipts[size - 1];
    const nextCursor =
      receipts.length > size && last ? formatCursor({ time: last.dueAt, id: scheduleId }) : null;
    const keptFrom = this.clearedAfter(0).get(scheduleId);
    return {
      items: receipts.slice(0, size).map(occurrenceOf),
      nextCursor,
      ...(keptFrom === undefined ? {} : { keptFrom: instant(keptFrom) }),
    };
  }

  /** The receipts of all schedules that touch a time from `from` to before `to`, by schedule, oldest first. */
  receiptsWithin(from: number, to: number): Map<string, Receipt[]> {
    const found = new Map<string, Receipt[]>();
    // From schedule to schedule by the key of the table: those before the window are not read.
    for (let id = this.#nextSchedule(''); id !== null; id = this.#nextSchedule(id)) {
      const rows = this.#sql
        .exec<ReceiptRow>(
          `SELECT * FROM receipts WHERE schedule_id = ?1 AND due_at < ?3 AND last_due_at >= ?2 AND due_at >=
             coalesce((SELECT max(due_at) FROM receipts WHERE schedule_id = ?1 AND due_at <= ?2), 0)
           ORDER BY due_at`,
          id,
          from,
          to,
        )
        .toArray();
      if (rows.length > 0) found.set(id, rows.map(receiptOf));
    }
    return found;
  }

  #nextSchedule(after: string): string | null {
    const [row] = this.#sql
      .exec<{ id: string | null }>('SELECT min(schedule_id) AS id FROM receipts WHERE schedule_id > ?', after)
      .toArray();
    return row?.id ?? null;
  }

  /**
   * The runs of webhooks that began from `from` to before `to`, oldest first; the newest `most` of them. `cut`: the webhooks
   * that have more in this time.
   */
  webhookRunsWithin(from: number, to: number, most: number): { runs: Run[]; cut: Set<string> } {
    // Asked for by kind: runs of other kinds, however many, take no place of these.
    const rows = this.#sql.exec<{ json: string; hook: string }>(
      `SELECT json, json_extract(json, '$.trigger.source.id') AS hook FROM runs
         WHERE json_extract(json, '$.trigger.type') = 'webhook' AND started_at >= ? AND started_at < ?
         ORDER BY started_at DESC, id DESC`,
      from,
      to,
    );
    const runs: Run[] = [];
    const cut = new Set<string>();
    for (const { json, hook } of rows) {
      if (runs.length < most) runs.push(shownRun(Stored.parse(JSON.parse(json))));
      else cut.add(hook);
    }
    return { runs: runs.toReversed(), cut };
  }

  #runIdOf(turnId: string): string | null {
    const [row] = this.#sql
      .exec<{ run_id: string }>('SELECT run_id FROM run_turns WHERE turn_id = ?', turnId)
      .toArray();
    return row?.run_id ?? null;
  }
}
