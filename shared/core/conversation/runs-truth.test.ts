/** What is said of runs is true: how each ends, and that none waits for what will not come. */
import { describe, expect, it } from 'vitest';
import { at, HOUR, Play } from '#test/core/schedule-play.ts';
import { model } from '#test/core/ids.ts';
import { schedulesDue } from './schedule-runs.ts';

describe('a run', () => {
  const asked = () => {
    const play = new Play();
    play.add({ at: '2026-11-24T07:00' });
    play.ring(at('07:00'));
    play.ask();
    expect([play.stands(), play.schedule().ended]).toEqual([['waiting waiting'], false]);
    return play;
  };

  it('does not wait any more when its conversation is archived', () => {
    const play = asked();
    play.apply({ type: 'archive', partial: '' });
    expect(play.stands()).toEqual(['ended stopped archived']);
    play.apply({ type: 'restore' });
    expect([play.state.status, play.schedule().ended]).toEqual(['active', true]);
  });

  it('does not wait any more when its reply is written again', () => {
    const play = asked();
    const last = play.state.lastTurn?.id ?? null;
    play.apply({ type: 'regenerate', replaces: last, turnId: play.newId(), model });
    play.end();
    expect(play.stands()).toEqual(['ended stopped written_again', 'ended completed']);
    expect([play.state.status, play.schedule().ended]).toEqual(['active', true]);
  });

  it('says that nobody answered in time, if that is how it ends', () => {
    const play = asked();
    play.questionsDue();
    expect(play.stands()).toEqual(['running waiting']);
    play.end();
    expect(play.stands()).toEqual(['ended expired question_expired']);
    expect(play.state.lastTurn?.outcome).toBe('completed');
    // Asked again and answered, it is done like any other.
    const again = asked();
    again.questionsDue();
    again.ask('b');
    again.answer('b');
    again.end();
    expect(again.stands()).toEqual(['ended completed']);
  });

  it('says so when its question expires and another run hears of it', () => {
    const play = asked();
    play.say();
    play.ask('b');
    play.questionsDue();
    play.end();
    expect(play.stands()).toEqual(['ended expired question_expired', 'ended expired question_expired']);
  });

  it('whose answer another run took up does not wait for ever', () => {
    const play = asked();
    play.say();
    play.answer();
    expect(play.stands()[0]).toBe('waiting waiting');
    play.ask('b');
    play.answer('b');
    play.end();
    expect(play.stands().some((line) => line.startsWith('waiting'))).toBe(false);
    expect(play.schedule().ended).toBe(true);
    const stopped = asked();
    stopped.say();
    stopped.answer();
    stopped.stop();
    expect(stopped.stands()).toEqual(['ended stopped', 'ended stopped']);
  });

  it('is not done while one of its questions is open', () => {
    const play = new Play();
    play.add({ at: '2026-11-24T07:00' });
    play.ring(at('07:00'));
    play.ask('a', 'b');
    play.say();
    play.end();
    // The model went on without both answers: with the first one it says its last word, and the other is open.
    play.answer('a');
    play.end();
    expect([play.stands(), play.schedule().ended]).toEqual([['waiting waiting', 'ended completed'], false]);
    play.answer('b');
    play.end();
    expect([play.stands(), play.schedule().ended]).toEqual([['ended completed', 'ended completed'], true]);
  });

  it('is not called done when nobody knows whether a call happened', () => {
    const play = new Play();
    play.add({ at: '2026-11-24T07:00' });
    play.ring(at('07:00'));
    play.begin();
    play.call('send');
    play.apply({ type: 'resume', lost: true });
    play.end();
    expect(play.stands()).toEqual(['ended unverified outcome_unknown']);
    expect(play.schedule()).toMatchObject({ ended: true, failures: 0 });
  });

  it('says that nobody knows about a call rather than that nobody answered', () => {
    const play = asked();
    play.questionsDue();
    play.call('send');
    play.apply({ type: 'resume', lost: true });
    play.end();
    expect(play.stands()).toEqual(['ended unverified outcome_unknown']);
  });
});

it.each([
  ['seen', false, null],
  ['not seen', true, 'answer'],
] as const)(
  'tells of an answer in a turn of its own only when it was %s by the one that ran',
  (_how, blind, next) => {
    const play = new Play();
    play.add({ at: '2026-11-24T07:00', whileWaiting: 'run' });
    play.say();
    play.ask();
    play.ring(at('07:00'));
    play.answer();
    play.blind = blind;
    play.end();
    const begun = play.events.findLast(({ type }) => type === 'turn_started');
    expect(play.state.turn === null ? null : begun?.type === 'turn_started' && begun.trigger).toBe(next);
  },
);

it('ends the runs that an older version left waiting', () => {
  for (const how of ['archive', 'regenerate'] as const) {
    const play = new Play();
    play.say();
    play.ask();
    const { waitingRuns: _unknown, ...old } = play.state;
    play.state = old;
    expect(play.stands()).toEqual(['waiting waiting']);
    if (how === 'archive') play.apply({ type: 'archive', partial: '' });
    else {
      const replaces = play.state.lastTurn?.id ?? null;
      play.apply({ type: 'regenerate', replaces, turnId: play.newId(), model });
    }
    expect([how, play.stands()[0]]).toEqual([how, expect.stringContaining('ended')]);
  }
});

const waitingIn = (play: Play): Array<string | undefined> =>
  [...play.runs.values()].flatMap(({ id: runId, status }) => (status === 'waiting' ? [runId] : []));

it('never leaves a run that waits without a question, whatever happens in between', () => {
  // A fixed seed: every step is one of the things that can happen.
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  for (let round = 0; round < 100; round += 1) {
    const play = new Play();
    play.add({ every: 600, ...(round % 2 ? { whileWaiting: 'run' as const } : {}) });
    let uses = 0;
    const names = () => (play.state.calls ?? []).map(({ toolUseId }) => toolUseId);
    for (let step = 0; step < 40; step += 1) {
      const what = random(9);
      if (play.state.turn !== null && what < 2) play.ask(String.fromCharCode(97 + (uses++ % 100)));
      else if (play.state.turn !== null && what < 5) play.end(what === 4 ? 'failed' : 'completed');
      else if (what === 5 && names().length > 0) play.answer(names()[random(names().length)]);
      else if (what === 6) play.stop();
      else if (what === 7 && random(4) === 0) play.questionsDue();
      else if (what === 8 && random(6) === 0) {
        play.apply({ type: 'archive', partial: '' });
        play.apply({ type: 'restore' });
      } else if (random(2) === 0) play.say();
      else play.ring(Math.max(play.now, Math.min(schedulesDue(play.state) ?? play.now, play.now + HOUR)));
      // Nothing goes on with these.
      const lost = new Set([
        ...waitingIn(play),
        ...(play.schedule().open ? [play.schedule().open?.runId] : []),
      ]);
      for (const { runId } of play.state.calls ?? []) lost.delete(runId);
      lost.delete(play.state.turn?.runId);
      if (play.state.turn !== null) lost.delete(play.state.untold?.runId);
      expect([round, step, ...lost]).toEqual([round, step]);
    }
  }
});
