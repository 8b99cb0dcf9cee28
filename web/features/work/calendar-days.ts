/** What of the calendar stands on a day. Pure. */
import type { LocalDay } from '#shared/core/schedule/local-days.ts';
import type { CalendarItem, CalendarLine } from '#shared/protocol/calendar.ts';
import { timeOfDay } from '#web/ui/time.ts';

export interface Entry {
  key: string;
  line: CalendarLine;
  item: CalendarItem;
}

/** In order of time. What was missed in a row stands on each day that it covers. */
export function entriesOf(lines: ReadonlyArray<CalendarLine>, { from, to }: LocalDay): Entry[] {
  return lines
    .flatMap((line) =>
      line.items
        .filter(({ at, lastAt }) => Date.parse(at) < to && Date.parse(lastAt) >= from)
        .map((item) => ({ key: `${line.id} ${item.at} ${item.status} ${item.reason}`, line, item })),
    )
    .toSorted((a, b) => a.item.at.localeCompare(b.item.at) || a.key.localeCompare(b.key));
}

/** "08:00", or "08:00 – 23:55" for several. A row that began or ends on another day says so by leaving that end open. */
export function timesOf({ at, lastAt, count }: CalendarItem, { from, to }: LocalDay, zone: string): string {
  if (count === 1) return timeOfDay(at, zone);
  const begin = Date.parse(at) < from ? '…' : timeOfDay(at, zone);
  const end = Date.parse(lastAt) >= to ? '…' : timeOfDay(lastAt, zone);
  return begin === end && begin !== '…' ? begin : `${begin} – ${end}`;
}

const kinds = { schedule: 'A deleted schedule', webhook: 'A deleted webhook' };

export const lineName = ({ name, kind }: CalendarLine): string => name ?? kinds[kind];
