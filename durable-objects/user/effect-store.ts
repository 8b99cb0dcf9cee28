/** The audit of effects: one row a call, with the line as its conversation last told it; and how often tools were used. */
import * as z from 'zod/mini';
import { EffectLine } from '#shared/protocol/connection.ts';
import type { EffectRecord } from './client.ts';

const Stored = z.omit(EffectLine, { conversationTitle: true });

interface Row extends Record<string, SqlStorageValue> {
  call_id: string;
  at: number;
  line: string;
  title: string | null;
}

/** A call that looked and found: counted as a use, of no interest as an effect. */
const ONLY_LOOKED = `(risk = 'read' AND outcome = 'ok')`;

export class EffectStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** How the call ended as far as is known; null when nothing is known of it. */
  outcome(callId: string): string | null {
    const known = this.#sql.exec<{ outcome: string }>(
      'SELECT outcome FROM effects WHERE call_id = ?',
      callId,
    );
    return known.toArray()[0]?.outcome ?? null;
  }

  put(line: EffectRecord): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO effects (call_id, conversation_id, at, risk, outcome, line) VALUES (?, ?, ?, ?, ?, ?)`,
      line.callId,
      line.conversationId,
      Date.parse(line.at),
      line.risk,
      line.outcome,
      JSON.stringify(line),
    );
  }

  /** Forgets what is older than `since`, and what is too much: first what only looked, then the oldest. */
  prune(since: number, most: number): void {
    this.#sql.exec('DELETE FROM effects WHERE at < ?', since);
    const { count } = this.#sql.exec<{ count: number }>('SELECT count(*) AS count FROM effects').one();
    if (count <= most) return;
    this.#sql.exec(
      `DELETE FROM effects WHERE call_id IN
         (SELECT call_id FROM effects ORDER BY ${ONLY_LOOKED}, at DESC, call_id DESC LIMIT -1 OFFSET ?)`,
      most,
    );
  }

  /** Newest first, without what only looked; `after` is the last of the page before. */
  list(
    after: { time: number; id: string } | null,
    conversationId: string | null,
    limit: number,
  ): Array<{ at: number; line: EffectLine }> {
    return this.#sql
      .exec<Row>(
        `SELECT call_id, at, line,
           (SELECT title FROM conversations WHERE id = effects.conversation_id) AS title
         FROM effects
         WHERE (?1 IS NULL OR (at, call_id) < (?1, ?2)) AND (?3 IS NULL OR conversation_id = ?3)
           AND NOT ${ONLY_LOOKED}
         ORDER BY at DESC, call_id DESC LIMIT ?4`,
        after?.time ?? null,
        after?.id ?? null,
        conversationId,
        limit,
      )
      .toArray()
      .map(({ at, line, title }) => ({
        at,
        line: { ...Stored.parse(JSON.parse(line)), conversationTitle: title },
      }));
  }

  countUse(key: string, at: number): void {
    this.#sql.exec(
      `INSERT INTO tool_uses (key, uses, last_used_at) VALUES (?1, 1, ?2)
       ON CONFLICT (key) DO UPDATE SET uses = uses + 1, last_used_at = max(last_used_at, ?2)`,
      key,
      at,
    );
  }

  uses(): Map<string, { uses: number; lastUsedAt: string }> {
    const rows = this.#sql
      .exec<{ key: string; uses: number; last_used_at: number }>('SELECT * FROM tool_uses')
      .toArray();
    return new Map(
      rows.map(({ key, uses, last_used_at }) => [
        key,
        { uses, lastUsedAt: new Date(last_used_at).toISOString() },
      ]),
    );
  }
}
