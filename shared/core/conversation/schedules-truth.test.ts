/** What is said of due times and runs is true, also where several things meet: counts, holds, pauses, failures, zones. */
import { describe, expect, it } from 'vitest';
import { maxFailures } from '../schedule/schedule-state.ts';
import { at, HOUR, MINUTE, Play } from '#test/core/schedule-play.ts';
import { id, model } from '#test/core/ids.ts';
import { nextRunAt, schedulesDue } from './schedule-runs.ts';

const run = (play: Play, scheduleId: string, turnId = play.newId()) =>
  play.apply({ type: 'run_schedule', scheduleId, turnId, messageId: play.newId(), model });

describe('a count', () => {
  it('is not used up by due times that were skipped', () => {
    const play = new Play();
    play.add({ every: 600, count: 2, overlap: 'skip' });
    play.ring(at('06:10'));
    play.ring(at('06:20'));
    expect(play.schedule().nextAt).toBe(at('06:30'));
    play.end();
    play.ring(at('06:30'));
    play.end();
    expect(play.said()).toEqual(['06:10 ran on_time', '06:20 skipped was_busy', '06:30 ran on_time']);
    expect(play.schedule()).toMatchObject({ runs: 2, ended: true });
  });

  it('counts what waits, and gives it back when that is not run', () => {
    const play = new Play();
    play.add({ every: 600, count: 2 });
    play.ring(at('06:10'));
    play.ring(at('06:20'));
    expect(play.schedule().nextAt).toBeNull();
    play.now = at('12:21');
    play.end();
    expect(play.said().at(-1)).toBe('06:20 missed too_late');
    expect(play.schedule()).toMatchObject({ ended: false, nextAt: at('12:30') });
  });
});

describe('a due time that had to wait', () => {
  it('is skipped only behind the run before of the same schedule', () => {
    const play = new Play();
    play.add({ cron: '10 * * * *', overlap: 'skip' });
    play.say();
    play.ring(at('06:10'));
    expect(play.said()).toEqual(['06:10 blocked was_busy']);
    play.end();
    expect(play.said()).toEqual(['06:10 ran was_busy']);
    play.ring(at('07:10'));
    expect(play.said().at(-1)).toBe('07:10 skipped was_busy');
  });

  it('is not started late where the schedule skips what it misses, nor after six hours', () => {
    for (const [missed, wait, said] of [
      ['skip', 2 * MINUTE, '08:00 missed skips_missed'],
      ['skip', 0, '08:00 ran waiting_for_you'],
      ['run_late', 6 * HOUR, '08:00 late waiting_for_you'],
      ['run_late', 6 * HOUR + 1, '08:00 missed too_late'],
    ] as const) {
      const play = new Play();
      play.say();
      play.ask();
      play.add({ cron: '0 8 * * *', missed });
      play.ring(at('08:00'));
      play.now = at('08:00') + wait;
      play.answer();
      play.end();
      expect([missed, wait, play.said()]).toEqual([missed, wait, [said]]);
      expect(play.schedule()).toMatchObject({ held: null, nextAt: at('08:00') + 24 * HOUR });
    }
  });

  it('says so when its schedule is paused, removed or archived meanwhile', () => {
    const held = () => {
      const play = new Play();
      play.add({ cron: '10 * * * *' });
      play.say();
      play.ring(at('06:10'));
      return { play, scheduleId: play.schedule().id };
    };
    const one = held();
    one.play.apply({
      type: 'change_schedule',
      scheduleId: one.scheduleId,
      change: { pause: true },
      by: 'user',
    });
    expect(one.play.said()).toEqual(['06:10 skipped was_paused']);
    const two = held();
    two.play.apply({ type: 'remove_schedule', scheduleId: two.scheduleId, by: 'user' });
    expect(two.play.said()).toEqual(['06:10 skipped was_removed']);
    const three = held();
    three.play.apply({ type: 'archive', partial: '' });
    expect(three.play.said()).toEqual(['06:10 skipped was_archived']);
    three.play.apply({ type: 'restore' });
    expect(three.play.said()).toEqual(['06:10 skipped was_archived']);
  });
});

describe('by hand', () => {
  it('takes nothing from a due time that waits for the person', () => {
    const play = new Play();
    play.say();
    play.ask();
    const scheduleId = play.add({ at: '2026-11-24T08:00' });
    play.ring(at('08:00'));
    expect(play.said()).toEqual(['08:00 blocked waiting_for_you']);
    play.now = at('08:10');
    run(play, scheduleId);
    play.end();
    expect(play.schedule()).toMatchObject({ ended: false, runs: 0, held: { dueAt: at('08:00') } });
    play.answer();
    play.end();
    expect(play.said()).toEqual(['08:00 late waiting_for_you', '08:10 ran by_hand']);
    play.end();
    expect(play.schedule()).toMatchObject({ ended: true, runs: 1 });
  });

  it('takes nothing from a due time that is tried again', () => {
    const play = new Play();
    const scheduleId = play.add({ at: '2026-11-24T08:00' });
    play.ring(at('08:00'));
    play.end('failed');
    const { retry } = play.schedule();
    run(play, scheduleId);
    play.end();
    expect(play.schedule()).toMatchObject({ ended: false, retry });
    play.ring(retry?.at);
    expect(play.said().at(0)).toContain('08:00 late tried_again');
    play.end();
    expect(play.schedule()).toMatchObject({ ended: true, runs: 1 });
  });

  it('is refused for what has ended, and leaves nothing that rings for ever', () => {
    const play = new Play();
    const scheduleId = play.add({ immediate: true });
    play.ring();
    play.end();
    play.say();
    expect(run(play, scheduleId)).toBe('schedule_ended');
    play.stop();
    expect(schedulesDue(play.state)).toBeNull();
    // As an older version left it.
    const held = { dueAt: play.now, reason: 'by_hand' as const, turnId: id(8), messageId: id(9) };
    play.state = { ...play.state, schedules: [{ ...play.schedule(), held }] };
    expect(schedulesDue(play.state)).toBeNull();
  });

  it('is done once where it waited, and shares its run with what came due', () => {
    const play = new Play();
    play.say();
    play.add({ at: '2026-11-24T08:00' });
    const scheduleId = play.add({ cron: '0 9 * * *' });
    play.ring(at('08:00'));
    play.now = at('08:10');
    run(play, scheduleId);
    play.end();
    expect(play.said()).toEqual(['08:00 late was_busy', '08:10 ran by_hand']);
    expect(play.schedule(1).held).toBeNull();
    play.end();
    expect([play.state.turn, play.runs.size]).toEqual([null, 2]);
  });

  it('is the same run when it is asked for again while it waits, also behind a question', () => {
    const play = new Play();
    const scheduleId = play.add({ cron: '0 8 * * *' });
    play.say();
    const turnId = play.newId();
    expect([run(play, scheduleId, turnId), run(play, scheduleId, turnId)]).toEqual([[], []]);
    expect(run(play, scheduleId)).toEqual([]);
    play.ask();
    expect([play.state.turn, play.schedule().held?.turnId]).toEqual([null, turnId]);
    run(play, scheduleId);
    expect([play.state.turn?.id, play.schedule().held]).toEqual([turnId, null]);
  });

  it('is refused behind a due time that waits: that one may still be too late', () => {
    const play = new Play();
    const scheduleId = play.add({ cron: '0 8 * * *' });
    play.say();
    play.ring(at('08:00'));
    expect(run(play, scheduleId)).toBe('turn_in_progress');
  });

  it('of several schedules is one run, and tells what the others were told', () => {
    const play = new Play();
    const [first, second] = [play.add({ cron: '0 8 * * *' }), play.add({ cron: '0 9 * * *' })];
    play.say();
    const [asked, other] = [play.newId(), play.newId()];
    play.now = at('07:00');
    run(play, second, asked);
    play.now = at('07:01');
    run(play, first, other);
    play.end();
    expect(play.state.turn?.id).toBe(asked);
    expect(play.runs.get(asked)?.trigger.source).toMatchObject({
      id: second,
      together: [{ id: first, askedAs: other }],
    });
  });
});

describe('failing', () => {
  it('makes a rule of every minute wait longer each time, with a receipt for what comes before', () => {
    const play = new Play();
    play.add({ every: 60 });
    const began: number[] = [];
    for (let rings = 0; rings < 100 && play.schedule().paused === null; rings += 1) {
      play.ring(schedulesDue(play.state) ?? 0);
      if (play.state.turn === null) continue;
      began.push(play.now);
      expect(nextRunAt(play.state)).not.toBeNull();
      play.end('failed');
    }
    const waits = began.slice(1).map((time, n) => (time - (began[n] ?? 0)) / MINUTE);
    expect(waits).toHaveLength(maxFailures - 1);
    for (const [n, wait] of waits.entries()) {
      expect(wait).toBeGreaterThan(2 ** n * 0.7);
      expect(wait).toBeLessThanOrEqual(2 ** n);
    }
    expect(play.said().filter((line) => line.includes('backing_off')).length).toBeGreaterThan(5);
    expect(play.schedule().paused?.reason).toBe('failing');
  });

  it('pauses at once what killed its process again and again', () => {
    const play = new Play();
    play.add({ every: 60 });
    play.ring(at('06:01'));
    play.begin();
    let kills = 0;
    for (; play.state.turn !== null && kills < 50; kills += 1) play.apply({ type: 'resume', lost: true });
    expect(kills).toBeLessThanOrEqual(5);
    expect([play.schedule().paused?.reason, play.said()]).toEqual(['crashing', ['06:01 failed interrupted']]);
    expect(play.events.findLast(({ type }) => type === 'schedule_changed')).toMatchObject({
      change: 'paused',
      reason: 'crashing',
    });
  });

  it('counts what killed the process also where the turn takes steps in between', () => {
    const play = new Play();
    play.add({ every: 60 });
    play.ring(at('06:01'));
    play.begin();
    let kills = 0;
    for (; play.state.turn !== null && kills < 50; kills += 1) {
      play.call(`use ${kills}`);
      play.apply({ type: 'resume', lost: true });
    }
    expect([kills, play.schedule().paused?.reason]).toEqual([5, 'crashing']);
  });

  it('does not count the deaths of others for a run that waits for its place', () => {
    const play = new Play();
    play.add({ every: 60 });
    play.ring(at('06:01'));
    for (let deaths = 0; deaths < 6; deaths += 1) play.apply({ type: 'resume', lost: true });
    expect(play.state.turn).toMatchObject({ interruptions: 0, waits: 6 });
    play.begin();
    play.end();
    expect([play.schedule().paused, play.said()]).toEqual([null, ['06:01 ran on_time']]);
    // Its own beginning might be what kills.
    play.ring(at('06:02'));
    let kills = 0;
    for (; play.state.turn !== null && kills < 50; kills += 1) play.apply({ type: 'resume', lost: true });
    expect([kills, play.schedule().paused?.reason]).toEqual([25, 'crashing']);
  });

  it('reaches the receipt of a run that another one was started over', () => {
    const play = new Play();
    play.add({ cron: '0 * * * *', whileWaiting: 'run' });
    play.ring(at('07:00'));
    play.ask();
    play.ring(at('08:00'));
    play.end();
    play.answer();
    play.end('failed');
    expect(play.said()).toEqual(['07:00 failed model_key_refused', '08:00 ran on_time']);
    expect(play.schedule()).toMatchObject({ open: null, failures: 1 });
  });
});

describe('another zone', () => {
  it('leaves a receipt of a single time that has passed there', () => {
    const play = new Play();
    play.add({ at: '2026-11-24T09:00' });
    play.now = at('08:30');
    play.apply({ type: 'zone_changed', timezone: 'Asia/Tokyo' });
    expect(play.said()).toEqual(['00:00 missed zone_changed']);
    expect([play.schedule().ended, play.state.status]).toEqual([true, 'active']);
    expect(play.events).toContainEqual(
      expect.objectContaining({ type: 'schedule_changed', change: 'missed', reason: 'zone_changed' }),
    );
  });

  it('counts from the way back out of the archive on', () => {
    const play = new Play();
    play.add({ at: '2026-11-24T20:00' });
    play.apply({ type: 'archive', partial: '' });
    play.apply({ type: 'zone_changed', timezone: 'Asia/Tokyo' });
    play.apply({ type: 'restore' });
    expect(nextRunAt(play.state)).toBe(at('11:00'));
    const gone = new Play();
    gone.add({ at: '2026-11-24T09:00' });
    gone.apply({ type: 'archive', partial: '' });
    gone.apply({ type: 'zone_changed', timezone: 'Asia/Tokyo' });
    gone.apply({ type: 'restore' });
    expect([gone.said(), gone.schedule().ended]).toEqual([['00:00 missed zone_changed'], true]);
  });
});
