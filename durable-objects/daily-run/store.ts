/** The only SQL of a daily run. The state is kept in memory beside its row, which is the truth. */
import * as z from 'zod/mini';
import type { Notice } from '#shared/core/notify/notices.ts';
import type { BoardLine } from '#shared/core/daily/input.ts';
import type { RunState } from '#shared/core/daily/run-state.ts';
import { BoardEvent } from '#shared/protocol/daily.ts';

const State = z.custom<RunState>(
  (value) => typeof value === 'object' && value !== null && 'version' in value && value.version === 1,
);
const StoredNotice = z.custom<Notice>(
  (value) => typeof value === 'object' && value !== null && 'id' in value && 'kind' in value,
);
/** What a call was answered, told again to whoever makes it again. */
export const ActAnswer = z.object({ isError: z.boolean(), text: z.string(), outside: z.boolean() });
export type ActAnswer = z.infer<typeof ActAnswer>;

/** Lines that are shown. */
const SHOWN = 200;

interface LineRow extends Record<string, SqlStorageValue> {
  seq: number;
  at: number;
  kind: string;
  level: string;
  task_id: string | null;
  text: string;
}

export class DailyRunStore {
  readonly #sql: SqlStorage;
  #state: RunState | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  exists(): boolean {
    return this.#sql.exec('SELECT 1 FROM state').toArray().length > 0;
  }

  /** Throws when the run was never opened. */
  state(): RunState {
    this.#state ??= State.parse(
      JSON.parse(this.#sql.exec<{ json: string }>('SELECT json FROM state').one().json),
    );
    return this.#state;
  }

  /** Writes a decision; inside the caller's transaction. If that rolls back, `forget` must follow. */
  write(state: RunState, lines: ReadonlyArray<BoardLine>, now: number): void {
    this.#sql.exec('INSERT OR REPLACE INTO state (one, json) VALUES (1, ?)', JSON.stringify(state));
    for (const { kind, level, taskId, text } of lines)
      this.#sql.exec(
        'INSERT INTO lines (at, kind, level, task_id, text) VALUES (?, ?, ?, ?, ?)',
        now,
        kind,
        level,
        taskId,
        text,
      );
    this.#state = state;
  }

  forget(): void {
    this.#state = null;
  }

  answer(callId: string): ActAnswer | null {
    const [row] = this.#sql
      .exec<{ answer: string }>('SELECT answer FROM acts WHERE call_id = ?', callId)
      .toArray();
    return row === undefined ? null : ActAnswer.parse(JSON.parse(row.answer));
  }

  keepAnswer(callId: string, answer: ActAnswer): void {
    this.#sql.exec('INSERT INTO acts (call_id, answer) VALUES (?, ?)', callId, JSON.stringify(answer));
  }

  /** The newest lines, oldest first. */
  lines(): BoardEvent[] {
    const rows = this.#sql
      .exec<LineRow>('SELECT * FROM lines ORDER BY seq DESC LIMIT ?', SHOWN)
      .toArray()
      .toReversed();
    return rows.map(({ seq, at, kind, level, task_id, text }) =>
      BoardEvent.parse({ seq, at: new Date(at).toISOString(), type: kind, level, taskId: task_id, text }),
    );
  }

  addNotice(notice: Notice): void {
    this.#sql.exec(
      'INSERT OR IGNORE INTO notices (id, json) VALUES (?, ?)',
      notice.id,
      JSON.stringify(notice),
    );
  }

  notices(): Notice[] {
    const rows = this.#sql.exec<{ json: string }>('SELECT json FROM notices ORDER BY id').toArray();
    return rows.map(({ json }) => StoredNotice.parse(JSON.parse(json)));
  }

  dropNotices(ids: ReadonlyArray<string>): void {
    for (const id of ids) this.#sql.exec('DELETE FROM notices WHERE id = ?', id);
  }
}
