import { expect, test } from 'vitest';
import type { Outcome } from '#shared/protocol/conversation.ts';
import { markOf, retryWords } from './turn-words.ts';

const usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, cost: 0 };
const ended = (outcome: Outcome, code: string | null = null) => ({
  replaces: null as string | null,
  ended: { outcome, code, usage, durationMs: 1, at: '2026-11-21T10:00:00.000Z' },
});

test('a turn that simply ended has no mark, every other end has one that says what became of it', () => {
  expect(markOf(null, false)).toBeNull();
  expect(markOf(ended('completed'), true)).toBeNull();
  for (const outcome of ['unverified', 'waiting', 'stopped', 'failed', 'limit', 'expired'] as const) {
    const mark = markOf(ended(outcome), false);
    expect(`${outcome}: ${mark?.text}`).toMatch(/^\w+: [A-Z].*\.$/);
    expect(mark?.text).not.toContain('_');
  }
});

test('a failure says what happened, what was kept, and is the only mark in red', () => {
  expect(markOf(ended('failed', 'overloaded'), true)).toEqual({
    tone: 'danger',
    text: 'Claude is overloaded. What was written is kept.',
  });
  expect(markOf(ended('failed', 'brand_new'), false)?.text).toBe(
    'Something went wrong. Your message is kept.',
  );
  const again = { ...ended('failed', 'overloaded'), replaces: 'a turn' };
  expect(markOf(again, false)?.text).toBe('Claude is overloaded. The earlier reply is kept.');
  expect(markOf(ended('failed', 'refusal'), false)).toMatchObject({ tone: 'quiet' });
  expect(markOf(ended('limit', 'max_tokens'), true)?.text).toContain('length limit');
  expect(markOf(ended('stopped', 'archived'), true)?.text).toContain('archived');
});

test('waiting for another try names the reason and the seconds', () => {
  expect(retryWords('overloaded', 12)).toBe('Claude is overloaded. Trying again in 12 s');
  expect(retryWords('interrupted', 0)).toBe('The work was interrupted. Trying again');
});
