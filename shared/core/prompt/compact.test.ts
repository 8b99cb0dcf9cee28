import { expect, it } from 'vitest';
import type { Event } from '#shared/protocol/events.ts';
import type { LogEntry } from '../conversation/input.ts';
import { noUsage } from '../conversation/state.ts';
import { history } from './history.ts';
import { compactionCut, compactionRequest, summaryIn } from './compact.ts';

/** A log of turns with messages and replies of so many characters, as `transition` writes it. */
function turns(sizes: ReadonlyArray<number>): LogEntry[] {
  const log: LogEntry[] = [];
  const add = (event: object, raw: LogEntry['raw'] = null) =>
    log.push({
      event: { ...event, seq: log.length + 1, at: '2026-11-21T08:30:00.000Z' } as Event,
      raw,
      binding: 'old',
    });
  sizes.forEach((size, n) => {
    const turnId = `t${n}`;
    add({
      type: 'message_added',
      messageId: `m${n}`,
      origin: 'user',
      content: [{ type: 'text', text: `ask ${n}` }],
      queued: false,
    });
    add({ type: 'turn_started', turnId, messageIds: [], replaces: null });
    const text = `reply ${n} ${'x'.repeat(size)}`;
    add({ type: 'step_done', turnId, content: [{ type: 'text', text }], usage: noUsage }, [
      { type: 'thinking', thinking: 'hm', signature: 's' },
      { type: 'text', text },
    ]);
    add({ type: 'turn_ended', turnId, outcome: 'completed', code: null });
  });
  return log;
}
const compacted = (log: LogEntry[], throughSeq: number, summary: string): LogEntry[] => [
  ...log,
  {
    event: { type: 'context_compacted', seq: log.length + 1, at: '', throughSeq, summary, usage: noUsage },
    raw: null,
    binding: null,
  },
];

it('keeps the newest turns that fit, always the last one, and never summarises twice', () => {
  expect(compactionCut(turns([10]))).toBeNull();
  expect(compactionCut(turns([50_000, 70_000, 20_000, 1_000]))).toBe(8);
  expect(compactionCut(turns([10, 10, 500_000]))).toBe(8);
  expect(compactionCut(compacted(turns([50_000, 70_000, 20_000, 1_000]), 8, 's'))).toBe(12);
});

it('shows the model the summary and then what came after it, without thinking from before', () => {
  const log = compacted(turns([10, 10, 10]), 8, 'They like tea.');
  const messages = history(log, 'new');
  expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
  expect(messages[0]?.content[0]).toEqual({
    type: 'text',
    text: '[summary of the conversation before this]\nThey like tea.',
  });
  expect(JSON.stringify(messages)).toContain('ask 2');
  expect(JSON.stringify(messages)).not.toContain('ask 1');
  expect(messages[1]?.content.map(({ type }) => type)).toEqual(['text']);
});

it('summarises what is new together with the summary before', () => {
  const log = compacted(turns([10, 10, 10, 10]), 4, 'Old summary.');
  const text = JSON.stringify(compactionRequest(log, 8, 'claude-haiku-5-5').messages);
  expect(text).toContain('Old summary.');
  expect(text).toContain('ask 1');
  expect(text).not.toContain('ask 0');
  expect(text).not.toContain('ask 2');
  expect(
    summaryIn({
      ok: true,
      blocks: [{ type: 'text', text: ' s ' }],
      stopReason: 'end_turn',
      stopDetail: null,
      usage: noUsage,
      model: 'm',
    }),
  ).toBe('s');
  expect(
    summaryIn({
      ok: true,
      blocks: [{ type: 'text', text: 's' }],
      stopReason: 'max_tokens',
      stopDetail: null,
      usage: noUsage,
      model: 'm',
    }),
  ).toBeNull();
});
