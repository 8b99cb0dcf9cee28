import { expect, test } from 'vitest';
import type { ScheduleRule } from '#shared/protocol/schedule.ts';
import { dueTimesAfter } from './due-times.ts';
import { instant } from './instant.ts';
import { fires } from './next-fire.ts';

const HOUR = 60 * 60_000;

function first(rule: ScheduleRule, zone: string, after: number, count: number): number[] {
  const times: number[] = [];
  for (const at of dueTimesAfter(rule, zone, after)) {
    if (times.length >= count) break;
    times.push(at);
  }
  return times;
}

test('it says the same as one due time after the other, also where clocks change', () => {
  // An hour and half of one, at midnight from either side, in the other half of the year, and never.
  const changes = {
    'Europe/Zurich': ['2027-03-28T01:00:00Z', '2027-10-31T01:00:00Z'],
    'Australia/Lord_Howe': ['2027-04-03T15:00:00Z', '2027-10-02T15:30:00Z'],
    'America/Havana': ['2027-03-14T05:00:00Z', '2027-11-07T05:00:00Z'],
    'America/Santiago': ['2027-04-04T03:00:00Z', '2027-09-05T04:00:00Z'],
    'America/Nuuk': ['2027-03-28T01:00:00Z', '2027-10-31T01:00:00Z'],
    'Asia/Kolkata': ['2027-03-28T01:00:00Z'],
  };
  const crons = [
    '* * * * *',
    '*/7 * * * *',
    '5 0-23 * * *',
    '30 2 * * *',
    '30 0 * * *',
    '59 23 * * *',
    '0,15,59 0,1,2,3,23 * * *',
    '*/10 0-3,22-23 * * 0',
    '15 2 * 3,10 *',
  ];
  for (const [zone, times] of Object.entries(changes))
    for (const change of times)
      for (const cron of crons)
        for (const hours of [3, 29]) {
          const after = Date.parse(change) - hours * HOUR + 12_345;
          const rule: ScheduleRule = { type: 'cron', cron };
          const told = [zone, change, cron, hours];
          expect([...told, ...first(rule, zone, after, 90).map(instant)]).toEqual([
            ...told,
            ...fires(rule, zone, after, 90).map(instant),
          ]);
        }
});

test('rules of other kinds, and those that are rare, are no different', () => {
  const after = Date.parse('2026-11-24T12:00:00Z');
  const same = (rule: ScheduleRule, count: number) => {
    const times = first(rule, 'Europe/Zurich', after, count);
    expect(times).toEqual(fires(rule, 'Europe/Zurich', after, count));
    return times.length;
  };
  expect(same({ type: 'every', seconds: 5_400, anchor: '2026-01-01T00:10:00.000Z' }, 50)).toBe(50);
  expect(same({ type: 'once', at: '2026-12-24T18:00' }, 3)).toBe(1);
  expect(same({ type: 'once', at: '2026-11-24T11:00' }, 3)).toBe(0);
  expect(same({ type: 'immediate' }, 3)).toBe(0);
  expect(same({ type: 'cron', cron: '0 0 29 2 *' }, 3)).toBe(3);
  expect(same({ type: 'cron', cron: '0 0 30 2 *' }, 3)).toBe(0);
});
