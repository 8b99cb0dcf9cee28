import { describe, expect, test } from 'vitest';
import { applyEvent } from '#shared/core/conversation/fold.ts';
import { emptyTranscript } from '#shared/core/conversation/transcript.ts';
import type { Outcome } from '#shared/protocol/conversation.ts';
import type { Event } from '#shared/protocol/events.ts';
import { pageItems } from './page-items.ts';

const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, cost: 0 };
const id = (name: string) => `019a0000-0000-7000-8000-${name.padStart(12, '0')}`;

/** Writes a log line by line, as the server would. */
function log() {
  const events: Event[] = [];
  let day = 20;
  const push = (event: object) => {
    const seq = events.length + 1;
    const at = `2026-11-${day}T12:00:${String(seq).padStart(2, '0')}.000Z`;
    events.push({ seq, at, ...event } as Event);
  };
  const it = {
    nextDay: () => (day += 1),
    said: (name: string, queued = false) =>
      push({
        type: 'message_added',
        messageId: id(name),
        origin: 'user',
        content: [{ type: 'text', text: name }],
        queued,
      }),
    start: (turn: string, messageIds: string[] = [], replaces: string | null = null) =>
      push({
        type: 'turn_started',
        turnId: id(turn),
        runId: id(turn),
        trigger: 'message',
        messageIds: messageIds.map(id),
        replaces: replaces && id(replaces),
        model: 'claude-sonnet-5-5',
        demo: true,
      }),
    wrote: (turn: string, text: string) =>
      push({
        type: 'step_done',
        turnId: id(turn),
        attempt: 1,
        step: 1,
        content: [{ type: 'text', text }],
        stopReason: 'end_turn',
        usage,
        model: 'claude-sonnet-5-5',
      }),
    end: (turn: string, outcome: Outcome = 'completed', code: string | null = null) =>
      push({ type: 'turn_ended', turnId: id(turn), outcome, code, usage, durationMs: 10 }),
    page: () => {
      const transcript = events.reduce(applyEvent, emptyTranscript);
      return pageItems(transcript, 'UTC').map((item) =>
        item.kind === 'day' ? 'day' : `${item.kind}:${item.key.replace(/^.*-0*/, '')}`,
      );
    },
  };
  return it;
}

describe('the order of the page', () => {
  test('what was said and replied, with a heading for each new day', () => {
    const l = log();
    l.said('a1');
    l.start('b1');
    l.wrote('b1', 'reply');
    l.end('b1');
    l.nextDay();
    l.said('a2');
    expect(l.page()).toEqual(['day', 'said:a1', 'reply:b1', 'day', 'said:a2']);
  });

  test('the running turn is not among them, and takes its place when it ends', () => {
    const l = log();
    l.said('a1');
    l.start('b1');
    expect(l.page()).toEqual(['day', 'said:a1']);
    l.wrote('b1', 'half');
    expect(l.page()).toEqual(['day', 'said:a1']);
    l.end('b1', 'stopped');
    expect(l.page()).toEqual(['day', 'said:a1', 'reply:b1']);
  });

  test('a turn that failed before it wrote anything is told of, once, until it is tried again', () => {
    const l = log();
    l.said('a1');
    l.start('b1');
    l.end('b1', 'failed', 'overloaded');
    expect(l.page()).toEqual(['day', 'said:a1', 'reply:b1']);
    l.start('b2', [], 'b1');
    expect(l.page()).toEqual(['day', 'said:a1']);
    l.wrote('b2', 'now');
    l.end('b2');
    expect(l.page()).toEqual(['day', 'said:a1', 'reply:b2']);
  });

  test('a reply stands until the one that replaces it says something, and if that says nothing, both are told', () => {
    const l = log();
    l.said('a1');
    l.start('b1');
    l.wrote('b1', 'first');
    l.end('b1');
    l.start('b2', [], 'b1');
    expect(l.page()).toEqual(['day', 'said:a1', 'reply:b1']);
    l.end('b2', 'failed', 'overloaded');
    expect(l.page()).toEqual(['day', 'said:a1', 'reply:b1', 'reply:b2']);
    l.start('b3', [], 'b1');
    expect(l.page(), 'what failed before is no news any more').toEqual(['day', 'said:a1', 'reply:b1']);
    l.wrote('b3', 'second');
    l.end('b3');
    expect(l.page()).toEqual(['day', 'said:a1', 'reply:b3']);
  });

  test('messages that waited come after the reply they waited for, with one reply for all', () => {
    const l = log();
    l.said('a1');
    l.start('b1');
    l.said('a2', true);
    l.said('a3', true);
    l.wrote('b1', 'one');
    l.end('b1');
    expect(l.page()).toEqual(['day', 'said:a1', 'reply:b1']);
    l.start('b2', ['a2', 'a3']);
    l.end('b2', 'failed', 'model_error');
    expect(l.page()).toEqual(['day', 'said:a1', 'reply:b1', 'said:a2', 'said:a3', 'reply:b2']);
  });
});
