/** The audit of effects over all conversations: what each call was, who let it run, how it ended. */
import * as z from 'zod/mini';
import { formatCursor, parseCursor } from '#shared/core/list-cursor.ts';
import { EffectLine } from '#shared/protocol/connection.ts';
import type { EffectRecord } from './client.ts';
import type { World } from './world.ts';

const KEEP_MS = 90 * 24 * 60 * 60_000;
const MAX = 10_000;
const PAGE = 50;

const Stored = z.omit(EffectLine, { conversationTitle: true });

interface Row extends Record<string, SqlStorageValue> {
  call_id: string;
  at: number;
  line: string;
  title: string | null;
}

export class Effects {
  readonly #world: World;
  readonly #sql: SqlStorage;

  constructor(world: World) {
    this.#world = world;
    this.#sql = world.ctx.storage.sql;
  }

  /** Takes in what conversations tell, each line as often as they like. An end stands. */
  record(lines: ReadonlyArray<EffectRecord>): void {
    const now = this.#world.now();
    this.#world.commit(() => {
      for (const line of lines) this.#put(line);
      this.#sql.exec('DELETE FROM effects WHERE at < ?', now - KEEP_MS);
      this.#sql.exec(
        'DELETE FROM effects WHERE call_id IN (SELECT call_id FROM effects ORDER BY at DESC, call_id DESC LIMIT -1 OFFSET ?)',
        MAX,
      );
    });
  }

  /** Newest first, without what only looked; null when the cursor is none of ours. */
  list(query: {
    cursor?: string;
    limit?: number;
    conversationId?: string;
  }): { items: EffectLine[]; nextCursor: string | null } | null {
    const after = query.cursor === undefined ? null : parseCursor(query.cursor);
    if (query.cursor !== undefined && after === null) return null;
    const size = Math.min(Math.max(query.limit ?? PAGE, 1), 200);
    const rows = this.#sql
      .exec<Row>(
        `SELECT call_id, at, line,
           (SELECT title FROM conversations WHERE id = effects.conversation_id) AS title
         FROM effects
         WHERE (?1 IS NULL OR (at, call_id) < (?1, ?2)) AND (?3 IS NULL OR conversation_id = ?3)
           AND NOT (risk = 'read' AND outcome = 'ok')
         ORDER BY at DESC, call_id DESC LIMIT ?4`,
        after?.time ?? null,
        after?.id ?? null,
        query.conversationId ?? null,
        size + 1,
      )
      .toArray();
    const last = rows[size - 1];
    const items = rows
      .slice(0, size)
      .map(({ line, title }) => ({ ...Stored.parse(JSON.parse(line)), conversationTitle: title }));
    const more = rows.length > size && last !== undefined;
    return { items, nextCursor: more ? formatCursor({ time: last.at, id: last.call_id }) : null };
  }

  /** How often each tool was used, and when last. */
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

  #put(line: EffectRecord): void {
    const [before] = this.#sql
      .exec<{ outcome: string }>('SELECT outcome FROM effects WHERE call_id = ?', line.callId)
      .toArray();
    if (before !== undefined && before.outcome !== 'running' && line.outcome === 'running') return;
    this.#sql.exec(
      `INSERT OR REPLACE INTO effects (call_id, conversation_id, at, risk, outcome, line) VALUES (?, ?, ?, ?, ?, ?)`,
      line.callId,
      line.conversationId,
      Date.parse(line.at),
      line.risk,
      line.outcome,
      JSON.stringify(line),
    );
    if (line.outcome !== 'ok' || before?.outcome === 'ok') return;
    this.#sql.exec(
      `INSERT INTO tool_uses (key, uses, last_used_at) VALUES (?1, 1, ?2)
       ON CONFLICT (key) DO UPDATE SET uses = uses + 1, last_used_at = max(last_used_at, ?2)`,
      line.toolKey,
      Date.parse(line.at),
    );
  }
}
