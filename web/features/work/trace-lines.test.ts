import { expect, test } from 'vitest';
import type { Event } from '#shared/protocol/events.ts';
import { type EventBody, idOf, logOf } from '#shared/protocol/fixtures.ts';
import { traceLine } from './trace-lines.ts';

const of = (body: EventBody) => {
  const [event] = logOf(body);
  return event && traceLine(event);
};

const text = [{ type: 'text' as const, text: 'Nothing new.' }];
const step: EventBody = {
  type: 'step_done',
  turnId: idOf(1),
  attempt: 1,
  step: 1,
  content: text,
  stopReason: 'end_turn',
  usage: { inputTokens: 5, cacheReadTokens: 10, cacheWriteTokens: 0, outputTokens: 7, cost: 0 },
  model: 'm',
};
const due: EventBody = {
  type: 'message_added',
  messageId: idOf(2),
  origin: 'schedule',
  content: text,
  queued: false,
  source: { id: idOf(3), name: 'News', dueAt: '2026-11-20T10:00:00.000Z' },
};

test('every event has a line, also one of a newer release', () => {
  expect(of(step)).toEqual({
    words: 'Claude read 15 tokens and wrote 7',
    tone: null,
    text: 'Nothing new.',
  });
  expect(of(due)).toMatchObject({ words: 'Came due “News”' });
  // As it comes over the wire; by the types of this release it is no event.
  const newer: Event = JSON.parse('{"seq":1,"at":"2026-11-20T10:00:00.000Z","type":"of_a_newer_release"}');
  expect(traceLine(newer).words).toBe('Of a newer release');
});

test('a call never looks done when nobody knows', () => {
  const ended = {
    type: 'tool_ended' as const,
    turnId: idOf(1),
    toolUseId: 'use',
    name: 'mail__send_mail',
    isError: false,
    text: '',
  };
  expect(of({ ...ended, durationMs: 1_200 })).toEqual({ words: 'Send mail: done in 1.2 s', tone: 'ok' });
  expect(of({ ...ended, durationMs: 1_200, outcome: 'unknown' })).toMatchObject({
    words: 'Send mail: outcome unknown in 1.2 s',
    tone: 'waiting',
  });
  expect(of({ ...ended, outcome: 'denied' })).toMatchObject({ words: 'Send mail: not done' });
});
