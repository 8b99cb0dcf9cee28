/** The schedules of a conversation that were removed, as far as something of them is kept. */
import { formatCursor, parseCursor } from '#shared/core/list-cursor.ts';
import { instant } from '#shared/core/schedule/instant.ts';
import { removedKeptMs, type RemovedSchedule } from '#shared/protocol/schedule.ts';
import type { Page, Paging } from './remote.ts';
import type { ConversationStore } from './store.ts';

export interface RemovedPage extends Page<RemovedSchedule> {
  keptFrom: string;
}

/** The last removed first; null when the cursor is none of ours. */
export function removedPage(
  store: ConversationStore,
  { cursor, limit = 50 }: Paging,
  now: number,
): RemovedPage | null {
  const after = cursor === undefined ? null : parseCursor(cursor);
  if (cursor !== undefined && after === null) return null;
  const size = Math.min(Math.max(limit, 1), 200);
  const rows = store.removed.kept(now, size + 1, after);
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  const said = store.lastOfSchedules(shown.map(({ id }) => id));
  const items = shown.flatMap(({ id, time }): RemovedSchedule[] => {
    const event = said.get(id);
    if (event === undefined) return [];
    const { name, change, at, by } = event;
    // What had ended was not removed by anybody: it made room.
    return [{ id, name, change: change === 'removed' ? change : 'ended', at, by, keptUntil: instant(time) }];
  });
  const nextCursor = rows.length > size && last !== undefined ? formatCursor(last) : null;
  return { items, nextCursor, keptFrom: instant(now - removedKeptMs) };
}
