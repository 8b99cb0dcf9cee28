import { expect, test } from 'vitest';
import type { Event } from '#shared/protocol/events.ts';
import { traceLine } from './trace-lines.ts';

/** Only what is looked at. */
const of = (event: Record<string, unknown>) =>
  traceLine({ seq: 1, at: '2026-11-24T12:00:00.000Z', ...event } as unknown as Event);

test('every event has a line, also one of a newer release', () => {
  const usage = { inputTokens: 5, cacheReadTokens: 10, cacheWriteTokens: 0, outputTokens: 7, cost: 0 };
  const content = [{ type: 'text', text: 'Nothing new.' }];
  expect(of({ type: 'step_done', usage, content })).toEqual({
    words: 'Claude read 15 tokens and wrote 7',
    tone: null,
    text: 'Nothing new.',
  });
  expect(of({ type: 'message_added', origin: 'schedule', source: { name: 'News' }, content })).toMatchObject({
    words: 'Came due “News”',
  });
  expect(of({ type: 'of_a_newer_release' }).words).toBe('Of a newer release');
});

test('a call never looks done when nobody knows', () => {
  const ended = { type: 'tool_ended', name: 'mail__send_mail', isError: false, text: '', durationMs: 1_200 };
  expect(of(ended)).toEqual({ words: 'Send mail: done in 1.2 s', tone: 'ok' });
  expect(of({ ...ended, outcome: 'unknown' })).toMatchObject({
    words: 'Send mail: outcome unknown in 1.2 s',
    tone: 'waiting',
  });
  expect(of({ ...ended, outcome: 'denied', durationMs: undefined })).toMatchObject({
    words: 'Send mail: not done',
  });
});
