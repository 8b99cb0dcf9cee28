/** The user's daily runs as they are kept: settings, the next start, the runs with their last word, what is carried over. */
import * as z from 'zod/mini';
import { formatCursor, parseCursor } from '#shared/core/list-cursor.ts';
import { usualSettings } from '#shared/core/daily/window.ts';
import { DailyRunSummary, DailySettings, type DailyTrigger } from '#shared/protocol/daily.ts';

/** A run that was allotted; `opened` once its object has begun. */
export interface AllottedRun {
  id: string;
  date: string;
  trigger: DailyTrigger;
  startsAt: number;
  /** What it begins with in place of the settings. */
  windowMinutes: number | null;
  timeScale: number;
  /** That its date and hour are of; null for runs of before this was kept. */
  timezone: string | null;
}

const Carried = z.object({
  id: z.string(),
  from: z.string(),
  title: z.string(),
  description: z.string(),
  category: z.string(),
  tools: z.array(z.string()),
});
export type Carried = z.infer<typeof Carried>;

interface RunRow extends Record<string, SqlStorageValue> {
  id: string;
  date: string;
  trigger: string;
  starts_at: number;
  window_minutes: number | null;
  time_scale: number;
  timezone: string | null;
  summary: string | null;
}

const allotted = (row: RunRow): AllottedRun => ({
  id: row.id,
  date: row.date,
  trigger: row.trigger as DailyTrigger,
  startsAt: row.starts_at,
  windowMinutes: row.window_minutes,
  timeScale: row.time_scale,
  timezone: row.timezone,
});

export class DailyStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  settings(): DailySettings {
    const [row] = this.#sql.exec<{ json: string }>('SELECT json FROM daily_settings').toArray();
    return row === undefined ? usualSettings : DailySettings.parse(JSON.parse(row.json));
  }

  setSettings(settings: DailySettings): void {
    this.#sql.exec(
      `INSERT INTO daily_settings (one, json) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET json = excluded.json`,
      JSON.stringify(settings),
    );
  }

  nextStart(): number | null {
    const [row] = this.#sql.exec<{ next_at: number | null }>('SELECT next_at FROM daily_settings').toArray();
    return row?.next_at ?? null;
  }

  setNextStart(at: number | null): void {
    this.#sql.exec('UPDATE daily_settings SET next_at = ?', at);
  }

  /** Allots a run. False when there is one with this id, or a scheduled one of this day. */
  allot(run: AllottedRun, now: number): boolean {
    const { id, date, trigger, startsAt, windowMinutes, timeScale, timezone } = run;
    const made = this.#sql.exec(
      `INSERT INTO daily_runs (id, date, trigger, starts_at, window_minutes, time_scale, timezone, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id`,
      id,
      date,
      trigger,
      startsAt,
      windowMinutes,
      timeScale,
      timezone,
      now,
    );
    return made.toArray().length > 0;
  }

  /** Whether a day has its run. */
  isTaken(date: string): boolean {
    return (
      this.#sql.exec(`SELECT 1 FROM daily_runs WHERE date = ? AND trigger = 'scheduled'`, date).toArray()
        .length > 0
    );
  }

  /** Runs whose object has not begun yet. */
  unopened(): AllottedRun[] {
    return this.#sql
      .exec<RunRow>('SELECT * FROM daily_runs WHERE opened = 0 AND retiring = 0 ORDER BY starts_at')
      .toArray()
      .map(allotted);
  }

  /** Its object has begun. Carried tasks that it did not take wait for another run. */
  opened(id: string, took: ReadonlyArray<string>): void {
    this.#sql.exec('UPDATE daily_runs SET opened = 1 WHERE id = ?', id);
    this.#sql.exec(
      `UPDATE daily_carried SET taken_by = NULL
       WHERE taken_by = ? AND id NOT IN (SELECT value FROM json_each(?))`,
      id,
      JSON.stringify(took),
    );
  }

  /** Runs since then that are over, and those of them that completed a task; dry ones count nowhere. */
  overSince(since: number): { over: number; worked: number } {
    return this.#sql
      .exec<{ over: number; worked: number }>(
        `SELECT count(*) AS over, coalesce(sum(json_extract(summary, '$.totals.completed') > 0), 0) AS worked
         FROM daily_runs WHERE trigger != 'dry' AND starts_at >= ? AND retiring = 0
           AND json_extract(summary, '$.phase') IN ('reported', 'ended')`,
        since,
      )
      .one();
  }

  /** The start of the oldest run that is kept. */
  oldestStart(): number | null {
    return this.#sql
      .exec<{ at: number | null }>('SELECT min(starts_at) AS at FROM daily_runs WHERE retiring = 0')
      .one().at;
  }

  /** Runs that began no later are shown no more, and are going to be removed. */
  retire(startedBy: number): void {
    this.#sql.exec('UPDATE daily_runs SET retiring = 1, due_at = NULL WHERE starts_at <= ?', startedBy);
  }

  retiring(): string[] {
    return this.#sql
      .exec<{ id: string }>('SELECT id FROM daily_runs WHERE retiring = 1 ORDER BY starts_at')
      .toArray()
      .map(({ id }) => id);
  }

  /** Nothing is left of a run; with it go the copies of tasks that it took. */
  forgetRun(id: string): void {
    this.#sql.exec('DELETE FROM daily_carried WHERE taken_by = ?', id);
    this.#sql.exec('DELETE FROM daily_runs WHERE id = ?', id);
  }

  /** What a run says of itself; false for an older word than the last. */
  put(summary: DailyRunSummary, dueAt: number | null): boolean {
    return (
      this.#sql
        .exec(
          `UPDATE daily_runs SET summary = ?, rev = ?, due_at = ? WHERE id = ? AND rev < ? AND retiring = 0 RETURNING id`,
          JSON.stringify(summary),
          summary.rev,
          dueAt,
          summary.id,
          summary.rev,
        )
        .toArray().length > 0
    );
  }

  setDue(id: string, dueAt: number | null): void {
    this.#sql.exec('UPDATE daily_runs SET due_at = ? WHERE id = ?', dueAt, id);
  }

  /** The earliest due time of all runs; null when none waits for anything. */
  earliestDue(): number | null {
    return this.#sql.exec<{ due: number | null }>('SELECT min(due_at) AS due FROM daily_runs').one().due;
  }

  overdue(before: number): string[] {
    return this.#sql
      .exec<{ id: string }>('SELECT id FROM daily_runs WHERE due_at <= ?', before)
      .toArray()
      .map(({ id }) => id);
  }

  /** Runs begun by hand that are not over. */
  openByHand(): number {
    return this.#sql
      .exec<{ count: number }>(
        `SELECT count(*) AS count FROM daily_runs WHERE trigger != 'scheduled'
           AND (summary IS NULL OR json_extract(summary, '$.phase') NOT IN ('reported', 'ended'))`,
      )
      .one().count;
  }

  ids(): string[] {
    return this.#sql
      .exec<{ id: string }>('SELECT id FROM daily_runs')
      .toArray()
      .map(({ id }) => id);
  }

  drop(id: string): void {
    this.#sql.exec('UPDATE daily_carried SET taken_by = NULL WHERE taken_by = ?', id);
    this.#sql.exec('DELETE FROM daily_runs WHERE id = ?', id);
  }

  has(id: string): boolean {
    return this.#sql.exec('SELECT 1 FROM daily_runs WHERE id = ?', id).toArray().length > 0;
  }

  /** The last word of each run, newest first; null when the cursor is none of ours. */
  page({ cursor, limit = 50 }: { cursor?: string; limit?: number }) {
    const after = cursor === undefined ? null : parseCursor(cursor);
    if (cursor !== undefined && after === null) return null;
    const size = Math.min(Math.max(limit, 1), 200);
    const rows = this.#sql
      .exec<RunRow>(
        `SELECT * FROM daily_runs WHERE summary IS NOT NULL AND retiring = 0 AND (?1 IS NULL OR (starts_at, id) < (?1, ?2))
         ORDER BY starts_at DESC, id DESC LIMIT ?3`,
        after?.time ?? null,
        after?.id ?? null,
        size + 1,
      )
      .toArray();
    const last = rows[size - 1];
    const items = rows
      .slice(0, size)
      .flatMap(({ summary }) => (summary === null ? [] : [DailyRunSummary.parse(JSON.parse(summary))]));
    const more = rows.length > size && last !== undefined;
    return { items, nextCursor: more ? formatCursor({ time: last.starts_at, id: last.id }) : null };
  }

  /** Carries a task over; false when it is carried already. */
  carry(task: Carried, now: number): boolean {
    return (
      this.#sql
        .exec(
          'INSERT INTO daily_carried (id, from_task, json, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id',
          task.id,
          task.from,
          JSON.stringify(task),
          now,
        )
        .toArray().length > 0
    );
  }

  /** Gives a run all that no run has taken yet; in the transaction that allots it. */
  takeCarried(runId: string): void {
    this.#sql.exec('UPDATE daily_carried SET taken_by = ? WHERE taken_by IS NULL', runId);
  }

  /** What a run begins with. */
  carriedBy(runId: string): Carried[] {
    return this.#sql
      .exec<{ json: string }>(
        'SELECT json FROM daily_carried WHERE taken_by = ? ORDER BY created_at, id',
        runId,
      )
      .toArray()
      .map(({ json }) => Carried.parse(JSON.parse(json)));
  }

  /** The copies of these tasks. */
  carriedFrom(tasks: ReadonlyArray<string>): Array<{ id: string; takenBy: string | null }> {
    if (tasks.length === 0) return [];
    return this.#sql
      .exec<{ id: string; taken_by: string | null }>(
        'SELECT id, taken_by FROM daily_carried WHERE from_task IN (SELECT value FROM json_each(?))',
        JSON.stringify(tasks),
      )
      .toArray()
      .map(({ id, taken_by: takenBy }) => ({ id, takenBy }));
  }

  dropCarried(id: string): void {
    this.#sql.exec('DELETE FROM daily_carried WHERE id = ?', id);
  }
}
