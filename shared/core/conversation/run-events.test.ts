import { expect, test } from 'vitest';
import type { Event } from '#shared/protocol/events.ts';
import { eventsOfRun, pageOfRun } from './run-events.ts';

/** Only what is looked at. */
const log = (...events: Array<Record<string, unknown>>) =>
  events.map((event, index) => ({
    seq: index + 1,
    at: '2026-11-24T12:00:00.000Z',
    ...event,
  })) as unknown as Event[];

test('a run has what set it off, what its turns did, and what became of its questions, in order', () => {
  const events = log(
    { type: 'message_added', queued: false },
    { type: 'turn_started', turnId: 'other' },
    { type: 'turn_ended', turnId: 'other' },
    { type: 'message_added', queued: false, source: { name: 'a' } },
    { type: 'message_added', queued: false, source: { name: 'b' } },
    { type: 'turn_started', turnId: 'one' },
    { type: 'tool_intended', turnId: 'one' },
    { type: 'message_added', queued: true },
    { type: 'note_changed', by: 'assistant' },
    { type: 'question_asked', turnId: 'one', question: { id: 'q' } },
    { type: 'turn_ended', turnId: 'one' },
    { type: 'status_changed' },
    { type: 'title_changed' },
    { type: 'question_reminded', questionId: 'q' },
    { type: 'question_closed', questionId: 'elsewhere' },
    { type: 'question_closed', questionId: 'q' },
    { type: 'turn_started', turnId: 'two' },
    { type: 'turn_ended', turnId: 'two' },
  );
  expect(eventsOfRun(events, new Set(['one', 'two'])).map(({ seq }) => seq)).toEqual([
    4, 5, 6, 7, 9, 10, 11, 14, 16, 17, 18,
  ]);
});

test('a trace comes by pages', () => {
  const events = log({ type: 'turn_started' }, { type: 'step_done' }, { type: 'turn_ended' });
  const limits = { events: 2, chars: 1e6 };
  const first = pageOfRun(events, 0, limits);
  expect(first).toEqual({ events: events.slice(0, 2), more: true });
  expect(pageOfRun(events, 2, limits)).toEqual({ events: events.slice(2) });
  expect(pageOfRun(events, 0, { events: 9, chars: 1 })).toEqual({ events: events.slice(0, 1), more: true });
});
