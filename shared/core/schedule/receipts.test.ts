import { expect, test } from 'vitest';
import type { ScheduleRule } from '#shared/protocol/schedule.ts';
import { scheduleOf } from '#test/core/schedule-state.ts';
import { instant } from './instant.ts';
import { continues, joined, pausedReceipt, withReceipt } from './receipts.ts';
import { nextDue, type Receipt, type ScheduleState } from './schedule-state.ts';

const at = (text: string) => Date.parse(text);

const paused = (rule: ScheduleRule, since: string, more: Partial<ScheduleState> = {}): ScheduleState =>
  scheduleOf(rule, { paused: { reason: 'user', at: at(since) }, ...more });

function told(schedule: ScheduleState, zone: string, now: string) {
  const found = pausedReceipt(schedule, zone, at(now));
  if (found === null) return null;
  const { dueAt, lastDueAt, count, status, reason } = found;
  return `${instant(dueAt).slice(0, 16)} ${instant(lastDueAt).slice(0, 16)} ${count} ${status} ${reason}`;
}

const hourly: ScheduleRule = { type: 'cron', cron: '0 * * * *' };

test('what came due in a pause is told while it goes on, also by its count and its end', () => {
  const since = '2026-11-24T06:00:00Z';
  expect(told(paused(hourly, since), 'UTC', '2026-11-24T06:59:00Z')).toBeNull();
  expect(told(paused(hourly, since), 'UTC', '2026-11-24T09:00:00Z')).toBe(
    '2026-11-24T07:00 2026-11-24T09:00 3 skipped was_paused',
  );
  const until = paused(hourly, since, { until: at('2026-11-24T08:30:00Z') });
  expect(told(until, 'UTC', '2026-11-25T00:00:00Z')).toBe(
    '2026-11-24T07:00 2026-11-24T08:00 2 skipped was_paused',
  );
  // What is not run takes nothing of the count; where nothing of it is left, nothing is due.
  expect(told(paused(hourly, since, { count: 2, runs: 1 }), 'UTC', '2026-11-24T12:00:00Z')).toContain(' 6 ');
  expect(told(paused(hourly, since, { count: 2, runs: 2 }), 'UTC', '2026-11-24T12:00:00Z')).toBeNull();
  expect(told(paused({ type: 'immediate' }, since), 'UTC', '2026-11-24T12:00:00Z')).toBeNull();
  const archived = paused(hourly, since, { paused: { reason: 'archived', at: at(since) } });
  expect(told(archived, 'UTC', '2026-11-24T07:00:00Z')).toContain('was_archived');
});

test('a long pause is counted as if every due time had been looked at', () => {
  for (const [rule, zone] of [
    [{ type: 'cron', cron: '*/20 7-9 * * 1-5' }, 'Europe/Zurich'],
    [{ type: 'cron', cron: '15 2 * * *' }, 'America/New_York'],
    [{ type: 'every', seconds: 5_400, anchor: '2026-01-01T00:10:00.000Z' }, 'UTC'],
  ] as const) {
    const schedule = paused(rule, '2026-02-03T10:11:00Z');
    const now = at('2026-12-05T08:09:00Z');
    let count = 0;
    let last = 0;
    const next = (after: number) => nextDue(schedule, zone, after);
    for (let due = next(at('2026-02-03T10:11:00Z')); due !== null && due <= now; due = next(due)) {
      count += 1;
      last = due;
    }
    expect(pausedReceipt(schedule, zone, now)).toMatchObject({ count, lastDueAt: last });
  }
});

test('a pause of a rule of every minute is told to the last one, however long it is', () => {
  const often = (since: string) => paused({ type: 'cron', cron: '* * * * *' }, since);
  expect(told(often('2026-11-24T00:01:00Z'), 'UTC', '2026-11-26T23:50:00Z')).toBe(
    '2026-11-24T00:02 2026-11-26T23:50 4309 skipped was_paused',
  );
  expect(told(often('2026-11-24T06:00:00Z'), 'UTC', '2026-12-24T06:00:00Z')).toContain(' 43200 ');
  // Minutes go by real time, also through six changes of the clock.
  const minutes = (Date.parse('2029-11-24T06:00:00Z') - Date.parse('2026-11-24T06:00:00Z')) / 60_000;
  expect(told(often('2026-11-24T06:00:00Z'), 'Europe/Zurich', '2029-11-24T06:00:00Z')).toContain(
    ` ${minutes} `,
  );
});

test('a receipt that tells the same as the last of its schedule is one row with it', () => {
  const one: Receipt = {
    scheduleId: 's',
    dueAt: 1,
    lastDueAt: 2,
    count: 2,
    status: 'skipped',
    reason: 'was_paused',
    runId: null,
    startedAt: null,
  };
  const next = { ...one, dueAt: 3, lastDueAt: 9, count: 4 };
  expect(continues(one, next)).toBe(true);
  expect(joined(one, next)).toEqual({ ...one, lastDueAt: 9, count: 6 });
  expect(continues(one, { ...next, reason: 'was_archived' })).toBe(false);
  expect(continues({ ...one, runId: 'r' }, next)).toBe(false);
  expect(continues(next, one)).toBe(false);
  expect(withReceipt([one, next], { ...one, count: 7 }).map(({ count }) => count)).toEqual([7, 4]);
});
