/** When a daily run begins: one start a day, never on a day that had its run. */
import { expect, it } from 'vitest';
import { localDate, nextStart, startsDue } from './start-time.ts';
import { usualSettings } from './window.ts';

const HOUR = 60 * 60_000;
const at = (text: string): number => Date.parse(text);
const every = { ...usualSettings, enabled: true, days: [0, 1, 2, 3, 4, 5, 6] };
const iso = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

it('promises no second start on a day that had its run', () => {
  const taken = (date: string) => date === '2026-11-24';
  const evening = { ...every, start: '18:00' };
  const noon = at('2026-11-24T12:00:00Z');
  expect(iso(nextStart(evening, 'UTC', noon))).toBe('2026-11-24T18:00:00.000Z');
  expect(iso(nextStart(evening, 'UTC', noon, taken))).toBe('2026-11-25T18:00:00.000Z');
  // Flown west: it is eight again there on the same day.
  const berlin = at('2026-11-24T08:00:00Z');
  expect(iso(nextStart(every, 'America/Los_Angeles', berlin, taken))).toBe('2026-11-25T16:00:00.000Z');
});

it('begins once a day by a rule that fires every minute, also where clocks change', () => {
  const often = { ...every, cron: '* * * * *' };
  for (const zone of ['UTC', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo', 'Pacific/Apia']) {
    const seen = new Set<string>();
    let next: number | null = at('2026-10-20T09:30:00Z');
    while (next !== null && next < at('2026-11-20T09:30:00Z')) {
      const { starts, next: after } = startsDue(often, zone, next, next, (date) => seen.has(date));
      expect(starts).toEqual([{ date: localDate(zone, next), startsAt: next }]);
      seen.add(localDate(zone, next));
      next = after;
    }
    // The first day begins in the middle, the others at their first minute.
    expect(seen.size).toBe(32);
  }
});

it('passes over days that were allotted while it was away', () => {
  const first = at('2026-11-24T08:00:00Z');
  const taken = (date: string) => date === '2026-11-25' || date === '2026-11-27';
  const { starts, next } = startsDue(every, 'UTC', first, first + 49 * HOUR, taken);
  expect(starts.map(({ date }) => date)).toEqual(['2026-11-24', '2026-11-26']);
  expect(iso(next)).toBe('2026-11-28T08:00:00.000Z');
});
