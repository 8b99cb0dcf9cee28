import { expect, it } from 'vitest';
import { localTime, ruleWords } from './words.ts';

it('says rules as people would', () => {
  const rows: ReadonlyArray<[string, string]> = [
    ['* * * * *', 'every minute'],
    ['*/5 * * * *', 'every 5 minutes'],
    ['0 * * * *', 'every hour'],
    ['0 8 * * *', 'every day at 08:00'],
    ['0 8,20 * * *', 'every day at 08:00 and 20:00'],
    ['30 8 * * 1-5', 'every weekday at 08:30'],
    ['30 9 * * 4,1', 'every Monday and Thursday at 09:30'],
    ['0 10 * * 0', 'every Sunday at 10:00'],
    ['0 10 * * 7', 'every Sunday at 10:00'],
    ['0 9 * * 6,0', 'every Saturday and Sunday at 09:00'],
    ['0 7 1 * *', 'at 07:00, on day 1 of the month'],
    ['*/15 9-17 * * 1-5', 'every 15 minutes, between 09:00 and 17:59, Monday through Friday'],
    ['*/7 * * * *', 'every 7 minutes'],
  ];
  for (const [cron, words] of rows)
    expect([cron, ruleWords({ type: 'cron', cron }, 'UTC')]).toEqual([cron, words]);
  const anchor = '2026-11-24T12:00:00.000Z';
  const every = (seconds: number) => ruleWords({ type: 'every', seconds, anchor }, 'UTC');
  expect([60, 90, 5_400, 7_200, 86_400].map(every)).toEqual([
    'every minute',
    'every 90 seconds',
    'every 90 minutes',
    'every 2 hours',
    'every day',
  ]);
  expect(ruleWords({ type: 'once', at: '2026-11-27T15:00' }, 'Europe/Zurich')).toBe(
    'once on Fri 27 Nov 2026, 15:00',
  );
  expect(ruleWords({ type: 'immediate' }, 'UTC')).toBe('at once');
});

it('shows a stored pattern that has no words, and does not throw', () => {
  const said = ['0 0 1 * +MON', '0 0 * * MON#L'].map((cron) => ruleWords({ type: 'cron', cron }, 'UTC'));
  expect(said).toEqual(['by the pattern 0 0 1 * +MON', 'by the pattern 0 0 * * MON#L']);
});

it('says times as the wall shows them', () => {
  const at = Date.parse('2026-11-27T23:05:00Z');
  expect(localTime(at, 'UTC')).toBe('Fri 27 Nov 2026, 23:05');
  expect(localTime(at, 'Asia/Kolkata')).toBe('Sat 28 Nov 2026, 04:35');
});
