import { describe, expect, it } from 'vitest';
import { at, Play } from '#test/core/schedule-play.ts';
import { id, model } from '#test/core/ids.ts';
import { isRehearsal } from './state.ts';

describe('a rehearsal', () => {
  const rehearse = (play: Play) =>
    play.apply({
      type: 'rehearse',
      name: 'News',
      instruction: 'look',
      turnId: play.newId(),
      messageId: play.newId(),
      model,
    });

  it('stays one when its question is answered after another began, also late', () => {
    const play = new Play();
    rehearse(play);
    play.ask();
    rehearse(play);
    expect(isRehearsal(play.state)).toBe(true);
    play.end();
    play.answer();
    expect(isRehearsal(play.state)).toBe(true);
    play.ask('b');
    play.say();
    expect(isRehearsal(play.state)).toBe(false);
    play.answer('b');
    play.blind = true;
    play.end();
    // The answer came while the person's own turn ran: it is told in a turn of the rehearsal.
    expect([play.state.turn !== null, isRehearsal(play.state)]).toEqual([true, true]);
  });

  it('stays one when its reply is written again, and is known as such', () => {
    const play = new Play();
    rehearse(play);
    play.end();
    const again = () =>
      play.apply({
        type: 'regenerate',
        replaces: play.state.lastTurn?.id ?? null,
        turnId: play.newId(),
        model,
      });
    for (let times = 0; times < 2; times += 1) {
      again();
      expect(isRehearsal(play.state)).toBe(true);
      play.end();
    }
    expect([...play.runs.values()].map(({ trigger }) => trigger.source?.rehearsal)).toEqual([
      true,
      true,
      true,
    ]);
    play.say();
    expect(isRehearsal(play.state)).toBe(false);
  });

  it('is known by the field of an older version', () => {
    const play = new Play();
    play.say();
    play.state = { ...play.state, rehearsal: play.state.turn?.runId ?? '' };
    expect(isRehearsal(play.state)).toBe(true);
  });

  it('is known by that field also when it is written again', () => {
    for (const when of ['running', 'ended', 'went on'] as const) {
      const play = new Play();
      play.say();
      const rehearsal = play.state.turn?.runId ?? '';
      if (when === 'went on') play.ask();
      if (when === 'ended') play.end();
      play.state = { ...play.state, rehearsal };
      if (when === 'went on') play.answer();
      if (when !== 'ended') play.end();
      play.apply({
        type: 'regenerate',
        replaces: play.state.lastTurn?.id ?? null,
        turnId: play.newId(),
        model,
      });
      expect([when, isRehearsal(play.state)]).toEqual([when, true]);
    }
  });

  it('is refused in a conversation of a daily run', () => {
    const play = new Play();
    const work = {
      runId: id(9),
      role: 'lead' as const,
      tools: [],
      endsAt: at('09:00'),
      dry: false,
      tokenBudget: null,
    };
    play.state = { ...play.state, work };
    expect(rehearse(play)).toBe('no_rehearsal');
    expect(play.state.turn).toBeNull();
  });
});
