import { describe, expect, it } from 'vitest';
import type { CreateSchedule } from '#shared/protocol/schedule-requests.ts';
import { maxFailures } from '../schedule/schedule-state.ts';
import { at, HOUR, MINUTE, Play } from '#test/core/schedule-play.ts';
import { schedulesOf } from './state.ts';
import { nextRunAt, schedulesDue } from './schedule-runs.ts';

describe('a due time', () => {
  it('starts a run with the words of the schedule, and is never run twice', () => {
    const play = new Play();
    play.add({ cron: '0 8 * * *', name: 'Morning' });
    expect([play.state.status, nextRunAt(play.state), schedulesDue(play.state)]).toEqual([
      'background',
      at('08:00'),
      at('08:00'),
    ]);
    expect(play.ring(at('07:59'))).toEqual([]);
    expect(play.ring(at('08:00'))).toEqual(['message_added', 'turn_started']);
    expect(play.ring(at('08:00'))).toEqual([]);
    expect(play.state.turn).toMatchObject({ runId: play.receipts[0]?.runId });
    play.end();
    expect(play.ring(at('08:01'))).toEqual([]);
    expect(play.said()).toEqual(['08:00 ran on_time']);
    expect(play.schedule()).toMatchObject({ runs: 1, open: null, nextAt: at('08:00') + 24 * HOUR });
    expect(play.state.status).toBe('background');
  });

  it('runs at once, and the schedule is over then', () => {
    const play = new Play();
    play.add({ immediate: true });
    expect(play.ring()).toEqual(['message_added', 'turn_started']);
    expect(play.state.status).toBe('background');
    expect(play.end()).toContain('schedule_changed');
    expect([play.schedule().ended, play.state.status, schedulesDue(play.state)]).toEqual([
      true,
      'active',
      null,
    ]);
  });

  it('ends after its count, and at its end', () => {
    const play = new Play();
    play.add({ every: 3_600, count: 2 });
    play.add({ every: 3_600, until: '2026-11-24T07:30:00Z' });
    for (const time of ['07:00', '08:00', '09:00']) {
      play.ring(at(time));
      while (play.state.turn) play.end();
    }
    expect(play.said()).toEqual(['07:00 ran on_time', '07:00 ran on_time', '08:00 ran on_time']);
    expect([play.schedule(0).ended, play.schedule(1).ended, play.state.status]).toEqual([
      true,
      true,
      'active',
    ]);
  });
});

describe('several that come due together', () => {
  it('share one run, each with its own words and receipt', () => {
    const play = new Play();
    for (const name of ['One', 'Two', 'Three']) play.add({ cron: '0 8 * * *', name, instruction: name });
    expect(play.ring(at('08:00'))).toEqual([
      'message_added',
      'message_added',
      'message_added',
      'turn_started',
    ]);
    const runId = play.state.turn?.runId;
    expect(play.receipts.map((receipt) => [receipt.status, receipt.runId])).toEqual(
      Array.from({ length: 3 }, () => ['ran', runId]),
    );
    expect(schedulesOf(play.state).map(({ open }) => open?.runId)).toEqual([runId, runId, runId]);
    play.end();
    expect(schedulesOf(play.state).map(({ open, runs }) => [open, runs])).toEqual(
      Array.from({ length: 3 }, () => [null, 1]),
    );
  });

  it('fail together, and are tried again together', () => {
    const play = new Play();
    for (const name of ['One', 'Two']) play.add({ cron: '0 8 * * *', name });
    play.ring(at('08:00'));
    play.end('failed');
    expect(play.said()).toEqual(['08:00 failed model_key_refused', '08:00 failed model_key_refused']);
    const again = schedulesDue(play.state) ?? 0;
    expect(again).toBeGreaterThan(at('08:00'));
    expect(play.ring(again)).toEqual(['message_added', 'message_added', 'turn_started']);
    play.end();
    expect(schedulesOf(play.state).map(({ failures, retry }) => [failures, retry])).toEqual([
      [0, null],
      [0, null],
    ]);
  });

  it('are started together after the turn that they waited for', () => {
    const play = new Play();
    for (const minute of [20, 30]) play.add({ cron: `${minute} * * * *` });
    play.add({ cron: '10 * * * *' });
    for (const time of ['06:10', '06:20', '06:30']) play.ring(at(time));
    expect(play.said().slice(1)).toEqual(['06:20 blocked was_busy', '06:30 blocked was_busy']);
    play.now = at('06:30');
    play.end();
    const { turn } = play.state;
    expect(schedulesOf(play.state).filter(({ open }) => open?.runId === turn?.runId)).toHaveLength(2);
  });
});

describe('at work already', () => {
  it('holds one and skips the rest, and runs the held one when the turn ends', () => {
    const play = new Play();
    play.add({ cron: '*/10 * * * *' });
    play.ring(at('06:10'));
    play.ring(at('06:20'));
    play.ring(at('06:30'));
    expect(play.said()).toEqual([
      '06:10 ran on_time',
      '06:20 blocked was_busy',
      '06:30 skipped one_waits_already',
    ]);
    play.now = at('06:35');
    play.end();
    expect(play.state.turn).not.toBeNull();
    expect(play.said()[1]).toBe('06:20 late was_busy');
  });

  it('skips all where the schedule says so', () => {
    const play = new Play();
    play.add({ cron: '*/10 * * * *', overlap: 'skip' });
    play.ring(at('06:10'));
    play.ring(at('06:20'));
    play.end();
    expect([play.said(), play.state.turn]).toEqual([['06:10 ran on_time', '06:20 skipped was_busy'], null]);
  });

  it('starts what was held also after a stop, at the next ring', () => {
    const play = new Play();
    play.add({ cron: '*/10 * * * *' });
    play.ring(at('06:10'));
    play.ring(at('06:20'));
    play.apply({ type: 'stop', partial: '' });
    expect([play.state.turn, schedulesDue(play.state)]).toEqual([null, 0]);
    expect(play.ring(at('06:21'))).toEqual(['message_added', 'turn_started']);
  });
});

describe('nobody was there', () => {
  /** Down from 07:50 to 12:00. */
  const back = (given: Partial<CreateSchedule>) => {
    const play = new Play();
    play.add(given);
    play.ring(at('12:00'));
    return play.said();
  };

  it('runs one late if it is not too late, and says of the others that they were missed', () => {
    expect(back({ cron: '0 8 * * *' })).toEqual(['08:00 late was_down']);
    expect(back({ cron: '0 6-11 * * *' })).toEqual(['07:00-10:00 x4 missed was_down', '11:00 late was_down']);
    expect(back({ cron: '*/30 * * * *' })).toEqual(['06:30-11:30 x11 missed was_down', '12:00 ran on_time']);
    expect(back({ cron: '0 8 * * *', missed: 'skip' })).toEqual(['08:00 missed skips_missed']);
    expect(back({ at: '2026-11-24T08:30' })).toEqual(['08:30 late was_down']);
    expect(back({ at: '2026-11-24T08:30', missed: 'skip' })).toEqual(['08:30 missed skips_missed']);
    expect(back({ every: 2 * 3_600 })).toEqual(['08:00-10:00 x2 missed was_down', '12:00 ran on_time']);
  });

  it('runs nothing later than six hours, and half of the interval', () => {
    const play = new Play();
    play.add({ cron: '0 8 * * *' });
    play.ring(at('14:01'));
    expect(play.said()).toEqual(['08:00 missed too_late']);
    const hourly = new Play();
    hourly.add({ cron: '0 * * * *' });
    hourly.ring(at('09:29'));
    expect(hourly.said()).toEqual(['07:00-08:00 x2 missed was_down', '09:00 late was_down']);
  });

  it('accounts for a month of minutes, some at each ring', () => {
    const play = new Play();
    play.add({ cron: '* * * * *' });
    const end = play.now + 5_000 * MINUTE;
    for (let rings = 0; rings < 5 && (schedulesDue(play.state) ?? Infinity) <= end; rings += 1)
      play.ring(end);
    const count = play.receipts.reduce((sum, receipt) => sum + receipt.count, 0);
    expect([count, play.receipts.at(-1)]).toMatchObject([5_000, { status: 'ran', count: 1 }]);
  });
});

describe('while it waits for its person', () => {
  it('holds its schedules, goes on with the answer in the same run, and then runs what was held', () => {
    const play = new Play();
    play.add({ cron: '0 * * * *' });
    play.ring(at('07:00'));
    const runId = play.state.turn?.runId;
    play.ask();
    expect([play.state.status, play.schedule().open?.runId]).toEqual(['waiting_input', runId]);
    play.ring(at('08:00'));
    play.ring(at('09:00'));
    expect(play.said()).toEqual([
      '07:00 ran on_time',
      '08:00 blocked waiting_for_you',
      '09:00 skipped one_waits_already',
    ]);
    play.now = at('09:30');
    play.answer();
    expect(play.state.turn?.runId).toBe(runId);
    play.end();
    expect([play.schedule().open?.dueAt, play.said()[1]]).toEqual([
      at('08:00'),
      '08:00 late waiting_for_you',
    ]);
    play.end();
    expect(play.state.status).toBe('background');
  });

  it('runs all the same where the user chose so', () => {
    const play = new Play();
    play.add({ cron: '0 * * * *', whileWaiting: 'run' });
    play.ring(at('07:00'));
    play.ask();
    expect(play.ring(at('08:00'))).toEqual(['message_added', 'turn_started']);
    play.end();
    expect(play.state.status).toBe('waiting_input');
  });
});

describe('failing', () => {
  it('tries again later each time, and pauses itself when it goes on', () => {
    const play = new Play();
    play.add({ cron: '0 0 * * *', name: 'Night' });
    play.now = at('06:00') + 18 * HOUR;
    for (let failures = 1; failures < maxFailures; failures += 1) {
      play.ring();
      play.end('failed');
      const { retry } = play.schedule();
      const wait = (retry?.at ?? 0) - play.now;
      expect(wait).toBeGreaterThan(MINUTE * 2 ** (failures - 1) * 0.7);
      expect(wait).toBeLessThanOrEqual(MINUTE * 2 ** (failures - 1));
      expect(play.said()).toEqual(['00:00 failed model_key_refused']);
      play.now = schedulesDue(play.state) ?? 0;
    }
    play.ring();
    expect(play.end('failed')).toContain('schedule_changed');
    expect(play.schedule()).toMatchObject({
      paused: { reason: 'failing' },
      failures: maxFailures,
      nextAt: null,
    });
    expect([play.state.status, schedulesDue(play.state), play.schedule().runs]).toEqual(['active', null, 1]);
  });

  it('forgets failures when a run succeeds, and leaves a failed due time when the next has come', () => {
    const play = new Play();
    play.add({ every: 60 });
    play.ring(at('06:01'));
    play.end('failed');
    expect(play.schedule().retry).toMatchObject({ dueAt: at('06:01') });
    play.ring(at('06:02'));
    play.end();
    expect([play.schedule().failures, play.said()]).toEqual([
      0,
      ['06:01 failed model_key_refused', '06:02 ran on_time'],
    ]);
  });
});
