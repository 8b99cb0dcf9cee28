import { describe, expect, it } from 'vitest';
import type { Event } from '#shared/protocol/events.ts';
import type { LogEntry } from '../conversation/input.ts';
import { noUsage } from '../conversation/state.ts';
import type { ModelBlock } from '../turn/ports.ts';
import { assemble } from './assemble.ts';
import { history } from './history.ts';
import { titleIn } from './title.ts';

type Without<T> = T extends Event ? Omit<T, 'seq' | 'at'> : never;

/** A log from events without place and time, with the model's blocks for steps. */
const logOf = (...lines: Array<[Without<Event>, ModelBlock[]?]>): LogEntry[] =>
  lines.map(([event, raw], index) => ({
    event: { ...event, seq: index + 1, at: '2026-11-21T08:30:00.000Z' } as Event,
    raw: raw ?? null,
    binding: raw ? 'head' : null,
  }));

const said = (messageId: string, text: string, queued = false): [Without<Event>] => [
  { type: 'message_added', messageId, origin: 'user', content: [{ type: 'text', text }], queued },
];
const started = (
  turnId: string,
  messageIds: string[] = [],
  replaces: string | null = null,
): [Without<Event>] => [
  {
    type: 'turn_started',
    turnId,
    runId: turnId,
    trigger: 'message',
    messageIds,
    replaces,
    model: 'm',
    demo: false,
  },
];
const step = (turnId: string, raw: ModelBlock[]): [Without<Event>, ModelBlock[]] => [
  {
    type: 'step_done',
    turnId,
    attempt: 1,
    step: 1,
    content: [],
    stopReason: 'end_turn',
    usage: noUsage,
    model: 'm',
  },
  raw,
];
const ended = (turnId: string, code: string | null = null): [Without<Event>] => [
  { type: 'turn_ended', turnId, outcome: code ? 'failed' : 'completed', code, usage: noUsage, durationMs: 1 },
];
const text = (value: string): ModelBlock => ({ type: 'text', text: value });
const stamp = text('[sent 2026-11-21T08:30Z]');

describe('the history in a request', () => {
  it('alternates, and replays the blocks of the model as they came', () => {
    const thinking = { type: 'thinking', thinking: '…', signature: 'c2ln' };
    const log = logOf(
      said('a', 'hello'),
      started('t1'),
      step('t1', [thinking, text('hi')]),
      ended('t1'),
      said('b', 'more'),
      started('t2'),
    );
    expect(history(log, 'head')).toEqual([
      { role: 'user', content: [stamp, text('hello')] },
      { role: 'assistant', content: [thinking, text('hi')] },
      { role: 'user', content: [stamp, text('more')] },
    ]);
  });

  it('drops thinking that was made under another head, which the API would refuse', () => {
    const thinking = { type: 'thinking', thinking: '…', signature: 'c2ln' };
    const log = logOf(said('a', 'hello'), started('t1'), step('t1', [thinking, text('hi')]), ended('t1'));
    expect(history(log, 'another')[1]?.content).toEqual([text('hi')]);
    expect(assemble(log, 'claude-sonnet-5-5', []).binding).not.toBe(
      assemble(log, 'claude-opus-5-5', []).binding,
    );
    expect(assemble(log, 'claude-sonnet-5-5', []).binding).toBe(
      assemble(log.slice(0, 2), 'claude-sonnet-5-5', []).binding,
    );
  });

  it('leaves out what was replaced or refused, and merges what then stands side by side', () => {
    const log = logOf(
      said('a', 'one'),
      started('t1'),
      step('t1', [text('bad')]),
      ended('t1'),
      started('t2', [], 't1'),
      step('t2', [text('good')]),
      ended('t2'),
      said('b', 'refused'),
      started('t3'),
      step('t3', [text('I will not')]),
      ended('t3', 'refusal'),
      said('c', 'three'),
      started('t4'),
    );
    expect(history(log, 'head')).toEqual([
      { role: 'user', content: [stamp, text('one')] },
      { role: 'assistant', content: [text('good')] },
      { role: 'user', content: [stamp, text('three')] },
    ]);
  });

  it('asks the same question again when a refused turn is written again', () => {
    const log = logOf(
      said('a', 'one'),
      started('t1'),
      step('t1', [text('no')]),
      ended('t1', 'refusal'),
      started('t2', [], 't1'),
    );
    expect(history(log, 'head')).toEqual([{ role: 'user', content: [stamp, text('one')] }]);
  });

  it('leaves out the question when its last try was refused, and keeps the reply when a new try said nothing', () => {
    const refusedTwice = logOf(
      said('a', 'one'),
      started('t1'),
      step('t1', [text('no')]),
      ended('t1', 'refusal'),
      started('t2', [], 't1'),
      step('t2', [text('still no')]),
      ended('t2', 'refusal'),
      said('b', 'two'),
      started('t3'),
    );
    expect(history(refusedTwice, 'head')).toEqual([{ role: 'user', content: [stamp, text('two')] }]);
    const silent = logOf(
      said('a', 'one'),
      started('t1'),
      step('t1', [text('good')]),
      ended('t1'),
      started('t2', [], 't1'),
      ended('t2', 'overloaded'),
      said('b', 'two'),
      started('t3'),
    );
    expect(history(silent, 'head').map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });

  it('replays no blank text, and no thinking that stood after it', () => {
    const blocks = [text('\n\n'), { type: 'thinking', thinking: '…', signature: 's' }, text('hi')];
    const log = logOf(
      said('a', 'one'),
      started('t1'),
      step('t1', blocks),
      ended('t1'),
      said('b', 'x'),
      started('t2'),
    );
    expect(history(log, 'head')[1]?.content).toEqual([text('hi')]);
  });

  it('puts queued messages where their turn took them, as they were last edited', () => {
    const log = logOf(
      said('a', 'one'),
      started('t1'),
      said('b', 'two', true),
      said('c', 'three', true),
      [{ type: 'message_edited', messageId: 'b', content: [{ type: 'text', text: 'two!' }] }],
      [{ type: 'message_dropped', messageId: 'c' }],
      step('t1', [text('first')]),
      ended('t1'),
      started('t2', ['b']),
    );
    expect(history(log, 'head').map(({ content }) => content.at(-1))).toEqual([
      text('one'),
      text('first'),
      text('two!'),
    ]);
  });

  it('answers every tool call exactly once, honestly where the turn ended first', () => {
    const call = (id: string): ModelBlock => ({ type: 'tool_use', id, name: 'x', input: {} });
    const log = logOf(
      said('a', 'go'),
      started('t1'),
      step('t1', [call('k1'), call('k2')]),
      [{ type: 'tool_ended', turnId: 't1', toolUseId: 'k1', name: 'x', isError: false, text: 'done' }],
      ended('t1', 'interrupted'),
      said('b', 'and?'),
      started('t2'),
    );
    const [, , results] = history(log, 'head');
    expect(
      results?.content.map((block) => [block.type, block['tool_use_id'] ?? null, block['is_error'] ?? null]),
    ).toEqual([
      ['tool_result', 'k2', true],
      ['tool_result', 'k1', false],
      ['text', null, null],
      ['text', null, null],
    ]);
  });

  it('tells what came in while the model spoke after its words, which are bound to what it had seen', () => {
    const call = (id: string): ModelBlock => ({ type: 'tool_use', id, name: 'x', input: {} });
    const done = (toolUseId: string): [Without<Event>] => [
      { type: 'tool_ended', turnId: 't1', toolUseId, name: 'x', isError: false, text: 'done' },
    ];
    const shown = (turnId: string, raw: ModelBlock[], shownSeq: number): [Without<Event>, ModelBlock[]] => {
      const [event] = step(turnId, raw);
      return [{ ...event, shownSeq } as Without<Event>, raw];
    };
    const log = logOf(
      said('a', 'go'),
      started('t1'),
      step('t1', [call('waits')]),
      ended('t1'),
      said('b', 'meanwhile'),
      started('t2'),
      // The person answers while the model speaks, and it speaks on with another call.
      done('waits'),
      shown('t2', [call('next')], 6),
      done('next'),
    );
    const before = JSON.stringify(history(log.slice(0, 6), 'head'));
    const after = JSON.stringify(history(log, 'head'));
    expect(after.startsWith(before.slice(0, -1))).toBe(true);
    const last = history(log, 'head').at(-1)?.content ?? [];
    expect(last.map((block) => block.type)).toEqual(['tool_result', 'text']);
    expect(String(last[1]?.['text'])).toMatch(/^\[news of the call waits/);
  });

  it('is a prefix of the next request, byte for byte, so that the prompt cache holds', () => {
    const log = logOf(
      said('a', 'one'),
      started('t1'),
      step('t1', [text('first')]),
      ended('t1'),
      said('b', 'two'),
      started('t2'),
    );
    const early = assemble(log.slice(0, 2), 'claude-sonnet-5-5', []);
    const late = assemble(log, 'claude-sonnet-5-5', []);
    expect(JSON.stringify(late.system)).toBe(JSON.stringify(early.system));
    const [open, close] = [JSON.stringify(early.messages).slice(0, -1), JSON.stringify(late.messages)];
    expect(close.startsWith(open)).toBe(true);
    expect(JSON.stringify(late.system)).not.toMatch(/20\d\d-/);
  });
});

describe('a title', () => {
  const reply = (value: string, stopReason = 'end_turn') =>
    titleIn({ ok: true, blocks: [text(value)], stopReason, stopDetail: null, usage: noUsage, model: 'm' });

  it('is one clean line, or nothing', () => {
    expect(reply('"Trip to Japan."\nmore')).toBe('Trip to Japan');
    expect(reply('  **Reise nach Köln**  ')).toBe('Reise nach Köln');
    expect(reply('')).toBeNull();
    expect(reply('Cut in the mid', 'max_tokens')).toBeNull();
    expect(reply('x'.repeat(300))).toHaveLength(80);
  });
});
