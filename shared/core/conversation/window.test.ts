import { describe, expect, it } from 'vitest';
import { history } from '../prompt/history.ts';
import { instant } from '../schedule/instant.ts';
import { checkHistory, HOUR, Play } from '#test/core/call-play.ts';
import { id, model } from '#test/core/ids.ts';
import { failed } from '#test/core/turn-reports.ts';
import { plainResult } from './calls.ts';
import { callsOf } from './state.ts';
import { applyEvent } from './fold.ts';
import { emptyTranscript } from './transcript.ts';

describe('the window of a daily run', () => {
  const END = 2_000;
  const inRun = (): Play => {
    const play = new Play();
    const work = {
      runId: id(9),
      role: 'agent' as const,
      tools: [],
      endsAt: END,
      dry: false,
      tokenBudget: null,
    };
    play.state = { ...play.state, kind: 'task', work };
    play.say();
    return play;
  };
  const endsOf = (play: Play) =>
    play.log.flatMap(({ event }) => (event.type === 'tool_ended' ? [[event.outcome, event.text]] : []));
  const over = (play: Play) => play.put({ type: 'work_over', partial: '' });

  it('lets a call that is in flight end as it does, and then calls nothing more', () => {
    const play = inRun();
    play.step(['send']);
    play.decide('run');
    play.now = END;
    over(play);
    expect(play.state.turn).not.toBeNull();
    const [call] = callsOf(play.state);
    const toolUseId = call?.toolUseId ?? '';
    play.put({ type: 'call_ended', ...play.head(), toolUseId, result: plainResult('ok', 'sent') });
    expect(endsOf(play)).toEqual([['ok', 'sent']]);
    expect(play.state).toMatchObject({ turn: null, lastTurn: { outcome: 'limit', code: 'deadline' } });
  });

  it('begins no call that was asked for before the end and decided after it', () => {
    const play = inRun();
    play.step(['send', 'look']);
    play.now = END;
    play.decide('run');
    expect(play.log.some(({ event }) => event.type === 'tool_intended')).toBe(false);
    expect(endsOf(play).map(([outcome]) => outcome)).toEqual(['stopped', 'stopped']);
    expect(play.state.turn).toBeNull();
  });

  const letter = (play: Play, text = 'The warning') => {
    const source = { id: id(9), name: 'Daily run', dueAt: instant(0), board: true as const };
    const ids = { messageId: play.next(), turnId: play.next() };
    return play.put({ type: 'board_message', ...ids, text, source, model });
  };
  const startsOf = (play: Play) => play.log.filter(({ event }) => event.type === 'turn_started').length;

  it('tells a long turn what the board says before its next step, and leaves what the person wrote', () => {
    const play = inRun();
    play.step(['look']);
    play.decide('run');
    letter(play);
    play.say();
    const before = JSON.stringify(history(play.log, 'b').at(0));
    play.endOne();
    expect(startsOf(play)).toBe(1);
    expect(play.state.queue).toHaveLength(1);
    const told = history(play.log, 'b');
    expect(JSON.stringify(told[0])).toBe(before);
    expect(told.at(-1)?.content.map(({ type }) => type)).toEqual(['tool_result', 'text', 'text']);
    expect(told.at(-1)?.content.at(-1)).toMatchObject({ text: 'The warning' });
    play.step(['look']);
    // What was asked before stays as it was: the next request only adds to it.
    expect(history(play.log, 'b').slice(0, told.length)).toEqual(told);
    const shown = play.log.map(({ event }) => event).reduce(applyEvent, emptyTranscript);
    expect(shown.messages.map(({ origin }) => origin)).toEqual(['user', 'system', 'assistant']);
    expect(shown.queue).toHaveLength(1);
    checkHistory(play.log);
  });

  it('starts nothing by itself at or after its end: no words of the board, no failure, no late no', () => {
    for (const how of ['done', 'failed', 'late'] as const) {
      const play = inRun();
      if (how === 'late') {
        play.step(['send']);
        play.decide('ask');
        play.now = END + HOUR;
        play.put({ type: 'questions_due', turnId: play.next(), model });
      } else {
        letter(play);
        play.now = END + 50;
        if (how === 'done') play.step([]);
        else play.put(failed(play.state));
      }
      expect([how, play.state.turn, startsOf(play)]).toEqual([how, null, 1]);
      over(play);
      expect(play.state.turn).toBeNull();
    }
  });

  it('ends a step that asks for more after it', () => {
    const play = inRun();
    play.now = END;
    play.step(['send']);
    expect(play.state).toMatchObject({ turn: null, lastTurn: { code: 'deadline' } });
    expect(endsOf(play).map(([outcome]) => outcome)).toEqual(['stopped']);
  });

  it('goes on after a yes of the person that came after it, and with what they wrote meanwhile', () => {
    const play = inRun();
    play.step(['send']);
    play.decide('ask');
    play.now = END;
    over(play);
    play.answer('approved');
    play.say();
    play.decide('run');
    play.endOne();
    play.step([]);
    expect(play.state.turn?.free).toBe(true);
    expect(startsOf(play)).toBe(3);
  });

  it('makes no call after it whose yes came before, during the last words of another turn', () => {
    const play = inRun();
    play.step(['send']);
    play.decide('ask');
    play.say();
    play.answer('approved');
    play.now = END;
    play.step([]);
    expect(play.state).toMatchObject({ turn: null, calls: [] });
    expect(endsOf(play).map(([outcome]) => outcome)).toEqual(['stopped']);
  });

  it('takes no words of the board after it, but those of the person, whose turn is free', () => {
    const play = inRun();
    play.step([]);
    play.now = END;
    expect(letter(play)).toBe(false);
    play.say();
    play.step(['send']);
    play.decide('run');
    expect(play.log.filter(({ event }) => event.type === 'tool_intended')).toHaveLength(1);
  });
});
