import { expect, test } from 'vitest';
import { type EventBody, logOf, questionOf } from '#shared/protocol/fixtures.ts';
import { eventsOfRun, pageOfRun } from './run-events.ts';

const usage = { inputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 1, cost: 0 };
const end = {
  outcome: 'answered' as const,
  by: null,
  reason: null,
  answers: null,
  input: null,
  ruleId: null,
};
const question = questionOf(1, { kind: 'text', approval: null });

const began = (turnId: string): EventBody => ({
  type: 'turn_started',
  turnId,
  runId: turnId,
  trigger: 'schedule',
  messageIds: [],
  replaces: null,
  model: 'm',
  demo: false,
});
const ended = (turnId: string): EventBody => ({
  type: 'turn_ended',
  turnId,
  outcome: 'completed',
  code: null,
  usage,
  durationMs: 1,
});
const added = (more: { queued?: boolean; from?: string } = {}): EventBody => ({
  type: 'message_added',
  messageId: 'm',
  origin: more.from === undefined ? 'user' : 'schedule',
  content: [],
  queued: more.queued ?? false,
  ...(more.from === undefined
    ? {}
    : { source: { id: 's', name: more.from, dueAt: '2026-11-20T10:00:00.000Z' } }),
});
const called = (turnId: string): EventBody => ({
  type: 'tool_intended',
  turnId,
  toolUseId: 'use',
  name: 'search_mail',
  input: {},
  intent: {
    callId: 'c',
    toolKey: 'search_mail',
    title: 'Search mail',
    from: null,
    risk: 'read',
    allowedBy: { type: 'policy' },
    startedAt: '2026-11-20T10:00:00.000Z',
  },
});
const closed = (questionId: string): EventBody => ({ type: 'question_closed', questionId, end });

test('a run has what set it off, what its turns did, and what became of its questions, in order', () => {
  const events = logOf(
    added(),
    began('other'),
    ended('other'),
    added({ from: 'a' }),
    added({ from: 'b' }),
    began('one'),
    called('one'),
    added({ queued: true }),
    { type: 'note_changed', text: 'a note', by: 'assistant' },
    { type: 'question_asked', turnId: 'one', question },
    ended('one'),
    { type: 'status_changed', status: 'waiting_input', waitingFor: 'question', by: 'system' },
    { type: 'title_changed', title: 'News', by: 'model' },
    { type: 'question_reminded', questionId: question.id },
    closed('elsewhere'),
    closed(question.id),
    began('two'),
    ended('two'),
  );
  expect(eventsOfRun(events, new Set(['one', 'two'])).map(({ seq }) => seq)).toEqual([
    4, 5, 6, 7, 9, 10, 11, 14, 16, 17, 18,
  ]);
});

test('a trace comes by pages', () => {
  const events = logOf(began('one'), called('one'), ended('one'));
  const limits = { events: 2, chars: 1e6 };
  const first = pageOfRun(events, 0, limits);
  expect(first).toEqual({ events: events.slice(0, 2), more: true });
  expect(pageOfRun(events, 2, limits)).toEqual({ events: events.slice(2) });
  expect(pageOfRun(events, 0, { events: 9, chars: 1 })).toEqual({ events: events.slice(0, 1), more: true });
});
