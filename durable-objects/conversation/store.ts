/**
 * The only SQL of a conversation. Keeps the state and the folded transcript in memory beside the rows, so that a
 * decision reads no row twice; the rows are the truth, memory is rebuilt from them.
 */
import * as z from 'zod/mini';
import { TicketStore } from '#durable-objects/lib/ticket-store.ts';
import { Ledger } from './ledger.ts';
import { RemovedStore } from './removed-store.ts';
import { WebhookStore } from './webhook-store.ts';
import type { LogEntry } from '#shared/core/conversation/input.ts';
import type { ConversationState } from '#shared/core/conversation/state.ts';
import { applyEvents } from '#shared/core/conversation/fold.ts';
import { emptyTranscript, type Transcript } from '#shared/core/conversation/transcript.ts';
import type { ModelBlock } from '#shared/core/turn/ports.ts';
import type { Event } from '#shared/protocol/events.ts';

/** What a sender was told of a message; told again, word for word, to whoever sends the same id again. */
export interface Accepted {
  turnId: string;
  seq: number;
}

export type Mark = 'projected_seq' | 'recorded_seq' | 'notified_seq' | 'projected_rev' | 'deleted_at';

const Marks = z.custom<Partial<Record<Mark, number>>>((value) => typeof value === 'object' && value !== null);
const State = z.custom<ConversationState>(
  (value) => typeof value === 'object' && value !== null && 'version' in value && value.version === 1,
);
/** Our own rows: what a newer release wrote passes through, so that going back to an older one loses nothing. */
const StoredEvent = z.custom<Event>(
  (value) => typeof value === 'object' && value !== null && 'seq' in value && 'type' in value,
);
const Raw = z.array(
  z.custom<ModelBlock>((value) => typeof value === 'object' && value !== null && 'type' in value),
);

interface StateRow extends Record<string, SqlStorageValue> {
  json: string;
  marks: string;
}

interface EventRow extends Record<string, SqlStorageValue> {
  json: string;
  raw: string | null;
  binding: string | null;
}

const entryOf = (row: EventRow): LogEntry => ({
  event: StoredEvent.parse(JSON.parse(row.json)),
  raw: row.raw === null ? null : Raw.parse(JSON.parse(row.raw)),
  binding: row.binding,
});

/** The text of a state that was read is not needed again, and many objects are in memory together. */
const withoutText = ({ marks }: StateRow): StateRow => ({ json: '', marks });

/** A statement takes a hundred values (limits of Durable Objects), and an event has four. */
const eventsAtOnce = 25;

type ScheduleChanged = Extract<Event, { type: 'schedule_changed' }>;

export class ConversationStore {
  readonly ledger: Ledger;
  readonly removed: RemovedStore;
  readonly tickets: TicketStore;
  readonly webhooks: WebhookStore;
  readonly #sql: SqlStorage;
  #state: ConversationState | null = null;
  #transcript: Transcript | null = null;
  #marks: Partial<Record<Mark, number>> | null = null;
  /** As it was read, without its text while `#state` has it; `setMarks` reads anew. */
  #row: StateRow | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.ledger = new Ledger(sql);
    this.removed = new RemovedStore(sql);
    this.tickets = new TicketStore(sql);
    this.webhooks = new WebhookStore(sql);
  }

  /** Whether the conversation was created. Reads nothing of it: one that cannot be read must not break its object. */
  exists(): boolean {
    return this.#rowOnce() !== null;
  }

  /** The state; throws when the conversation was never created. */
  state(): ConversationState {
    if (this.#state !== null) return this.#state;
    const row = this.#rowOnce();
    if (row === null) throw new Error('there is no conversation');
    this.#state = State.parse(JSON.parse(row.json));
    this.#row = withoutText(row);
    return this.#state;
  }

  // State and marks in one statement: an object that wakes for a due time asks for both, and has thousands beside it.
  #rowOnce(): StateRow | null {
    if (this.#row !== null) return this.#row;
    const [row] = this.#sql
      .exec<StateRow>('SELECT json, (SELECT json_group_object(name, value) FROM marks) AS marks FROM state')
      .toArray();
    this.#row = row === undefined ? null : this.#state === null ? row : withoutText(row);
    return this.#row;
  }

  /** The transcript, folded from the log once and kept up by `write`. */
  transcript(): Transcript {
    this.#transcript ??= applyEvents(emptyTranscript, this.events(0));
    return this.#transcript;
  }

  /** Writes a decision; inside the caller's transaction. If that rolls back, `forget` must follow. */
  write(state: ConversationState, log: ReadonlyArray<LogEntry>): void {
    this.#sql.exec('INSERT OR REPLACE INTO state (one, json) VALUES (1, ?)', JSON.stringify(state));
    for (let at = 0; at < log.length; at += eventsAtOnce) this.#append(log.slice(at, at + eventsAtOnce));
    this.#state = state;
    if (this.#transcript) {
      const events = log.map(({ event }) => event);
      this.#transcript = applyEvents(this.#transcript, events);
    }
  }

  #append(entries: ReadonlyArray<LogEntry>): void {
    this.#sql.exec(
      `INSERT INTO events (seq, json, raw, binding) VALUES ${entries.map(() => '(?, ?, ?, ?)').join()}`,
      ...entries.flatMap(({ event, raw, binding }) => [
        event.seq,
        JSON.stringify(event),
        raw === null ? null : JSON.stringify(raw),
        binding,
      ]),
    );
  }

  /** Drops what is in memory, so that the rows speak again. */
  forget(): void {
    this.#state = null;
    this.#transcript = null;
    this.#marks = null;
    this.#row = null;
    this.removed.forget();
  }

  /** After `write` in a transaction that was taken back: the state is what it was before. */
  takeBack(before: ConversationState): void {
    this.#state = before;
    this.#transcript = null;
    this.removed.forget();
  }

  /** The events after `after`, as clients see them, at most `limit`. */
  events(after: number, limit = Number.MAX_SAFE_INTEGER): Event[] {
    return this.#sql
      .exec<{ json: string }>('SELECT json FROM events WHERE seq > ? ORDER BY seq LIMIT ?', after, limit)
      .toArray()
      .map((row) => StoredEvent.parse(JSON.parse(row.json)));
  }

  /**
   * The events after `after` as JSON texts, as many as fit into `maxChars` and at least one: a call between objects
   * may not carry more than 32 MiB.
   */
  eventTexts(after: number, maxChars: number): { texts: string[]; lastSeq: number; more: boolean } {
    const texts: string[] = [];
    let chars = 0;
    let lastSeq = after;
    const rows = this.#sql.exec<{ seq: number; json: string }>(
      'SELECT seq, json FROM events WHERE seq > ? ORDER BY seq',
      after,
    );
    for (const { seq, json } of rows) {
      if (texts.length > 0 && chars + json.length > maxChars) return { texts, lastSeq, more: true };
      texts.push(json);
      chars += json.length;
      lastSeq = seq;
    }
    return { texts, lastSeq, more: false };
  }

  /** The whole log with the model's own blocks, for the prompt. */
  log(): LogEntry[] {
    return this.#sql
      .exec<EventRow>('SELECT json, raw, binding FROM events ORDER BY seq')
      .toArray()
      .map(entryOf);
  }

  /** The last name of a schedule, also of one that was removed; null for one that there never was. It looks at all of the log. */
  nameOfSchedule(id: string): string | null {
    const [row] = this.#sql
      .exec<{ name: string }>(
        `SELECT json_extract(json, '$.name') AS name FROM events
         WHERE json LIKE '{"type":"schedule_changed"%' AND json_extract(json, '$.scheduleId') = ?
         ORDER BY seq DESC LIMIT 1`,
        id,
      )
      .toArray();
    return row?.name ?? null;
  }

  /** What was last said of each of these schedules. It looks at all of the log once. */
  lastOfSchedules(ids: ReadonlyArray<string>): Map<string, ScheduleChanged> {
    if (ids.length === 0) return new Map();
    const rows = this.#sql.exec<{ json: string }>(
      `SELECT json, max(seq) FROM events
       WHERE json LIKE '{"type":"schedule_changed"%'
         AND json_extract(json, '$.scheduleId') IN (SELECT value FROM json_each(?))
       GROUP BY json_extract(json, '$.scheduleId')`,
      JSON.stringify(ids),
    );
    const events = rows.toArray().map(({ json }) => StoredEvent.parse(JSON.parse(json)));
    return new Map(
      events.flatMap((event) => (event.type === 'schedule_changed' ? [[event.scheduleId, event]] : [])),
    );
  }

  accepted(messageId: string): Accepted | null {
    const row = this.#sql
      .exec<{ turn_id: string; seq: number }>(
        'SELECT turn_id, seq FROM accepted WHERE message_id = ?',
        messageId,
      )
      .toArray()[0];
    return row === undefined ? null : { turnId: row.turn_id, seq: row.seq };
  }

  accept(messageId: string, answer: Accepted): void {
    this.#sql.exec(
      'INSERT INTO accepted (message_id, turn_id, seq) VALUES (?, ?, ?)',
      messageId,
      answer.turnId,
      answer.seq,
    );
  }

  /** The text a message was first sent with. */
  textAt(seq: number): string | null {
    const event = this.events(seq - 1, 1)[0];
    const block = event?.type === 'message_added' ? event.content[0] : undefined;
    return block?.type === 'text' ? block.text : null;
  }

  mark(name: Mark): number {
    this.#marks ??= Marks.parse(JSON.parse(this.#rowOnce()?.marks ?? '{}'));
    return this.#marks[name] ?? 0;
  }

  /** Sets marks, all in one statement. */
  setMarks(marks: Partial<Record<Mark, number>>): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO marks (name, value) SELECT key, value FROM json_each(?)',
      JSON.stringify(marks),
    );
    this.#marks = null;
    this.#row = null;
  }

  /** Keeps the tools of a turn, so that it has the same ones after a loss. The turns before it need theirs no more. */
  putToolset(hash: string, json: string, now: number): void {
    this.#sql.exec(
      `INSERT INTO toolsets (hash, json, used_at) VALUES (?, ?, ?)
       ON CONFLICT (hash) DO UPDATE SET used_at = excluded.used_at`,
      hash,
      json,
      now,
    );
    this.#sql.exec(
      'DELETE FROM toolsets WHERE hash NOT IN (SELECT hash FROM toolsets ORDER BY used_at DESC, rowid DESC LIMIT 3)',
    );
  }

  toolset(hash: string): string | null {
    const [row] = this.#sql
      .exec<{ json: string }>('SELECT json FROM toolsets WHERE hash = ?', hash)
      .toArray();
    return row?.json ?? null;
  }
}
