/** Its owner moves to another zone: no local day has two runs of a daily rule, and no due time goes without a receipt. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at, HOUR, MINUTE, Play } from '#test/core/schedule-play.ts';
import { wallAt } from '../schedule/wall-clock.ts';
import { nextRunAt, schedulesDue } from './schedule-runs.ts';

const DAY = 24 * HOUR;
const move = (play: Play, timezone: string, now: number) => {
  play.now = now;
  play.apply({ type: 'zone_changed', timezone });
};
/** At home in UTC, where the rule has run at each of these times. */
function ran(cron: string, ...times: ReadonlyArray<string>): Play {
  const play = new Play();
  play.add({ cron });
  for (const time of times) {
    play.ring(at(time));
    play.end();
  }
  return play;
}

describe('a move west', () => {
  it('does not run a daily rule again on a day on which it ran, and says so', () => {
    const play = ran('0 8 * * *', '08:00');
    move(play, 'America/New_York', at('09:00'));
    expect(play.said()).toEqual(['08:00 ran on_time', '13:00 skipped zone_changed']);
    expect(nextRunAt(play.state)).toBe(at('13:00') + DAY);
    play.ring(at('13:00'));
    expect(play.state.turn).toBeNull();
    play.ring(at('13:00') + DAY);
    expect(play.state.turn).not.toBeNull();
  });

  it('does not either where it was paused or put away meanwhile', () => {
    const play = ran('0 8 * * *', '08:00');
    const { id: scheduleId } = play.schedule();
    const pause = (on: boolean) =>
      play.apply({ type: 'change_schedule', scheduleId, change: { pause: on }, by: 'user' });
    play.now = at('08:30');
    pause(true);
    move(play, 'America/New_York', at('09:00'));
    play.now = at('12:00');
    pause(false);
    expect(nextRunAt(play.state)).toBe(at('13:00') + DAY);
  });

  it('loses nothing that had come due and was not begun yet, whatever its rule', () => {
    const every = new Play();
    every.add({ every: 3_600 });
    const first = nextRunAt(every.state) ?? 0;
    move(every, 'America/New_York', first + 5_000);
    expect(nextRunAt(every.state)).toBe(first);
    const once = new Play();
    once.add({ at: new Date(at('08:00')).toISOString() });
    move(once, 'America/New_York', at('08:00') + 5_000);
    once.ring();
    expect(once.said()).toEqual(['08:00 ran on_time']);
  });

  it('runs later on the same day what had not come', () => {
    const play = ran('0 8,20 * * *', '08:00');
    move(play, 'America/New_York', at('09:00'));
    expect(play.said()).toEqual(['08:00 ran on_time', '13:00 skipped zone_changed']);
    expect(nextRunAt(play.state)).toBe(at('01:00') + DAY);
    const early = ran('0 8 * * *');
    move(early, 'America/New_York', at('07:00'));
    expect([early.said(), nextRunAt(early.state)]).toEqual([[], at('13:00')]);
  });

  it('does not silence a watch, and forgets what ran by another rule', () => {
    const watch = ran('*/30 8-18 * * *', '08:00', '08:30');
    move(watch, 'America/New_York', at('09:00'));
    expect(nextRunAt(watch.state)).toBe(at('09:00'));
    watch.ring();
    watch.end();
    expect(nextRunAt(watch.state)).toBe(at('13:00'));
    const changed = ran('0 8 * * *', '08:00');
    move(changed, 'America/New_York', at('09:00'));
    const rule = { type: 'cron' as const, cron: '30 7 * * *' };
    const scheduleId = changed.schedule().id;
    changed.apply({ type: 'change_schedule', scheduleId, change: { rule }, by: 'user' });
    expect(nextRunAt(changed.state)).toBe(at('12:30'));
  });
});

describe('a move east', () => {
  it('leaves a receipt of each due time that it went over', () => {
    const play = ran('0 8 * * *');
    move(play, 'Asia/Tokyo', at('06:30'));
    expect(play.said()).toEqual(['23:00 missed zone_changed']);
    expect(nextRunAt(play.state)).toBe(at('23:00'));
    expect(play.events).toContainEqual(
      expect.objectContaining({ type: 'schedule_changed', change: 'missed', reason: 'zone_changed' }),
    );
  });

  it('leaves one also of a schedule that is paused, and that is no news', () => {
    const play = ran('0 8 * * *');
    const { id: scheduleId } = play.schedule();
    const pause = (on: boolean) =>
      play.apply({ type: 'change_schedule', scheduleId, change: { pause: on }, by: 'user' });
    pause(true);
    move(play, 'Asia/Tokyo', at('06:30'));
    expect(play.said()).toEqual(['23:00 skipped zone_changed']);
    play.now = at('06:30') + DAY;
    pause(false);
    expect(play.said()).toEqual(['23:00 skipped zone_changed', '23:00 skipped was_paused']);
    expect(play.events).not.toContainEqual(expect.objectContaining({ change: 'missed' }));
  });

  it('takes nothing from what ran: not on the way back, nor where both zones were due at once', () => {
    const play = ran('0 8 * * *', '08:00');
    move(play, 'America/New_York', at('09:00'));
    move(play, 'UTC', at('10:00'));
    expect(play.said()).toEqual(['08:00 ran on_time', '13:00 skipped zone_changed']);
    expect(nextRunAt(play.state)).toBe(at('08:00') + DAY);
    const both = ran('0 8,9 * * *', '08:00');
    move(both, 'Europe/Zurich', at('08:30'));
    expect(both.said()).toEqual(['08:00 ran on_time']);
  });

  it('loses nothing of what has come when nobody was there yet', () => {
    const play = ran('0 8 * * *');
    move(play, 'America/New_York', at('08:10'));
    expect(schedulesDue(play.state)).toBe(at('08:00'));
    play.ring();
    play.end();
    expect(play.said()).toEqual(['13:00 skipped zone_changed', '08:00 late was_down']);
    expect(nextRunAt(play.state)).toBe(at('13:00') + DAY);
  });

  it('leaves rules of every hour alone: they follow real time', () => {
    const play = ran('0 * * * *', '07:00');
    move(play, 'Asia/Kolkata', at('07:10'));
    expect([play.said(), nextRunAt(play.state)]).toEqual([['07:00 ran on_time'], at('07:30')]);
  });
});

const zones = [
  'Pacific/Kiritimati',
  'Asia/Tokyo',
  'Asia/Kolkata',
  'UTC',
  'America/New_York',
  'Pacific/Midway',
];

it('runs at most once on each local day wherever one goes, and leaves no local day without a receipt', () => {
  const legs = fc.array(fc.tuple(fc.constantFrom(...zones), fc.integer({ min: 10, max: 3_000 })), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(legs, fc.constantFrom('0 8 * * *', '30 0 * * *', '30 23 * * *'), (trip, cron) => {
      const play = new Play();
      play.add({ cron });
      const days: string[] = [];
      const dayAt = (due: number, zone: string) => new Date(wallAt(zone, due)).toISOString().slice(0, 10);
      const told = new Set<string>();
      let zone = 'UTC';
      const note = () => {
        for (const { dueAt, lastDueAt } of play.receipts.splice(0))
          for (let due = dueAt; due <= lastDueAt; due += DAY) told.add(dayAt(due, zone));
      };
      const live = (until: number) => {
        for (let due = schedulesDue(play.state); due !== null && due <= until;) {
          play.ring(due);
          if (play.state.turn !== null) days.push(dayAt(due, zone));
          if (play.state.turn !== null) play.end();
          note();
          due = schedulesDue(play.state);
        }
        play.now = until;
      };
      for (const [to, minutes] of trip) {
        live(play.now + minutes * MINUTE);
        zone = to;
        move(play, to, play.now);
        note();
      }
      live(play.now + 3 * DAY);
      expect(days).toEqual([...new Set(days)]);
      const [first = '', last = ''] = [days.toSorted()[0], days.toSorted().at(-1)];
      for (let day = first; day < last; day = new Date(Date.parse(day) + DAY).toISOString().slice(0, 10))
        expect(told).toContain(day);
    }),
    { seed: 20_261_129, numRuns: 300 },
  );
});
