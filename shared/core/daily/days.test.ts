/** Whole days of a daily run, by seed: a small part of what `npm run test:simulate` plays. */
import { expect, it } from 'vitest';
import { noTotals, playSpan, spansOf } from '#test/simulate/daily-days.ts';
import { changesOf, firstMinute, wallText } from '#test/simulate/wall.ts';
import { randomOf } from '#test/simulate/random.ts';

const YEAR = [Date.parse('2026-01-01T00:00Z'), Date.parse('2027-01-01T00:00Z')] as const;
/** Clocks that change at night, at midnight, by half an hour, four times in two years, and not at all. */
const zones = [
  'America/New_York',
  'America/Santiago',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Asia/Kolkata',
];

it('have one run and one report each, begun and ended on the minute, whatever happens', async () => {
  const random = randomOf(7);
  const totals = noTotals();
  const spans = zones.flatMap((zone) => spansOf(zone, YEAR, random, zones));
  for (const span of spans) await playSpan(span, totals);
  const changes = spans.flatMap(({ around }) => around ?? []);
  expect(totals).toMatchObject({
    spans: spans.length,
    reports: totals.days,
    forward: changes.filter(({ forward }) => forward).length,
    backward: changes.filter(({ forward }) => !forward).length,
  });
  expect(changes.length).toBeGreaterThanOrEqual(8);
  expect(totals.days).toBeGreaterThan(90);
  for (const hit of [totals.late, totals.nothingRan, totals.awayAtDeadline, totals.saved])
    expect(hit).toBeGreaterThan(2);
  expect(totals.moves).toBeGreaterThan(500);
});

it('are held against a wall that is read minute by minute', () => {
  const at = (zone: string, date: string, time: string) =>
    new Date(firstMinute(zone, date, time)).toISOString();
  expect(at('America/New_York', '2026-03-08', '02:30')).toBe('2026-03-08T07:00:00.000Z');
  expect(at('America/New_York', '2026-11-01', '01:30')).toBe('2026-11-01T05:30:00.000Z');
  expect(at('America/Havana', '2026-03-08', '00:30')).toBe('2026-03-08T05:00:00.000Z');
  expect(at('Pacific/Apia', '2011-12-30', '08:00')).toBe('2011-12-30T10:00:00.000Z');
  expect(wallText('Pacific/Apia', Date.parse('2011-12-30T10:00Z'))).toBe('2011-12-31 00:00');
  expect(changesOf('Australia/Lord_Howe', ...YEAR).map(({ forward, inside }) => [forward, inside])).toEqual([
    [false, '01:45'],
    [true, '02:15'],
  ]);
});
