import { expect, test } from 'vitest';
import type { Occurrence, Schedule } from '#shared/protocol/schedule.ts';
import { byItself } from './past-week.tsx';
import { draftOf, instantOf, requestOf, whenOf } from './schedule-draft.ts';
import { receiptSaid, runSaid, scheduleSaid, triggerWords, whenWords } from './work-words.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const ID = '019a0000-0000-7000-8000-000000000001';
const schedule = (more: Partial<Schedule> = {}): Schedule => ({
  id: ID,
  conversationId: ID,
  name: 'News',
  rule: { type: 'cron', cron: '30 8 * * 1-5' },
  words: 'every weekday at 08:30',
  timezone: null,
  instruction: 'Look for news',
  missed: 'run_late',
  overlap: 'queue_one',
  whileWaiting: 'hold',
  count: null,
  until: null,
  status: 'live',
  paused: null,
  nextAt: '2026-11-25T08:30:00.000Z',
  retryAt: null,
  lastRunAt: null,
  runs: 0,
  failures: 0,
  createdAt: '2026-11-20T10:00:00.000Z',
  ...more,
});
const receipt = (more: Partial<Occurrence>): Occurrence => ({
  scheduleId: ID,
  dueAt: '2026-11-24T08:00:00.000Z',
  lastDueAt: '2026-11-24T08:00:00.000Z',
  count: 1,
  status: 'ran',
  reason: 'on_time',
  runId: null,
  startedAt: null,
  ...more,
});

test('a time to come is told by its day, in the zone of the person', () => {
  const words = (iso: string, zone = 'UTC') => whenWords(iso, zone, NOW).replace(/ (?:AM|PM)$/, '');
  expect(words('2026-11-24T18:00:00.000Z')).toMatch(/^today 0?6:00|^today 18:00/);
  expect(words('2026-11-25T08:00:00.000Z')).toMatch(/^tomorrow 08:00/);
  expect(words('2026-11-27T08:00:00.000Z')).toMatch(/^Friday 08:00/);
  expect(words('2026-12-24T08:00:00.000Z')).toMatch(/^Thursday,? 24 December 08:00/);
  expect(words('2026-11-24T20:00:00.000Z', 'Asia/Tokyo')).toMatch(/^tomorrow 05:00/);
  expect(words('2026-11-23T08:00:00.000Z')).toMatch(/^yesterday 08:00/);
});

test('a schedule says how it stands', () => {
  const said = (more: Partial<Schedule>) => scheduleSaid(schedule(more), 'UTC', NOW).word;
  expect(said({})).toMatch(/^Next tomorrow 08:30/);
  expect(said({ status: 'paused', paused: 'failing', nextAt: null })).toBe(
    'Paused by itself: it failed five times in a row',
  );
  expect(said({ retryAt: '2026-11-24T12:04:00.000Z', failures: 2 })).toMatch(
    /^Failed 2 times, tried again today/,
  );
  expect(said({ nextAt: null })).toBe('Under way');
  expect(said({ status: 'ended' })).toBe('Ended');
});

test('a receipt says what became of a due time and why, also of one whose reason is new', () => {
  expect(receiptSaid(receipt({}))).toMatchObject({ word: 'Ran', why: 'on time' });
  expect(receiptSaid(receipt({ status: 'missed', reason: 'was_down', count: 12 }))).toMatchObject({
    word: 'Missed, 12 times in a row',
    why: 'the app was down at that time',
  });
  expect(receiptSaid(receipt({ status: 'failed', reason: 'overloaded' })).why).toBe('Claude is overloaded');
  expect(receiptSaid(receipt({ reason: 'of_a_newer_release' })).why).toBe('something went wrong');
});

test('a run never says that it is done when it is not', () => {
  expect(runSaid({ status: 'running', outcome: null, code: null }).word).toBe('Working');
  expect(runSaid({ status: 'ended', outcome: 'limit', code: 'max_steps' }).word).toBe('Cut off at a limit');
  expect(runSaid({ status: 'ended', outcome: 'failed', code: 'overloaded' })).toMatchObject({
    word: 'Failed',
    why: 'Claude is overloaded',
  });
  const source = { id: ID, name: 'Issues', dueAt: '2026-11-24T08:00:00.000Z', deliveries: 300 };
  expect(triggerWords({ trigger: { type: 'webhook', source } })).toBe('Webhook “Issues”, 300 deliveries');
});

test('what the editor shows of a schedule is what it sends again', () => {
  const rules: Schedule['rule'][] = [
    { type: 'cron', cron: '30 8 * * 1-5' },
    { type: 'cron', cron: '0 7 * * *' },
    { type: 'cron', cron: '15 22 * * 0,6' },
    { type: 'cron', cron: '*/7 8-17 1,15 * *' },
  ];
  for (const rule of rules)
    expect(whenOf(draftOf(schedule({ rule }), 'UTC', NOW))).toEqual(
      rule.type === 'cron' ? { cron: rule.cron } : {},
    );
  const every = draftOf(
    schedule({ rule: { type: 'every', seconds: 7_200, anchor: '2026-11-24T12:00:00.000Z' } }),
    'UTC',
    NOW,
  );
  expect([every.every, every.unit, whenOf(every)]).toEqual([2, 3_600, { every: 7_200 }]);
  const whole = { ...draftOf(schedule(), 'UTC', NOW), until: '2026-12-24T18:00', count: '3' };
  expect(requestOf(whole, 'Europe/Berlin')).toMatchObject({
    count: 3,
    until: '2026-12-24T17:00:00.000Z',
    timezone: null,
  });
});

test('a time on the wall is an instant of its zone, also around a change of its clocks', () => {
  expect(instantOf('2026-03-29T12:00', 'Europe/Berlin')).toBe('2026-03-29T10:00:00.000Z');
  expect(instantOf('2026-10-25T12:00', 'Europe/Berlin')).toBe('2026-10-25T11:00:00.000Z');
  expect(instantOf('2026-01-01T00:30', 'America/New_York')).toBe('2026-01-01T05:30:00.000Z');
  expect(instantOf('nonsense', 'UTC')).toBeNull();
});

test('the week behind shows what ran by itself, oldest first, and nothing older', () => {
  const run = (at: string, type: 'schedule' | 'webhook' | 'message') =>
    ({ id: at, trigger: { type }, startedAt: at }) as unknown as Parameters<typeof byItself>[0][number];
  const runs = [
    run('2026-11-24T08:00:00.000Z', 'schedule'),
    run('2026-11-23T08:00:00.000Z', 'webhook'),
    run('2026-11-23T09:00:00.000Z', 'message'),
    run('2026-11-10T08:00:00.000Z', 'schedule'),
  ];
  expect(byItself(runs, NOW).map(({ id }) => id)).toEqual([
    '2026-11-23T08:00:00.000Z',
    '2026-11-24T08:00:00.000Z',
  ]);
});
