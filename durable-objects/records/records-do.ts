/**
 * The records of one user: a small SQL store for whatever the model keeps there, in an object of its own, so that no
 * statement of the model's comes near anything else. What may be said is checked by `core/tools/builtins/records`.
 */
import { DurableObject } from 'cloudflare:workers';
import { clock } from '#durable-objects/lib/clock.ts';
import { isCreated, migrate, wake } from '#durable-objects/lib/migrate.ts';
import { statementTrouble } from '#shared/core/tools/builtins/records.ts';
import { migrations } from './migrations.ts';

/** What a statement came to. `outside`: something may be in it that came from outside. */
export interface RecordsAnswer {
  ok: boolean;
  text: string;
  outside: boolean;
}

type Param = string | number | boolean | null;

/** The most that is kept, in bytes. Beyond it things can only be removed. */
const MAX_BYTES = 10 * 1024 * 1024;
const MAX_ROWS = 200;
const MAX_CHARS = 100_000;
/** A repeat of a call comes within minutes of it. */
const CALLS_MS = 24 * 60 * 60_000;

const value = (param: Param): SqlStorageValue => (typeof param === 'boolean' ? Number(param) : param);

/** Thrown to take a transaction back. */
class Refused extends Error {
  override readonly name = 'Refused';
}

export class RecordsDO extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    wake(ctx.storage, migrations, clock.now());
  }

  /** Reads. A statement that writes is taken back and refused. */
  async query(sql: string, params: ReadonlyArray<Param>): Promise<RecordsAnswer> {
    if (!isCreated(this.ctx.storage)) return { ok: true, text: 'There are no records yet.', outside: false };
    return this.#try(() => {
      const { text, wrote } = this.#run(sql, params);
      if (wrote > 0) throw new Refused('records_query only reads; records_write writes.');
      return text;
    });
  }

  /** Writes, once for a call: the same call again gets the same answer. */
  async write(
    callId: string,
    sql: string,
    params: ReadonlyArray<Param>,
    tainted: boolean,
  ): Promise<RecordsAnswer> {
    const { storage } = this.ctx;
    migrate(storage, migrations, clock.now());
    const [known] = storage.sql
      .exec<{ answer: string }>('SELECT answer FROM _kept_calls WHERE id = ?', callId)
      .toArray();
    if (known !== undefined) return { ok: true, text: known.answer, outside: this.#isOutside() };
    return this.#try(() => {
      const isFull = storage.sql.databaseSize > MAX_BYTES;
      if (isFull && !/^\s*(delete|drop)\b/i.test(sql))
        throw new Refused('The records are full (10 MB). Delete something first.');
      const { text, wrote } = this.#run(sql, params);
      const answer = text === '[]' ? `Done. ${wrote} rows written.` : text;
      const now = clock.now();
      storage.sql.exec('DELETE FROM _kept_calls WHERE at < ?', now - CALLS_MS);
      storage.sql.exec('INSERT INTO _kept_calls (id, answer, at) VALUES (?, ?, ?)', callId, answer, now);
      // Once something from outside may be in here, whatever comes out of it may be that.
      if (tainted) storage.sql.exec(`INSERT OR REPLACE INTO _kept_marks (name, value) VALUES ('outside', 1)`);
      return answer;
    });
  }

  /** All tables with their rows as JSON lines, for the export. */
  async dump(): Promise<string> {
    if (!isCreated(this.ctx.storage)) return '';
    const { sql } = this.ctx.storage;
    const tables = sql
      .exec<{ name: string; sql: string }>(`SELECT name, sql FROM tables WHERE sql LIKE 'CREATE TABLE%'`)
      .toArray();
    const lines = tables.map(({ name, sql: definition }) => {
      const rows = sql.exec(`SELECT * FROM "${name.replaceAll('"', '""')}"`).toArray();
      return JSON.stringify({ table: name, definition, rows });
    });
    return lines.map((line) => `${line}\n`).join('');
  }

  /** Forgets everything: the account ends. */
  async erase(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }

  #run(sql: string, params: ReadonlyArray<Param>): { text: string; wrote: number } {
    const trouble = statementTrouble(sql);
    if (trouble !== null) throw new Refused(trouble);
    const cursor = this.ctx.storage.sql.exec(sql, ...params.map(value));
    const rows: unknown[] = [];
    let chars = 0;
    let more = false;
    for (const row of cursor) {
      chars += JSON.stringify(row).length;
      if (rows.length >= MAX_ROWS || chars > MAX_CHARS) {
        more = true;
        break;
      }
      rows.push(row);
    }
    const text = JSON.stringify(rows) + (more ? '\n[there are more rows: ask for fewer]' : '');
    return { text, wrote: cursor.rowsWritten };
  }

  #try(work: () => string): RecordsAnswer {
    try {
      const text = this.ctx.storage.transactionSync(work);
      return { ok: true, text, outside: this.#isOutside() };
    } catch (error) {
      const message = error instanceof Error ? error.message : 'the statement failed';
      return { ok: false, text: `Not done: ${message.slice(0, 300)}`, outside: this.#isOutside() };
    }
  }

  #isOutside(): boolean {
    return this.ctx.storage.sql.exec(`SELECT 1 FROM _kept_marks WHERE name = 'outside'`).toArray().length > 0;
  }
}
