/** The audit of effects over all conversations: what each call was, who let it run, how it ended. */
import { formatCursor, parseCursor } from '#shared/core/list-cursor.ts';
import type { EffectLine } from '#shared/protocol/connection.ts';
import type { EffectRecord } from './client.ts';
import { EffectStore } from './effect-store.ts';
import type { World } from './world.ts';

const KEEP_MS = 90 * 24 * 60 * 60_000;
const MAX = 10_000;
const PAGE = 50;

export class Effects {
  readonly #world: World;
  readonly #store: EffectStore;

  constructor(world: World) {
    this.#world = world;
    this.#store = new EffectStore(world.ctx.storage.sql);
  }

  /** Takes in what conversations tell, each line as often as they like. An end stands. */
  record(lines: ReadonlyArray<EffectRecord>): void {
    const now = this.#world.now();
    this.#world.commit(() => {
      for (const line of lines) this.#put(line);
      this.#store.prune(now - KEEP_MS, MAX);
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
    const rows = this.#store.list(after, query.conversationId ?? null, size + 1);
    const last = rows[size - 1];
    const nextCursor =
      rows.length > size && last ? formatCursor({ time: last.at, id: last.line.callId }) : null;
    return { items: rows.slice(0, size).map(({ line }) => line), nextCursor };
  }

  /** How often each tool was used, and when last, by its key. */
  uses(): Map<string, { uses: number; lastUsedAt: string }> {
    return this.#store.uses();
  }

  #put(line: EffectRecord): void {
    const before = this.#store.outcome(line.callId);
    if (before !== null && before !== 'running' && line.outcome === 'running') return;
    this.#store.put(line);
    if (line.outcome === 'ok' && before !== 'ok') this.#store.countUse(line.toolKey, Date.parse(line.at));
  }
}
