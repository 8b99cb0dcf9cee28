import { expect, test } from 'vitest';
import type { Schedule } from '#shared/protocol/schedule.ts';
import { schedule } from './fixture.ts';
import { changesOf, draftOf, instantOf, requestOf, type ScheduleDraft, whenOf } from './schedule-draft.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const BERLIN = 'Europe/Berlin';
/** What is sent after a change in the editor. */
const sent = (of: Partial<Schedule>, change: Partial<ScheduleDraft>, ownZone = BERLIN) => {
  const opened = draftOf(schedule(of), ownZone, NOW);
  return changesOf(opened, { ...opened, ...change }, ownZone);
};

test('what the editor shows of a schedule is what it would send again', () => {
  const rules: Schedule['rule'][] = [
    { type: 'cron', cron: '30 8 * * 1-5' },
    { type: 'cron', cron: '0 7 * * *' },
    { type: 'cron', cron: '15 22 * * 0,6' },
    { type: 'cron', cron: '*/7 8-17 1,15 * *' },
  ];
  for (const rule of rules)
    expect(whenOf(draftOf(schedule({ rule }), 'UTC', NOW), 'UTC')).toEqual(
      rule.type === 'cron' ? { cron: rule.cron } : {},
    );
  const every = (seconds: number) => {
    const rule = { type: 'every' as const, seconds, anchor: '2026-11-24T12:00:00.000Z' };
    const draft = draftOf(schedule({ rule }), 'UTC', NOW);
    return [draft.every, draft.unit, whenOf(draft, 'UTC')];
  };
  expect(every(7_200)).toEqual([2, 3_600, { every: 7_200 }]);
  expect(every(90)).toEqual([90, 1, { every: 90 }]);
  const whole = { ...draftOf(schedule(), 'UTC', NOW), until: '2026-12-24T18:00', count: '3' };
  expect(requestOf(whole, BERLIN)).toMatchObject({
    count: 3,
    until: '2026-12-24T17:00:00.000Z',
    timezone: null,
  });
});

test('only what was changed is sent', () => {
  const anchor = '2026-11-24T11:58:12.345Z';
  const rules: Schedule['rule'][] = [
    { type: 'cron', cron: '0 8 * * 7' },
    { type: 'every', seconds: 90, anchor },
    { type: 'once', at: '2026-12-24T18:00:30+05:30' },
    { type: 'once', at: '2026-12-24T18:00' },
    { type: 'immediate' },
  ];
  const until = '2026-12-24T17:00:30.500Z';
  for (const rule of rules) {
    expect(sent({ rule, until, count: 4 }, {})).toEqual({});
    expect(sent({ rule, until, count: 4 }, { name: ' Other ' })).toEqual({ name: 'Other' });
  }
  expect(sent({}, { days: [5, 1, 3, 2, 4] })).toEqual({});
  expect(sent({}, { days: [] })).toEqual({ cron: '30 8 * * *' });
  expect(sent({}, { zone: 'Asia/Tokyo' })).toEqual({ timezone: 'Asia/Tokyo' });
  expect(sent({ count: 4, until }, { count: '', until: '' })).toEqual({ count: null, until: null });
  expect(sent({}, { name: '' })).toEqual({});
});

test('an instant stays one: it is shown on the wall here, and sent as an instant when it is moved', () => {
  const rule = { type: 'once' as const, at: '2026-12-24T18:00:00-05:00' };
  expect(draftOf(schedule({ rule }), BERLIN, NOW)).toMatchObject({ kind: 'once', at: '2026-12-25T00:00' });
  expect(sent({ rule }, { at: '2026-12-25T01:30' })).toEqual({ at: '2026-12-25T00:30:00.000Z' });
  expect(sent({ rule }, { zone: 'Asia/Tokyo' })).toEqual({
    at: '2026-12-24T15:00:00.000Z',
    timezone: 'Asia/Tokyo',
  });
  expect(sent({ rule: { type: 'once', at: '2026-12-24T18:00' } }, { at: '2026-12-24T19:00' })).toEqual({
    at: '2026-12-24T19:00',
  });
});

test('what ran at once has no time: changing its words does not bring it back', () => {
  const ended = { rule: { type: 'immediate' as const }, status: 'ended' as const, nextAt: null };
  expect(draftOf(schedule(ended), 'UTC', NOW).kind).toBe('immediate');
  expect(sent(ended, { instruction: 'Look again' })).toEqual({ instruction: 'Look again' });
});

test('a time on the wall is an instant of its zone, also around a change of its clocks', () => {
  expect(instantOf('2026-03-29T12:00', BERLIN)).toBe('2026-03-29T10:00:00.000Z');
  expect(instantOf('2026-10-25T12:00', BERLIN)).toBe('2026-10-25T11:00:00.000Z');
  expect(instantOf('2026-01-01T00:30', 'America/New_York')).toBe('2026-01-01T05:30:00.000Z');
  // A time that the clock skips is the first one after the gap, as on the server.
  expect(instantOf('2026-03-29T02:30', BERLIN)).toBe('2026-03-29T01:00:00.000Z');
  expect(instantOf('nonsense', 'UTC')).toBeNull();
});
