import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '#shared/protocol/events.ts';
import { id, model } from '#test/core/ids.ts';
import { ended, failed as refused } from '#test/core/turn-reports.ts';
import type { Effect, Input, LogEntry } from './input.ts';
import { recover } from './recovery.ts';
import { type ConversationState, newConversation, noUsage } from './state.ts';
import { applyEvent, applyEvents } from './fold.ts';
import { emptyTranscript, textOf } from './transcript.ts';
import { leaseMs } from './draft.ts';
import { transition } from './transition.ts';
import { maxQueue } from './transition-messages.ts';
import { maxInterruptions } from './transition-turn.ts';
import { workReport } from './transition-work.ts';

const fresh = () => newConversation({ id: id(1), ownerId: id(2), kind: 'chat', title: null }, 1_000);

const message = (n: number, text = `message ${n}`): Input => ({
  type: 'message',
  messageId: id(n),
  text,
  files: [],
  turnId: id(n + 100),
  model,
});
const done = (turnId: string, attempt: number, text = 'answer'): Input => ({
  ...ended({ turn: { id: turnId, attempt }, lastSeq: 0 }, text),
  usage: { ...noUsage, inputTokens: 10, outputTokens: 5, cost: 0.001 },
});
const failed = (
  turnId: string,
  attempt: number,
  more: Partial<Extract<Input, { type: 'step_failed' }>> = {},
): Input => ({
  ...refused({ turn: { id: turnId, attempt } }),
  code: 'overloaded',
  retryable: true,
  ...more,
});

/** Runs inputs one after the other, a second apart; a refusal fails the test unless it is expected. */
function play(inputs: Input[], from: ConversationState = fresh()) {
  const log: LogEntry[] = [];
  const effects: Effect[] = [];
  let state = from;
  let now = 2_000;
  for (const input of inputs) {
    const result = transition(state, input, (now += 1_000));
    if (!result.ok) throw new Error(`refused: ${result.refusal}`);
    state = result.state;
    log.push(...result.log);
    effects.push(...result.effects);
  }
  const events = log.map(({ event }) => event);
  return {
    state,
    events,
    types: events.map(({ type }) => type),
    effects,
    transcript: events.reduce(applyEvent, emptyTranscript),
  };
}

describe('a turn', () => {
  it('starts with a message, ends with a reply, counts usage, and asks for a title once', () => {
    const { state, types, effects, transcript } = play([message(1), done(id(101), 1)]);
    expect(types).toEqual(['message_added', 'turn_started', 'step_done', 'turn_ended']);
    expect(effects[0]).toEqual({ type: 'start_turn', turnId: id(101), attempt: 1 });
    expect(effects.filter(({ type }) => type === 'make_title')).toHaveLength(1);
    expect(state).toMatchObject({ turn: null, status: 'active', preview: 'answer', lastReplySeq: 3 });
    expect(state.usage).toMatchObject({ inputTokens: 10, outputTokens: 5, cost: 0.001 });
    expect(transcript.messages.map(({ role, content }) => [role, textOf(content)])).toEqual([
      ['user', 'message 1'],
      ['assistant', 'answer'],
    ]);
  });

  it('takes what came meanwhile into the next turn, in order, edited and without what was dropped', () => {
    const { types, transcript, state } = play([
      message(1),
      message(2),
      message(3),
      message(4),
      { type: 'edit_queued', messageId: id(3), text: 'third, changed' },
      { type: 'drop_queued', messageId: id(2) },
      done(id(101), 1, 'first answer'),
      done(id(102), 1, 'second answer'),
    ]);
    expect(types.filter((type) => type === 'turn_started')).toHaveLength(2);
    expect(transcript.messages.map(({ content }) => textOf(content))).toEqual([
      'message 1',
      'first answer',
      'third, changed',
      'message 4',
      'second answer',
    ]);
    expect(transcript.removed.map((gone) => gone.id)).toEqual([id(2)]);
    expect(state).toMatchObject({ queue: [], nextTurnId: null, turn: null });
  });

  it('ignores every report of an attempt that is no longer its own', () => {
    const { state } = play([message(1), failed(id(101), 1), { type: 'resume', lost: false }]);
    for (const ghost of [done(id(101), 1), failed(id(101), 1), done(id(999), 2)]) {
      const result = transition(state, ghost, 9_000);
      expect(result).toEqual({ ok: true, state, log: [], effects: [], receipts: [] });
    }
    expect(transition(state, done(id(101), 2), 9_000)).toMatchObject({ ok: true, state: { turn: null } });
  });

  it('refuses what cannot be done, with a code, and changes nothing', () => {
    const archived = play([message(1), { type: 'archive', partial: '' }]).state;
    expect(transition(archived, message(2), 9_000)).toEqual({ ok: false, refusal: 'conversation_archived' });
    const running = play([message(1)]).state;
    expect(transition(running, { type: 'drop_queued', messageId: id(1) }, 9_000)).toMatchObject({
      refusal: 'message_not_queued',
    });
    expect(
      transition(running, { type: 'regenerate', replaces: id(101), turnId: id(5), model }, 9_000),
    ).toMatchObject({
      refusal: 'turn_in_progress',
    });
    const full = play(Array.from({ length: maxQueue + 1 }, (_, n) => message(n + 1))).state;
    expect(transition(full, message(99), 9_000)).toEqual({ ok: false, refusal: 'queue_full' });
  });
});

describe('failure', () => {
  it('tries again later with growing delays, honours retry-after, and gives up with the code', () => {
    let state = play([message(1)]).state;
    const delays: number[] = [];
    let now = 10_000;
    for (let attempt = 1; state.turn !== null; attempt += 1) {
      const result = transition(state, failed(id(101), attempt), now);
      if (!result.ok) throw new Error(result.refusal);
      state = result.state;
      if (state.turn === null) break;
      delays.push((state.turn.retryAt ?? 0) - now);
      now = state.turn.retryAt ?? 0;
      expect(recover(state, null, now - 1)).toBeNull();
      const due = recover(state, null, now);
      expect(due).toEqual({ type: 'resume', lost: false });
      const resumed = transition(state, due ?? { type: 'restore' }, now);
      if (!resumed.ok) throw new Error(resumed.refusal);
      state = resumed.state;
    }
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000]);
    expect(state.lastTurn).toEqual({ id: id(101), outcome: 'failed', code: 'overloaded' });
    const asked = transition(play([message(1)]).state, failed(id(101), 1, { retryAfterMs: 30_000 }), 0);
    expect(asked).toMatchObject({ state: { turn: { retryAt: 30_000 } } });
    const tooLong = transition(play([message(1)]).state, failed(id(101), 1, { retryAfterMs: 3_600_000 }), 0);
    expect(tooLong).toMatchObject({ state: { turn: null, lastTurn: { outcome: 'failed' } } });
  });

  it('keeps what was written when there is no further try, and the reply can be written again', () => {
    const { transcript, state } = play([
      message(1),
      failed(id(101), 1, { retryable: false, code: 'model_key_refused', partial: 'half a sen' }),
      { type: 'regenerate', replaces: id(101), turnId: id(7), model },
      done(id(7), 1, 'a whole sentence'),
    ]);
    expect(transcript.messages.map(({ content }) => textOf(content))).toEqual([
      'message 1',
      'a whole sentence',
    ]);
    expect(transcript.removed.map((gone) => gone.id)).toEqual([id(101)]);
    expect(transcript.messages[0]?.turnId).toBe(id(7));
    expect(state.lastTurn).toEqual({ id: id(7), outcome: 'completed' });
  });

  it('leaves a reply standing until the new one says a word, and what is queued alone', () => {
    const before = play([message(1), message(2), { type: 'stop', partial: 'the old reply' }]);
    const again = play(
      [
        { type: 'regenerate', replaces: id(101), turnId: id(7), model },
        failed(id(7), 1, { retryable: false }),
      ],
      before.state,
    );
    expect(again.state).toMatchObject({ lastTurn: { id: id(7), outcome: 'failed', replaces: id(101) } });
    const { messages } = applyEvents(before.transcript, again.events);
    // The failed try took nothing in: its end let what was waiting go out, under the id that was promised.
    expect(messages.map(({ content, turnId }) => [textOf(content), turnId])).toEqual([
      ['message 1', id(101)],
      ['the old reply', id(101)],
      ['message 2', id(102)],
    ]);
    expect(again.state).toMatchObject({ queue: [], turn: { id: id(102) } });
    const silent = play([message(1), failed(id(101), 1, { retryable: false })]);
    const twice = play(
      [
        { type: 'regenerate', replaces: id(101), turnId: id(7), model },
        failed(id(7), 1, { retryable: false }),
        { type: 'regenerate', replaces: id(101), turnId: id(8), model },
        done(id(8), 1, 'at last'),
      ],
      silent.state,
    );
    const shown = applyEvents(silent.transcript, twice.events).messages;
    expect(shown.map(({ content, turnId }) => [textOf(content), turnId])).toEqual([
      ['message 1', id(8)],
      ['at last', id(8)],
    ]);
  });

  it('keeps no blank text, which the API would refuse for ever after', () => {
    const { events } = play([message(1), { type: 'stop', partial: '\n\n' }]);
    expect(events.some(({ type }) => type === 'step_done')).toBe(false);
  });

  it('goes on after a lost process, at once and under a new attempt, and ends a turn that keeps killing it', () => {
    let { state } = play([message(1)]);
    for (let lost = 1; lost < maxInterruptions; lost += 1) {
      const input = recover(state, null, 5_000);
      expect(input).toEqual({ type: 'resume', lost: true });
      const result = transition(state, { type: 'resume', lost: true }, 5_000);
      if (!result.ok) throw new Error(result.refusal);
      expect(result.effects).toContainEqual({ type: 'start_turn', turnId: id(101), attempt: lost + 1 });
      state = result.state;
    }
    const last = transition(state, { type: 'resume', lost: true }, 5_000);
    expect(last).toMatchObject({ ok: true, state: { turn: null, lastTurn: { outcome: 'failed' } } });
  });

  it('leaves a living attempt alone until its lease ends, and then extends it', () => {
    const { state } = play([message(1)]);
    const alive = { turnId: id(101), attempt: 1 };
    const end = state.turn?.leaseUntil ?? 0;
    expect(recover(state, alive, end - 1)).toBeNull();
    expect(recover(state, alive, end)).toEqual({ type: 'extend_lease' });
    expect(transition(state, { type: 'extend_lease' }, end)).toMatchObject({
      state: { turn: { leaseUntil: end + leaseMs } },
    });
  });
});

describe('the user', () => {
  it('stops a turn: the text stays, what is queued waits, and sending it starts one turn', () => {
    const { transcript, state, effects } = play([
      message(1),
      message(2),
      { type: 'stop', partial: 'so far' },
      { type: 'stop', partial: 'ignored: nothing runs' },
    ]);
    expect(transcript.messages.map(({ content }) => textOf(content))).toEqual(['message 1', 'so far']);
    expect(state).toMatchObject({ turn: null, queue: [id(2)], nextTurnId: id(102) });
    expect(effects.filter(({ type }) => type === 'abort_turn')).toHaveLength(1);
    const sent = transition(state, { type: 'send_queued', turnId: id(50), model, partial: '' }, 9_000);
    expect(sent).toMatchObject({ ok: true, state: { queue: [], turn: { id: id(102) } } });
  });

  it('sends now what is queued: in one commit the running turn ends and the next begins', () => {
    const { transcript, state, effects } = play([
      message(1),
      message(2),
      { type: 'send_queued', turnId: id(50), model, partial: 'so far' },
    ]);
    const texts = ['message 1', 'so far', 'message 2'];
    expect(transcript.messages.map(({ content }) => textOf(content))).toEqual(texts);
    expect(state).toMatchObject({ queue: [], turn: { id: id(102) }, lastTurn: { outcome: 'stopped' } });
    // The board of a daily run never sees it idle.
    expect(workReport(state)).toMatchObject({ working: true, turn: { outcome: 'stopped' } });
    expect(effects.some(({ type }) => type === 'abort_turn')).toBe(false);
  });

  it('says first what was said first, also after a stop', () => {
    const { transcript } = play([
      message(1),
      message(2),
      { type: 'stop', partial: '' },
      message(3),
      done(id(102), 1),
    ]);
    expect(transcript.messages.map(({ content }) => textOf(content))).toEqual([
      'message 1',
      'message 2',
      'message 3',
      'answer',
    ]);
  });

  it('gets a summary that came during a turn when the turn ends', () => {
    const { types, state } = play([
      message(1),
      { type: 'compacted', throughSeq: 0, summary: 'earlier', usage: noUsage },
      done(id(101), 1),
    ]);
    expect(types).toEqual(['message_added', 'turn_started', 'step_done', 'turn_ended', 'context_compacted']);
    expect(state.pendingSummary).toBeUndefined();
    expect(state.lastSeq).toBe(5);
  });

  it('names a conversation for good: the model never overwrites a title given by hand', () => {
    const { state } = play([
      { type: 'title_made', title: 'By the model', usage: noUsage },
      { type: 'rename', title: 'By hand' },
      { type: 'title_made', title: 'Too late', usage: { ...noUsage, cost: 0.01 } },
    ]);
    expect(state).toMatchObject({ title: 'By hand', titleBy: 'user', usage: { cost: 0.01 } });
  });

  it('archives, which ends the running turn, and restores', () => {
    const { state, events } = play([message(1), { type: 'archive', partial: 'half' }, { type: 'restore' }]);
    expect(events.map((event) => (event.type === 'status_changed' ? event.status : event.type))).toEqual([
      'message_added',
      'turn_started',
      'step_done',
      'turn_ended',
      'archived',
      'active',
    ]);
    expect(state).toMatchObject({ status: 'active', turn: null, lastTurn: { outcome: 'stopped' } });
  });
});

it('holds in every order of inputs: numbers without gaps, one turn at a time, no message lost or doubled', () => {
  const input: fc.Arbitrary<(state: ConversationState, n: number) => Input> = fc.constantFrom(
    (_s: ConversationState, n: number) => message(n),
    (s: ConversationState) => done(s.turn?.id ?? id(0), s.turn?.attempt ?? 0),
    (s: ConversationState) => failed(s.turn?.id ?? id(0), s.turn?.attempt ?? 0),
    (s: ConversationState) =>
      failed(s.turn?.id ?? id(0), s.turn?.attempt ?? 0, { retryable: false, partial: 'x' }),
    () => ({ type: 'resume', lost: false }) as const,
    () => ({ type: 'resume', lost: true }) as const,
    () => ({ type: 'stop', partial: 'p' }) as const,
    (_s: ConversationState, n: number) =>
      ({ type: 'send_queued', turnId: id(n + 500), model, partial: 'p' }) as const,
    (s: ConversationState) => ({ type: 'drop_queued', messageId: s.queue[0] ?? id(0) }) as const,
    (s: ConversationState, n: number) =>
      ({ type: 'regenerate', replaces: s.lastTurn?.id ?? null, turnId: id(n + 900), model }) as const,
    () => ({ type: 'archive', partial: '' }) as const,
    () => ({ type: 'restore' }) as const,
  );
  fc.assert(
    fc.property(fc.array(input, { maxLength: 40 }), (makers) => {
      let state = fresh();
      const events: Event[] = [];
      const sent = new Set<string>();
      const dropped = new Set<string>();
      makers.forEach((make, n) => {
        const next = make(state, n + 1);
        const before = JSON.stringify(state);
        const result = transition(state, next, 10_000 + n);
        expect(JSON.stringify(state)).toBe(before);
        if (!result.ok) return;
        if (next.type === 'message') sent.add(next.messageId);
        if (next.type === 'drop_queued') dropped.add(next.messageId);
        state = result.state;
        events.push(...result.log.map(({ event }) => event));
      });
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
      const running = events.reduce((open, { type }) => {
        const now = open + (type === 'turn_started' ? 1 : type === 'turn_ended' ? -1 : 0);
        expect(now).toBeGreaterThanOrEqual(0);
        expect(now).toBeLessThanOrEqual(1);
        return now;
      }, 0);
      expect(running).toBe(state.turn === null ? 0 : 1);
      const { messages, queue, turnId } = events.reduce(applyEvent, emptyTranscript);
      const kept = [...messages, ...queue].filter(({ role }) => role === 'user').map((m) => m.id);
      expect(kept.toSorted()).toEqual([...sent].filter((one) => !dropped.has(one)).toSorted());
      expect(queue.map((m) => m.id)).toEqual(state.queue);
      expect(turnId).toBe(state.turn?.id ?? null);
    }),
    { seed: 20261121, numRuns: 300 },
  );
});
