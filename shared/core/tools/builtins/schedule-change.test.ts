import { expect, it } from 'vitest';
import { scheduleOf } from '#test/core/schedule-state.ts';
import { ChangePreview } from '#shared/protocol/schedule.ts';
import type { BuiltinWorld } from '../builtin.ts';
import { cancelSchedule, updateSchedule } from './schedules.ts';

const now = Date.parse('2026-11-24T07:00:00Z');
const id = '019a0000-0000-7000-8000-000000000001';
const talk = '019a0000-0000-7000-8000-000000000002';
const morning = scheduleOf(
  { type: 'cron', cron: '0 8 * * 1-5' },
  { id, name: 'Morning', instruction: 'Look', timezone: 'Europe/Zurich' },
);
const world = (more: Partial<typeof morning> = {}): BuiltinWorld => ({
  now,
  timezone: 'UTC',
  conversation: { id: talk, schedules: [{ ...morning, ...more }] },
});
const preview = (input: Record<string, unknown>, of = world()) => updateSchedule.previewChange?.(input, of);

it('says which schedule is changed, how it stands and would, and the next times then', () => {
  const shown = preview({ id, cron: '30 9 * * *', instruction: 'Look again', count: null });
  const zone = { conversationId: talk, timezone: 'Europe/Zurich' };
  expect(shown?.before).toMatchObject({
    ...zone,
    name: 'Morning',
    words: 'every weekday at 08:00',
    instruction: 'Look',
  });
  expect(shown?.after).toMatchObject({ ...zone, words: 'every day at 09:30', instruction: 'Look again' });
  expect(shown?.after.nextAt).toBe(shown?.fires[0]);
  expect(shown?.fires).toEqual([24, 25, 26, 27, 28].map((day) => `2026-11-${day}T08:30:00.000Z`));
  expect(ChangePreview.parse(shown)).toEqual(shown);
});

it('keeps within what count and end leave, in the zone that it would go by', () => {
  const bounds = world({ runs: 2, until: Date.parse('2026-12-24T12:00:00Z') });
  const shown = preview({ id, name: 'Noon', timezone: null, count: 4, until: null }, bounds);
  expect(shown?.before).toMatchObject({ name: 'Morning', count: null, until: '2026-12-24T12:00:00.000Z' });
  expect(shown?.after).toMatchObject({ name: 'Noon', count: 4, until: null, timezone: 'Europe/Zurich' });
  expect(shown?.fires).toEqual(['2026-11-25T07:00:00.000Z', '2026-11-26T07:00:00.000Z']);
  const end = preview({ id, until: '2026-11-25T12:00:00Z' });
  expect(end?.fires).toEqual(['2026-11-25T07:00:00.000Z']);
  const follows = world({ timezone: null });
  expect(preview({ id, name: 'Noon' }, follows)?.after.timezone).toBe('UTC');
});

it('shows no time that a rest skips, and none as passed that another rule has', () => {
  const resting = world({ restUntil: Date.parse('2026-11-26T00:00:00Z') });
  expect(preview({ id, name: 'Noon' }, resting)?.fires[0]).toBe('2026-11-26T07:00:00.000Z');
  expect(preview({ id, cron: '0 9 * * 1-5' }, resting)?.fires[0]).toBe('2026-11-24T08:00:00.000Z');
  // Up to here on the wall nothing comes again, after a move west.
  const passed = world({ passedTo: Date.parse('2026-11-25T00:00:00Z') });
  expect(preview({ id, name: 'Noon' }, passed)?.fires[0]).toBe('2026-11-25T07:00:00.000Z');
  expect(preview({ id, cron: '30 8 * * 1-5' }, passed)?.fires[0]).toBe('2026-11-24T07:30:00.000Z');
});

it('names no times of one that stays paused, and those of one that goes on', () => {
  const paused = world({ paused: { reason: 'failing', at: now } });
  expect(preview({ id, cron: '0 9 * * *' }, paused)?.fires).toEqual([]);
  const on = preview({ id, paused: false }, paused);
  expect([on?.before.status, on?.after.status, on?.fires.length]).toEqual(['paused', 'live', 5]);
  expect(preview({ id, paused: true })?.fires).toEqual([]);
});

it('says which schedule is stopped or paused', () => {
  for (const pause of [true, false]) {
    const shown = cancelSchedule.previewChange?.({ id, pause }, world());
    expect(shown?.before).toMatchObject({ name: 'Morning', words: 'every weekday at 08:00' });
    expect([shown?.after, shown?.fires]).toEqual([shown?.before, []]);
  }
});

it('asks nobody about a schedule that is not there, or about a change that cannot be made', () => {
  const gone = { id: 'gone', cron: '0 9 * * *' };
  expect(updateSchedule.checkNow?.(gone, world())).toContain('There is no schedule "gone"');
  expect(cancelSchedule.checkNow?.({ id: 'gone' }, world())).toContain('There is no schedule "gone"');
  expect(updateSchedule.checkNow?.({ id, count: 2 }, world({ runs: 3 }))).toContain('has run 3 times');
  expect(updateSchedule.checkNow?.({ id, count: 2 }, world())).toBeNull();
  expect(cancelSchedule.checkNow?.({ id }, world())).toBeNull();
  expect(preview(gone)).toBeNull();
});
