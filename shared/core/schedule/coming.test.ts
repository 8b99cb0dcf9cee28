import { expect, test } from 'vitest';
import type { ScheduleRule } from '#shared/protocol/schedule.ts';
import { scheduleOf } from '#test/core/schedule-state.ts';
import { coming, type Window } from './coming.ts';
import { instant } from './instant.ts';
import { localDay, weekAround } from './local-days.ts';
import { fires, nextFire } from './next-fire.ts';
import type { ScheduleState } from './schedule-state.ts';

const at = (text: string) => Date.parse(text);
const DAY = 24 * 60 * 60_000;

const made = (rule: ScheduleRule, zone: string, now: string, more: Partial<ScheduleState> = {}) =>
  scheduleOf(rule, { nextAt: nextFire(rule, zone, at(now)), createdAt: at(now), ...more });

const week = (zone: string, day: string): Window => ({
  from: weekAround(zone, at(day))[0]?.from ?? 0,
  to: weekAround(zone, at(day))[6]?.to ?? 0,
  zone,
});
const told = (schedule: ScheduleState, zone: string, window: Window) =>
  coming(schedule, zone, window, { left: 10_000 }).marks.map(
    ({ at: from, lastAt, count }) =>
      `${instant(from).slice(5, 16)}${count > 1 ? ` to ${instant(lastAt).slice(5, 16)}, ${count}` : ''}`,
  );

test('a daily rule has seven days, and one of weekdays five', () => {
  const daily = made({ type: 'cron', cron: '0 8 * * *' }, 'UTC', '2026-11-22T12:00:00Z');
  expect(told(daily, 'UTC', week('UTC', '2026-11-25T00:00:00Z'))).toHaveLength(7);
  const weekdays = made({ type: 'cron', cron: '*/30 9 * * 1-5' }, 'UTC', '2026-11-22T12:00:00Z');
  const lines = told(weekdays, 'UTC', week('UTC', '2026-11-25T00:00:00Z'));
  expect(lines).toHaveLength(10);
  expect(lines.at(-1)).toBe('11-27T09:30');
});

test('every is told from its anchor, not from now', () => {
  const rule = { type: 'every' as const, seconds: 26 * 3_600, anchor: '2026-11-20T10:10:00.000Z' };
  const lines = told(made(rule, 'UTC', '2026-11-24T12:00:00Z'), 'UTC', week('UTC', '2026-11-25T00:00:00Z'));
  expect(lines).toEqual(['11-24T18:10', '11-25T20:10', '11-26T22:10', '11-28T00:10', '11-29T02:10']);
});

test('what comes often is one mark a day with its number', () => {
  const often = made({ type: 'cron', cron: '*/5 * * * *' }, 'UTC', '2026-11-25T12:00:00Z');
  const lines = told(often, 'UTC', week('UTC', '2026-11-25T00:00:00Z'));
  expect(lines[0]).toBe('11-25T12:05 to 11-25T23:55, 143');
  expect(lines.slice(1)).toEqual(
    ['26', '27', '28', '29'].map((day) => `11-${day}T00:00 to 11-${day}T23:55, 288`),
  );
});

test('count and until end it, also where most of it lies before the window', () => {
  const rule: ScheduleRule = { type: 'cron', cron: '0 8 * * *' };
  const three = made(rule, 'UTC', '2026-11-24T12:00:00Z', { count: 5, runs: 2 });
  const window = week('UTC', '2026-11-25T00:00:00Z');
  expect(told(three, 'UTC', window)).toEqual(['11-25T08:00', '11-26T08:00', '11-27T08:00']);
  const ten = made(rule, 'UTC', '2026-11-24T12:00:00Z', { count: 10, runs: 2 });
  expect(told(ten, 'UTC', week('UTC', '2026-12-02T00:00:00Z'))).toEqual([
    '11-30T08:00',
    '12-01T08:00',
    '12-02T08:00',
  ]);
  const until = made({ type: 'cron', cron: '*/5 * * * *' }, 'UTC', '2026-11-24T23:57:00Z', {
    until: at('2026-11-26T00:10:00Z'),
  });
  expect(told(until, 'UTC', window)).toEqual([
    '11-25T00:00 to 11-25T23:55, 288',
    '11-26T00:00',
    '11-26T00:05',
    '11-26T00:10',
  ]);
  expect(told({ ...until, paused: { reason: 'user', at: 0 } }, 'UTC', window)).toEqual([]);
});

test('it is the sum of what fires, in any two zones, also where clocks change', () => {
  const pairs = [
    ['Europe/Berlin', 'America/New_York'],
    ['Australia/Lord_Howe', 'Europe/Berlin'],
    ['Europe/Berlin', 'Europe/Berlin'],
  ] as const;
  for (const [own, zone] of pairs)
    for (const cron of ['*/30 * * * *', '15 1,2,3 * * *', '*/10 2 * * 0']) {
      const rule: ScheduleRule = { type: 'cron', cron };
      const window = { from: at('2026-10-23T07:00:00Z'), to: at('2026-10-27T12:00:00Z'), zone: own };
      const expected = fires(rule, zone, window.from - 1, 300).filter((time) => time < window.to);
      const { marks } = coming(made(rule, zone, '2026-10-22T00:00:00Z'), zone, window, { left: 10_000 });
      const inside = marks.reduce((sum, { count }) => sum + count, 0);
      expect([own, zone, cron, inside]).toEqual([own, zone, cron, expected.length]);
    }
});

test('a budget ends the search, and says so', () => {
  const often = made({ type: 'cron', cron: '* * * * *' }, 'UTC', '2026-11-24T12:00:00Z');
  const budget = { left: 500 };
  const got = coming(often, 'UTC', week('UTC', '2026-11-25T00:00:00Z'), budget);
  expect(got).toMatchObject({ cut: true, marks: [{ count: 500 }] });
  expect(budget.left).toBe(0);
});

test('a day begins at midnight there, and has 23 or 25 hours when clocks change', () => {
  const hours = (zone: string, day: string) => {
    const { from, to } = localDay(zone, at(day));
    return (to - from) / 3_600_000;
  };
  expect(hours('Europe/Berlin', '2026-03-29T10:00:00Z')).toBe(23);
  expect(hours('Europe/Berlin', '2026-10-25T10:00:00Z')).toBe(25);
  const days = weekAround('Europe/Berlin', at('2026-10-25T22:30:00Z'));
  expect(instant(days[0]?.from ?? 0)).toBe('2026-10-18T22:00:00.000Z');
  expect((days[6]?.to ?? 0) - (days[0]?.from ?? 0)).toBe(7 * DAY + 3_600_000);
});
