import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { history } from '../prompt/history.ts';
import { checkHistory, HOUR, Play } from '#test/core/call-play.ts';
import { model } from '#test/core/ids.ts';
import { callsOf, questionsOf } from './state.ts';

describe('calls', () => {
  it('wait for every yes of their step, run each at once, and then ask the model', () => {
    const play = new Play();
    play.say();
    play.step(['send', 'send']);
    play.decide('ask');
    expect([play.state.turn, play.state.status, questionsOf(play.state).length]).toEqual([
      null,
      'waiting_input',
      2,
    ]);
    play.answer('approved');
    play.decide('run');
    play.endOne();
    expect([play.state.turn, play.state.status]).toEqual([null, 'waiting_input']);
    play.answer('rejected');
    expect(play.state.turn).not.toBeNull();
    play.step([]);
    expect(play.ended().map(({ outcome }) => outcome)).toEqual(['ok', 'denied']);
    checkHistory(play.log);
  });

  it('tell as news what was decided after the person had gone on talking', () => {
    const play = new Play();
    play.say();
    play.step(['send']);
    play.decide('ask');
    play.say();
    play.step([]);
    expect(play.state.status).toBe('waiting_input');
    play.answer('approved');
    play.decide('run');
    play.endOne();
    play.step([]);
    const texts = JSON.stringify(history(play.log, 'b'));
    expect(texts).toContain("Waiting for the person's decision");
    expect(texts).toContain('[news of the call');
    checkHistory(play.log);
  });

  it('are made after the last words of another turn when their yes came during these', () => {
    const play = new Play();
    play.say();
    const { turnId: runId } = play.head();
    play.step(['send']);
    play.decide('ask');
    play.say();
    play.answer('approved');
    play.step([]);
    expect(play.state.turn?.runId).toBe(runId);
    play.decide('run');
    play.endOne();
    play.step([]);
    expect(play.ended().map(({ outcome }) => outcome)).toEqual(['ok']);
    expect(play.state.turn).toBeNull();
    checkHistory(play.log);
  });

  it('are not made when their yes came during the last words before the archive', () => {
    const play = new Play();
    play.say();
    play.step(['send']);
    play.decide('ask');
    play.say();
    play.answer('approved');
    play.state = { ...play.state, archiveAtEnd: true };
    play.step([]);
    expect(play.state).toMatchObject({ turn: null, status: 'archived', calls: [] });
    expect(play.ended().map(({ outcome }) => outcome)).toEqual(['stopped']);
  });

  it('are unknown after a loss, but for those that may be made again', () => {
    for (const repeatable of [false, true]) {
      const play = new Play();
      play.say();
      play.step(['send']);
      play.decide('run', repeatable);
      play.put({ type: 'resume', lost: true });
      expect(play.ended().map(({ outcome }) => outcome)).toEqual(repeatable ? [] : ['unknown']);
      expect(callsOf(play.state).map(({ phase }) => phase)).toEqual(repeatable ? ['running'] : []);
    }
  });

  it('expire as a no, and the model is told', () => {
    const play = new Play();
    play.say();
    play.step(['send']);
    play.decide('ask');
    play.now += 2 * HOUR;
    expect(play.answer('approved')).toBe(false);
    play.put({ type: 'questions_due', turnId: play.next(), model });
    expect(play.ended().map(({ outcome }) => outcome)).toEqual(['expired']);
    expect(play.state.turn).not.toBeNull();
  });

  it('have at most one result and one beginning for each yes, in every order of inputs', () => {
    const act = fc.constantFrom(
      'say',
      'step',
      'words',
      'run',
      'ask',
      'refuse',
      'end',
      'yes',
      'no',
      'stop',
      'loss',
      'time',
      'archive',
      'restore',
    );
    fc.assert(
      fc.property(fc.array(act, { minLength: 5, maxLength: 60 }), (acts) => {
        const play = new Play();
        const does: Record<(typeof acts)[number], () => unknown> = {
          say: () => play.say(),
          step: () => play.state.turn && play.step(['send', 'look']),
          // A yes may come while the model says its last words; what is proposed or runs is looked after first.
          words: () =>
            play.state.turn &&
            callsOf(play.state).every(({ phase }) => phase === 'asked' || phase === 'approved') &&
            play.step([]),
          run: () => play.decide('run'),
          ask: () => play.decide('ask'),
          refuse: () => play.decide('refuse'),
          end: () => play.endOne(),
          yes: () => play.answer('approved'),
          no: () => play.answer('rejected'),
          stop: () => play.put({ type: 'stop', partial: '' }),
          loss: () => play.put({ type: 'resume', lost: true }),
          time: () => {
            play.now += HOUR / 2;
            play.put({ type: 'questions_due', turnId: play.next(), model });
          },
          archive: () => play.put({ type: 'archive', partial: '' }),
          restore: () => play.put({ type: 'restore' }),
        };
        for (const each of acts) does[each]();
        const ids = play.ended().map(({ toolUseId }) => toolUseId);
        expect(new Set(ids).size).toBe(ids.length);
        const begun = play.log.flatMap(({ event }) =>
          event.type === 'tool_intended' ? [event.toolUseId] : [],
        );
        expect(new Set(begun).size).toBe(begun.length);
        const uses = play.asked().flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
        // Every call has ended, or stands among those that wait.
        const open = callsOf(play.state).map(({ toolUseId }) => toolUseId);
        expect([...ids, ...open].toSorted()).toEqual(uses.toSorted());
        // Whatever waits without a turn waits for a person.
        const isIdle = play.state.turn === null;
        expect(isIdle && callsOf(play.state).some(({ phase }) => phase !== 'asked')).toBe(false);
        expect(play.state.status === 'archived' && questionsOf(play.state).length > 0).toBe(false);
        checkHistory(play.log);
      }),
      { seed: 4, numRuns: 500 },
    );
  });
});
