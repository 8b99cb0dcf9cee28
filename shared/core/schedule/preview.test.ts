import { expect, it } from 'vitest';
import type { Bounds } from './next-fire.ts';
import { previewOf } from './preview.ts';

const now = Date.parse('2026-11-24T12:00:00Z');
const run = { each: 0.04, by: 'rehearsal' } as const;
const cron = (pattern: string) => ({ type: 'cron' as const, cron: pattern });
const preview = (rule: Parameters<typeof previewOf>[0], bounds: Partial<Bounds> = {}) =>
  previewOf(rule, { zone: 'UTC', now, run, left: null, until: null, ...bounds });
const until = (at: string) => ({ until: Date.parse(at) });

it('shows five times and reckons a month of what goes on', () => {
  expect(preview(cron('0 8 * * *'))).toEqual({
    words: 'every day at 08:00',
    timezone: 'UTC',
    fires: ['25', '26', '27', '28', '29'].map((day) => `2026-11-${day}T08:00:00.000Z`),
    ends: false,
    monthly: { runs: 30, cost: 1.2, by: 'rehearsal', inAll: false },
  });
});

it('ends after so many runs, and costs no more than those', () => {
  expect(preview(cron('0 8 * * *'), { left: 2 })).toEqual({
    words: 'every day at 08:00',
    timezone: 'UTC',
    fires: ['2026-11-25T08:00:00.000Z', '2026-11-26T08:00:00.000Z'],
    ends: true,
    monthly: { runs: 2, cost: 0.08, by: 'rehearsal', inAll: true },
  });
  // The fifth is the last one only where there is no sixth.
  expect(preview(cron('0 8 * * *'), { left: 5 })).toMatchObject({ ends: true, monthly: { runs: 5 } });
  const six = preview(cron('0 8 * * *'), { left: 6 });
  expect([six?.ends, six?.fires.length, six?.monthly]).toEqual([
    false,
    5,
    { runs: 6, cost: 0.24, by: 'rehearsal', inAll: true },
  ]);
  expect(preview(cron('*/5 * * * *'), { left: 100 })?.monthly).toMatchObject({ runs: 100, inAll: true });
  expect(preview(cron('*/5 * * * *'), { left: 500 })?.monthly).toMatchObject({ runs: 500, inAll: true });
  expect(preview(cron('*/5 * * * *'), { left: 10_000 })?.monthly).toEqual({
    runs: 8_640,
    cost: 345.6,
    by: 'rehearsal',
    inAll: false,
  });
  expect(preview(cron('0 8 * * *'), { left: 0 })).toBeNull();
});

it('ends at its end, which counts itself', () => {
  const two = preview(cron('0 8 * * *'), until('2026-11-26T08:00:00Z'));
  expect([two?.fires.length, two?.ends, two?.monthly?.runs, two?.monthly?.inAll]).toEqual([2, true, 2, true]);
  const some = preview(cron('*/5 * * * *'), until('2026-11-27T12:00:00Z'));
  expect([some?.ends, some?.monthly]).toEqual([
    false,
    { runs: 864, cost: 34.56, by: 'rehearsal', inAll: true },
  ]);
  expect(preview(cron('0 8 * * *'), until('2027-11-27T12:00:00Z'))?.monthly).toMatchObject({ runs: 30 });
  expect(preview(cron('0 8 * * *'), until('2026-11-25T07:59:00Z'))).toBeNull();
});

it('is in all what is once, and has neither a month nor a next time at once', () => {
  expect(preview({ type: 'once', at: '2027-06-01T08:00' })).toMatchObject({
    ends: true,
    monthly: { runs: 1, cost: 0.04, inAll: true },
  });
  expect(preview({ type: 'immediate' })).toEqual({
    words: 'at once',
    timezone: 'UTC',
    fires: ['2026-11-24T12:00:00.000Z'],
  });
});

it('says that a cost is not known', () => {
  const shown = previewOf(cron('0 8 * * *'), { zone: 'UTC', now, run: null, left: null, until: null });
  expect(shown?.monthly).toEqual({ runs: 30, cost: null, by: undefined, inAll: false });
});
