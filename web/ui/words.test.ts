/** The small words: times, amounts, titles, models, ids. */
import { validate, version } from 'uuid';
import { expect, test } from 'vitest';
import { firstWords, plainly, titleOf } from '#web/features/list/title.ts';
import { dollars, duration } from './amounts.ts';
import { modelWords } from './model-words.ts';
import { dayWords, inOwnClock, nextTime, ruleLine, sameDay, shortTime } from './time.ts';
import { uuidv7 } from './uuid.ts';

test('a day is the day of the person’s zone, also over midnight and in a night when clocks change', () => {
  const now = Date.parse('2026-11-21T00:30:00.000Z');
  const evening = '2026-11-20T23:30:00.000Z';
  expect(shortTime(evening, 'UTC', now)).toBe('Yesterday');
  expect(shortTime(evening, 'Europe/Berlin', now)).toMatch(/^(?:0?0|12):30/);
  expect(dayWords(evening, 'Europe/Berlin', now)).toBe('Today');
  expect(sameDay(evening, '2026-11-21T00:10:00.000Z', 'Europe/Berlin')).toBe(true);
  expect(sameDay(evening, '2026-11-21T00:10:00.000Z', 'UTC')).toBe(false);
  // In New York the clocks went back on 1 November 2026: that day has 25 hours.
  const after = Date.parse('2026-11-02T05:30:00.000Z');
  expect(dayWords('2026-11-01T04:30:00.000Z', 'America/New_York', after)).toBe('Yesterday');
  expect(dayWords('2026-11-02T04:30:00.000Z', 'America/New_York', after)).toBe('Yesterday');
});

test('the further away, the coarser the time', () => {
  const now = Date.parse('2026-11-21T12:00:00.000Z');
  expect(shortTime('2026-11-18T12:00:00.000Z', 'UTC', now)).toBe('Wed');
  expect(shortTime('2026-11-01T12:00:00.000Z', 'UTC', now)).toMatch(/Nov/);
  expect(shortTime('2025-11-01T12:00:00.000Z', 'UTC', now)).toMatch(/2025/);
  expect(shortTime('2026-11-21T12:05:00.000Z', 'UTC', now), 'a clock that is ahead is still today').toMatch(
    /12:05/,
  );
});

test('the next run is told by its day, in the zone of the person', () => {
  const now = Date.parse('2026-11-21T12:00:00.000Z');
  const words = (iso: string, zone = 'UTC') => nextTime(iso, zone, now);
  expect(words('2026-11-21T18:00:00.000Z')).toMatch(/^(?:18|0?6):00/);
  expect(words('2026-11-22T08:00:00.000Z')).toMatch(/^tomorrow 0?8:00/);
  expect(words('2026-11-21T18:00:00.000Z', 'Asia/Tokyo')).toMatch(/^tomorrow 0?3:00/);
  expect(words('2026-11-26T08:00:00.000Z')).toMatch(/^Thu 0?8:00/);
  expect(words('2026-12-24T08:00:00.000Z')).toMatch(/Dec/);
  expect(words('2027-12-24T08:00:00.000Z')).toMatch(/2027/);
});

test('a time of day in a rule is written as the other times of the page are', () => {
  expect(inOwnClock('every day at 08:00 and 17:30')).toBe('every day at 08:00 AM and 05:30 PM');
  expect(ruleLine('every 5 minutes')).toBe('Every 5 minutes');
  expect(inOwnClock('by the pattern 99:99 24:00')).toBe('by the pattern 99:99 24:00');
});

test('money and time in as few characters as say it', () => {
  expect([0, 0.00002, 0.00042, 0.0042, 0.042, 0.42, 12.3].map(dollars)).toEqual([
    '$0',
    'under $0.0001',
    '$0.0004',
    '$0.0042',
    '$0.042',
    '$0.42',
    '$12.30',
  ]);
  expect([740, 9_940, 9_960, 59_400, 125_000].map(duration)).toEqual([
    '0.7 s',
    '9.9 s',
    '10 s',
    '59 s',
    '2 min 5 s',
  ]);
});

test('a conversation has a name before it has a title', () => {
  expect(titleOf({ title: 'Lisbon', preview: 'x' })).toBe('Lisbon');
  expect(titleOf({ title: null, preview: 'Plan a weekend' })).toBe('Plan a weekend');
  expect(titleOf({ title: null, preview: '' })).toBe('New conversation');
  expect(firstWords('one two three four', 9)).toBe('one two…');
  expect(firstWords('x'.repeat(100), 10), 'one endless word is cut anyway').toBe('xxxxx…');
  expect(plainly('# Head **bold** *it.* `code` - item snake_case')).toBe(
    'Head bold it. code item snake_case',
  );
  expect(plainly('* 2 * 3 and 2*3')).toBe('2 * 3 and 2*3');
});

test('models by the names people use', () => {
  expect(modelWords('claude-sonnet-5-5')).toBe('Sonnet 5.5');
  expect(modelWords('claude-opus-5-5-20261101')).toBe('Opus 5.5');
  expect(modelWords('claude-haiku-6')).toBe('Haiku 6');
  expect(modelWords('something-else')).toBe('something-else');
});

test('ids are UUIDs of version 7 that sort by time', () => {
  const ids = [0, 1, 1_000, 1_800_000_000_000].map(uuidv7);
  for (const id of ids) {
    expect(validate(id)).toBe(true);
    expect(version(id)).toBe(7);
  }
  expect(ids.toSorted()).toEqual(ids);
  expect(uuidv7(0x0123456789ab).startsWith('01234567-89ab-7')).toBe(true);
  expect(new Set(Array.from({ length: 1000 }, () => uuidv7(1))).size).toBe(1000);
});
