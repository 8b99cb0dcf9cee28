/** Runs of schedules that were cut off at a limit, that a person stopped, or that nobody answered. */
import { describe, expect, it } from 'vitest';
import { at, HOUR, MINUTE, Play } from '#test/core/schedule-play.ts';
import { coming } from '../schedule/coming.ts';
import { maxFailures } from '../schedule/schedule-state.ts';
import { shownSchedule } from '../schedule/shown.ts';
import { nextRunAt, schedulesDue } from './schedule-runs.ts';

/** Rings until a run begins, or nothing is due any more. */
function ringOn(play: Play): void {
  for (let rings = 0; rings < 200 && play.state.turn === null; rings += 1) {
    const due = schedulesDue(play.state);
    if (due === null) return;
    play.ring(due);
  }
}

describe('a run that is cut off at a limit', () => {
  it('keeps the next ones further apart each time, is not made again, and pauses its schedule after too many', () => {
    const play = new Play();
    play.add({ every: 60 });
    const began: number[] = [];
    for (let failures = 1; failures <= maxFailures; failures += 1) {
      ringOn(play);
      began.push(play.now);
      play.end('limit');
      expect([play.schedule().failures, play.schedule().retry]).toEqual([failures, null]);
    }
    const waits = began.slice(1).map((time, n) => (time - (began[n] ?? 0)) / MINUTE);
    for (const [n, wait] of waits.entries()) expect(wait).toBeGreaterThan(2 ** n * 0.7);
    expect(waits.at(-1)).toBeGreaterThan(5);
    expect(play.schedule().paused?.reason).toBe('failing');
    const said = play.said();
    expect(said.filter((line) => line.endsWith('failed max_steps'))).toHaveLength(maxFailures);
    expect(said.filter((line) => line.endsWith('skipped backing_off')).length).toBeGreaterThan(5);
    expect(said.some((line) => line.includes('tried_again'))).toBe(false);
  });

  it('shows as next what will be kept, and not what will be skipped', () => {
    const play = new Play();
    play.add({ every: 60 });
    for (let times = 0; times < 4; times += 1) {
      ringOn(play);
      play.end('limit');
    }
    const { nextAt, restUntil = 0 } = play.schedule();
    expect(nextAt).toBeLessThan(restUntil);
    const next = nextRunAt(play.state) ?? 0;
    expect(next).toBeGreaterThanOrEqual(restUntil);
    expect(Date.parse(shownSchedule(play.schedule(), 'c', 'UTC').nextAt ?? '')).toBe(next);
    const window = { from: play.now, to: play.now + HOUR, zone: 'UTC' };
    expect(coming(play.schedule(), 'UTC', window, { left: 1_000 }).marks[0]?.at).toBe(next);
    ringOn(play);
    expect(play.now).toBe(next);
  });

  it('is the end of what comes only once', () => {
    const play = new Play();
    play.add({ immediate: true });
    play.ring();
    play.end('limit');
    expect(play.schedule()).toMatchObject({ ended: true, paused: null });
    expect([play.said(), schedulesDue(play.state)]).toEqual([['06:00 failed max_steps'], null]);
  });

  it('is forgotten when a run succeeds, or when somebody lets the schedule go on', () => {
    const play = new Play();
    play.add({ every: 60 });
    ringOn(play);
    play.end('limit');
    ringOn(play);
    play.end();
    expect(play.schedule()).toMatchObject({ failures: 0, nextAt: play.now + MINUTE });
    expect(play.schedule().restUntil).toBeUndefined();
    ringOn(play);
    play.end('limit');
    const scheduleId = play.schedule().id;
    for (const pause of [true, false])
      play.apply({ type: 'change_schedule', scheduleId, change: { pause }, by: 'user' });
    expect(play.schedule()).toMatchObject({ failures: 0, paused: null });
    expect(play.schedule().restUntil).toBeUndefined();
  });

  it('counts in one row with runs that failed', () => {
    const play = new Play();
    play.add({ every: 60 });
    for (let times = 1; times <= maxFailures; times += 1) {
      ringOn(play);
      play.end(times % 2 === 0 ? 'failed' : 'limit');
    }
    expect(play.schedule().paused?.reason).toBe('failing');
  });

  it('puts off the new try of another due time, where it was run by hand in between', () => {
    const play = new Play();
    const scheduleId = play.add({ cron: '0 8 * * *' });
    play.ring(at('08:00'));
    play.end('failed');
    const retryAt = play.schedule().retry?.at ?? 0;
    play.apply({
      type: 'run_schedule',
      scheduleId,
      turnId: play.newId(),
      messageId: play.newId(),
      model: { name: 'claude', demo: false },
    });
    play.end('limit');
    const { retry, restUntil } = play.schedule();
    expect(retry).toEqual({ dueAt: at('08:00'), at: restUntil });
    expect(restUntil).toBeGreaterThan(retryAt);
  });
});

describe('neither a failure nor a success', () => {
  it('is a run that a person stopped', () => {
    const play = new Play();
    play.add({ every: 60 });
    ringOn(play);
    play.end('limit');
    ringOn(play);
    play.stop();
    expect(play.schedule()).toMatchObject({ failures: 1, open: null, paused: null });
  });

  it('is one whose question nobody answered in time, nor one that waits', () => {
    const play = new Play();
    play.add({ cron: '0 8 * * *' });
    ringOn(play);
    play.end('limit');
    ringOn(play);
    play.ask();
    expect(play.schedule().failures).toBe(1);
    play.questionsDue();
    play.end();
    expect(play.stands().at(-1)).toBe('ended expired question_expired');
    expect(play.schedule()).toMatchObject({ failures: 1, open: null, paused: null });
  });
});
