/** What the person does with schedules, and how many there may be. */
import { describe, expect, it } from 'vitest';
import { at, HOUR, Play } from '#test/core/schedule-play.ts';
import { model } from '#test/core/ids.ts';
import { instant } from '../schedule/instant.ts';
import { makeSchedule } from '../schedule/make.ts';
import type { ScheduleChange } from './input.ts';
import { schedulesOf } from './state.ts';
import { nextRunAt, schedulesDue } from './schedule-runs.ts';
import { maxSchedules } from './transition-schedules.ts';

describe('the user', () => {
  it('pauses and goes on: what came due meanwhile has a receipt', () => {
    const play = new Play();
    const scheduleId = play.add({ cron: '0 * * * *' });
    play.apply({ type: 'change_schedule', scheduleId, change: { pause: true }, by: 'user' });
    expect([play.state.status, schedulesDue(play.state)]).toEqual(['active', null]);
    play.ring(at('09:10'));
    play.apply({ type: 'change_schedule', scheduleId, change: { pause: false }, by: 'user' });
    expect(play.said()).toEqual(['07:00-09:00 x3 skipped was_paused']);
    expect([play.state.status, nextRunAt(play.state)]).toEqual(['background', at('10:00')]);
  });

  it('changes a paused one: what came due by the rule before is told by the rule before', () => {
    const paused = (cron = '0 * * * *') => {
      const play = new Play();
      const scheduleId = play.add({ cron });
      play.apply({ type: 'change_schedule', scheduleId, change: { pause: true }, by: 'user' });
      return { play, scheduleId };
    };
    const { play, scheduleId } = paused();
    play.ring(at('08:10'));
    const rule = { type: 'cron' as const, cron: '30 * * * *' };
    play.apply({ type: 'change_schedule', scheduleId, change: { rule }, by: 'user' });
    play.ring(at('09:40'));
    play.apply({ type: 'change_schedule', scheduleId, change: { pause: false }, by: 'user' });
    expect(play.said()).toEqual(['07:00-08:00 x2 skipped was_paused', '08:30-09:30 x2 skipped was_paused']);
    const gone = paused();
    gone.play.ring(at('08:10'));
    gone.play.apply({ type: 'remove_schedule', scheduleId: gone.scheduleId, by: 'user' });
    expect(gone.play.said()).toEqual(['07:00-08:00 x2 skipped was_paused']);
    const moved = paused('0 8 * * *');
    moved.play.ring(at('08:10'));
    moved.play.apply({ type: 'zone_changed', timezone: 'America/New_York' });
    moved.play.ring(at('14:00'));
    moved.play.apply({
      type: 'change_schedule',
      scheduleId: moved.scheduleId,
      change: { pause: false },
      by: 'user',
    });
    expect(moved.play.said()).toEqual(['08:00 skipped was_paused', '13:00 skipped was_paused']);
  });

  it('pauses for long: no due time is left without a receipt', () => {
    const play = new Play();
    const scheduleId = play.add({ every: 60 });
    play.apply({ type: 'change_schedule', scheduleId, change: { pause: true }, by: 'user' });
    play.now = at('06:00') + 5 * 24 * HOUR;
    play.apply({ type: 'change_schedule', scheduleId, change: { pause: false }, by: 'user' });
    expect(play.said()).toEqual(['06:01-06:00 x7200 skipped was_paused']);
  });

  it('archives and restores', () => {
    const play = new Play();
    play.add({ cron: '0 * * * *' });
    play.apply({ type: 'archive', partial: '' });
    expect(schedulesDue(play.state)).toBeNull();
    expect(play.ring(at('08:30'))).toEqual([]);
    play.apply({ type: 'restore' });
    expect([play.state.status, play.said()]).toEqual(['background', ['07:00-08:00 x2 skipped was_archived']]);
  });

  it('moves a schedule, and one that follows them moves with their zone', () => {
    const play = new Play();
    const scheduleId = play.add({ cron: '0 8 * * *' });
    play.apply({ type: 'zone_changed', timezone: 'America/New_York' });
    expect(nextRunAt(play.state)).toBe(at('13:00'));
    play.apply({ type: 'change_schedule', scheduleId, change: { timezone: 'Europe/Zurich' }, by: 'user' });
    expect(nextRunAt(play.state)).toBe(at('07:00'));
    const rule = { type: 'cron' as const, cron: '0 12 * * *' };
    play.apply({ type: 'change_schedule', scheduleId, change: { rule }, by: 'user' });
    expect(nextRunAt(play.state)).toBe(at('11:00'));
  });

  it('runs one by hand, which uses up no due time', () => {
    const play = new Play();
    const scheduleId = play.add({ cron: '0 8 * * *', count: 1 });
    const run = () =>
      play.apply({ type: 'run_schedule', scheduleId, turnId: play.newId(), messageId: play.newId(), model });
    expect(run()).toEqual(['message_added', 'turn_started']);
    expect(run()).toEqual([]);
    // Asked for once more while it waits, it is the same run.
    expect(run()).toEqual([]);
    play.end();
    play.end();
    expect(play.runs.size).toBe(2);
    expect([play.state.turn, play.schedule().runs, play.schedule().ended]).toEqual([null, 0, false]);
    play.ring(at('08:00'));
    play.end();
    expect([play.schedule().runs, play.schedule().ended]).toEqual([1, true]);
  });

  it('has as many as there can be, and no more', () => {
    const play = new Play();
    for (let n = 0; n < maxSchedules; n += 1) play.add({ cron: '0 8 * * *' });
    expect(() => play.add({ cron: '0 8 * * *' })).toThrow('limit_reached');
    play.apply({ type: 'remove_schedule', scheduleId: play.schedule().id, by: 'user' });
    play.add({ cron: '0 8 * * *' });
    expect(schedulesOf(play.state)).toHaveLength(maxSchedules);
  });
});

it('starts at most so many runs an hour by intervals, however many schedules there are', () => {
  const play = new Play();
  const first = play.add({ every: 60 });
  play.add({ every: 3_600 });
  const last = play.add({ every: 90 });
  expect(() => play.add({ every: 60 })).toThrow('schedule_pace');
  const change = (scheduleId: string, what: ScheduleChange) =>
    play.apply({ type: 'change_schedule', scheduleId, change: what, by: 'user' });
  const every = (seconds: number) => ({
    rule: { type: 'every' as const, seconds, anchor: instant(play.now) },
  });
  expect(change(last, every(60))).toBe('schedule_pace');
  // A pause is no way around it, and patterns share the minute.
  change(first, { pause: true });
  expect(() => play.add({ every: 60 })).toThrow('schedule_pace');
  for (let n = 0; n < 5; n += 1) play.add({ cron: '* * * * *' });
  expect(change(last, every(120))).toEqual(['schedule_changed']);
  expect(change(first, { name: 'Another name', pause: false })).toEqual([
    'schedule_changed',
    'schedule_changed',
  ]);
  change(first, every(7_200));
  play.add({ every: 60 });
});

it('counts one that ended again when a change has it come due again', () => {
  const play = new Play();
  const scheduleId = play.add({ immediate: true });
  play.ring();
  play.end();
  expect(play.schedule().ended).toBe(true);
  for (let count = 0; count < maxSchedules; count += 1) play.add({ cron: '0 8 * * *' });
  const change = (what: ScheduleChange) =>
    play.apply({ type: 'change_schedule', scheduleId, change: what, by: 'user' });
  expect(change({ rule: { type: 'every', seconds: 600, anchor: instant(play.now) } })).toBe('limit_reached');
  expect(change({ name: 'Another name' })).toEqual(['schedule_changed']);
});

it('keeps a single time that came between its reading and the decision', () => {
  const play = new Play();
  const scheduleId = play.add({ cron: '0 8 * * *' });
  const read = { type: 'once' as const, at: instant(play.now + 1) };
  play.now += 5;
  play.apply({ type: 'change_schedule', scheduleId, change: { rule: read }, by: 'user' });
  const made = makeSchedule(
    { instruction: 'look', at: read.at },
    { id: play.newId(), ownZone: 'UTC', now: at('06:00') },
  );
  if (made.ok) play.apply({ type: 'add_schedule', schedule: made.schedule, by: 'user' });
  expect(schedulesDue(play.state)).toBeLessThan(play.now);
  play.ring();
  play.end();
  expect(schedulesOf(play.state).map(({ ended, runs }) => [ended, runs])).toEqual([
    [true, 1],
    [true, 1],
  ]);
  expect(play.receipts.map(({ status, reason }) => `${status} ${reason}`)).toEqual([
    'ran on_time',
    'ran on_time',
  ]);
});
