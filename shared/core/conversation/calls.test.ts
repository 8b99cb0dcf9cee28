import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Question } from '#shared/protocol/question.ts';
import { history } from '../prompt/history.ts';
import { instant } from '../schedule/instant.ts';
import type { CallDecision } from '../tools/decide.ts';
import { closedBy, plainResult } from './calls.ts';
import type { Input, LogEntry } from './input.ts';
import { applyEvent, emptyTranscript } from './transcript.ts';
import { callsOf, type ConversationState, newConversation, noUsage, questionsOf } from './state.ts';
import { transition } from './transition.ts';

const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const model = { name: 'claude-sonnet-5-5', demo: false };
const HOUR = 3_600_000;

/** A conversation that is played step by step; refusals are left to the caller. */
class Play {
  state: ConversationState = newConversation({ id: id(1), ownerId: id(2), kind: 'chat', title: null }, 0);
  log: LogEntry[] = [];
  now = 1_000;
  #n = 100;

  next = () => id((this.#n += 1));

  put(input: Input): boolean {
    const result = transition(this.state, input, (this.now += 10));
    if (!result.ok) return false;
    this.state = result.state;
    this.log.push(...result.log);
    return true;
  }

  say(): void {
    this.put({
      type: 'message',
      messageId: this.next(),
      text: 'hello',
      files: [],
      turnId: this.next(),
      model,
    });
  }

  head() {
    const { turn } = this.state;
    return { turnId: turn?.id ?? '', attempt: turn?.attempt ?? 0 };
  }

  /** The model ends its step: with calls of these names, or with words. */
  step(names: ReadonlyArray<string>): void {
    const calls = names.map((name) => ({ id: `use-${this.next()}`, name, input: { n: 1 } }));
    const content = calls.map((call) => ({ type: 'tool_use' as const, ...call }));
    const words = [{ type: 'text' as const, text: 'words' }];
    this.put({
      type: 'step_done',
      ...this.head(),
      content: names.length > 0 ? content : words,
      raw: names.length > 0 ? content : words,
      binding: 'b',
      stopReason: names.length > 0 ? 'tool_use' : 'end_turn',
      usage: noUsage,
      model: model.name,
      end: names.length > 0 ? null : { outcome: 'completed', code: null },
      calls,
      shownSeq: this.state.lastSeq,
    });
  }

  decide(how: 'run' | 'ask' | 'refuse', repeatable = false): void {
    const decisions = callsOf(this.state)
      .filter(({ phase }) => phase === 'proposed' || phase === 'approved')
      .map((call): CallDecision => {
        const { toolUseId, input, callId = this.next(), phase, questionId = id(0) } = call;
        const isApproved = phase === 'approved';
        if (how === 'refuse') return { toolUseId, type: 'refuse', outcome: 'denied', text: 'no' };
        if (how === 'ask' && !isApproved)
          return { toolUseId, type: 'ask', input, callId, question: this.question(toolUseId), toolHash: '' };
        const allowedBy = isApproved
          ? { type: 'approval' as const, questionId }
          : { type: 'policy' as const };
        const intent = {
          callId,
          toolKey: 't',
          title: 'T',
          from: null,
          risk: 'send' as const,
          allowedBy,
          startedAt: instant(this.now),
        };
        return { toolUseId, type: 'run', input, repeatable, intent };
      });
    this.put({ type: 'calls_decided', ...this.head(), decisions });
  }

  question(toolUseId: string): Question {
    return {
      id: this.next(),
      turnId: this.head().turnId,
      runId: this.head().turnId,
      toolUseId,
      kind: 'approval',
      title: 'Send',
      fields: [],
      approval: null,
      from: null,
      url: null,
      askedAt: instant(this.now),
      expiresAt: instant(this.now + HOUR),
      remindedAt: null,
    };
  }

  endOne(): void {
    const running = callsOf(this.state).find(({ phase }) => phase === 'running');
    if (running)
      this.put({
        type: 'call_ended',
        ...this.head(),
        toolUseId: running.toolUseId,
        result: plainResult('ok', 'done'),
      });
  }

  answer(outcome: 'approved' | 'rejected'): boolean {
    const [question] = questionsOf(this.state);
    if (!question) return false;
    const end = { ...closedBy(outcome), by: { device: 'here', typed: false } };
    return this.put({ type: 'answer', questionId: question.id, end, said: '', turnId: this.next(), model });
  }

  ended = () => this.log.flatMap(({ event }) => (event.type === 'tool_ended' ? [event] : []));
  asked = () => this.log.flatMap(({ event }) => (event.type === 'step_done' ? event.content : []));
}

/** What the API refuses: a call without exactly one result in the message that follows it. */
function checkHistory(log: LogEntry[]): void {
  const messages = history(log, 'b');
  messages.forEach(({ role, content }, at) => {
    const calls = content.flatMap((block) => (block.type === 'tool_use' ? [String(block['id'])] : []));
    if (role !== 'assistant' || calls.length === 0) return;
    const results = (messages[at + 1]?.content ?? []).flatMap((block) =>
      block.type === 'tool_result' ? [String(block['tool_use_id'])] : [],
    );
    expect(results.toSorted()).toEqual(calls.toSorted());
  });
}

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
          words: () =>
            play.state.turn && callsOf(play.state).every(({ phase }) => phase === 'asked') && play.step([]),
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
        else
          play.put({
            type: 'step_failed',
            ...play.head(),
            code: 'model_key_refused',
            retryable: false,
            retryAfterMs: null,
            jitter: 0,
            partial: '',
            usage: noUsage,
          });
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
