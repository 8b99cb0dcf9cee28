/**
 * What became of due times, by days: a day with many of them is told by how they fared, with their number. What was
 * missed in a row stays one row, however many days it covers.
 */
import type { CalendarItem } from '#shared/protocol/calendar.ts';
import type { Run } from '#shared/protocol/run.ts';
import { shownOfDay } from './coming.ts';
import { instant } from './instant.ts';
import { localDay } from './local-days.ts';
import type { Receipt } from './schedule-state.ts';

/** What is told of one due time, or of a row of them. */
export interface Fared extends Pick<Receipt, 'dueAt' | 'lastDueAt' | 'count' | 'status' | 'reason'> {
  run: Pick<Run, 'id' | 'status' | 'outcome' | 'code'> | null;
}

const item = ({ dueAt, lastDueAt, count, status, reason, run }: Fared): CalendarItem => ({
  at: instant(dueAt),
  lastAt: instant(lastDueAt),
  count,
  status,
  reason,
  run: run === null ? null : { id: run.id, status: run.status, outcome: run.outcome, code: run.code },
});

/** Those of a day that fared alike are one: its runs are found in their conversation. */
function alike(day: ReadonlyArray<Fared>): Fared[] {
  const found = new Map<string, Fared>();
  for (const each of day) {
    // A row of several stays as it is.
    const key = each.count > 1 ? `${each.dueAt}` : `${each.status} ${each.reason}`;
    const known = found.get(key);
    found.set(
      key,
      known === undefined
        ? each
        : { ...known, lastDueAt: each.lastDueAt, count: known.count + each.count, run: null },
    );
  }
  return [...found.values()];
}

/**
 * @param past oldest first
 * @param zone the person's own
 */
export function pastItems(past: ReadonlyArray<Fared>, zone: string): CalendarItem[] {
  const days: Fared[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const each of past) {
    if (each.dueAt >= end) {
      end = localDay(zone, each.dueAt).to;
      days.push([]);
    }
    days.at(-1)?.push(each);
  }
  return days.flatMap((day) => (day.length > shownOfDay ? alike(day) : day)).map(item);
}
