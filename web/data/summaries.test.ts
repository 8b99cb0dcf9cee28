import { describe, expect, test } from 'vitest';
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import { type SummaryList, withoutSummary, withSummary } from './summaries.ts';

const at = (minute: number) => `2026-11-21T10:${String(minute).padStart(2, '0')}:00.000Z`;
const summary = (
  id: string,
  minute: number,
  more: Partial<ConversationSummary> = {},
): ConversationSummary => ({
  id,
  rev: 1,
  kind: 'chat',
  title: null,
  status: 'active',
  waitingFor: null,
  working: false,
  lastOutcome: null,
  preview: id,
  questions: [],
  unread: false,
  nextRunAt: null,
  createdAt: at(0),
  updatedAt: at(minute),
  ...more,
});
const list = (...items: ConversationSummary[]): SummaryList => ({ items, nextCursor: null });
const ids = ({ items }: SummaryList) => items.map(({ id }) => id).join('');

describe('news in a list of conversations', () => {
  const known = list(summary('c', 3), summary('b', 2), summary('a', 1));

  test('a newer version moves to its place, an older one changes nothing', () => {
    const moved = withSummary(known, summary('a', 5, { rev: 2 }), 'active', false);
    expect(ids(moved)).toBe('acb');
    expect(withSummary(moved, summary('a', 9, { rev: 1 }), 'active', false)).toBe(moved);
  });

  test('of equal versions the later heard counts, since being read has no version', () => {
    const unread = list(summary('a', 1, { unread: true }));
    expect(withSummary(unread, summary('a', 1), 'active', false).items[0]?.unread).toBe(false);
  });

  test('a new one comes in at its place; equal times are ordered by id whatever arrives first', () => {
    expect(ids(withSummary(known, summary('d', 4), 'active', false))).toBe('dcba');
    const both = [summary('x', 2), summary('y', 2)];
    const one = both.reduce((l, s) => withSummary(l, s, 'active', false), known);
    const other = both.toReversed().reduce((l, s) => withSummary(l, s, 'active', false), known);
    expect(ids(one)).toBe(ids(other));
    expect(ids(one)).toBe('cyxba');
  });

  test('archiving moves it from one view to the other, tasks are in neither', () => {
    const archived = summary('b', 6, { rev: 2, status: 'archived' });
    expect(ids(withSummary(known, archived, 'active', false))).toBe('ca');
    expect(ids(withSummary(list(), archived, 'archived', false))).toBe('b');
    expect(ids(withSummary(known, summary('t', 7, { kind: 'task' }), 'active', false))).toBe('cba');
  });

  test('it stands among those that wait, or that work by themselves, for as long as it does', () => {
    const waits = summary('b', 6, { rev: 2, status: 'waiting_input' });
    const scheduled = summary('b', 7, { rev: 3, status: 'background' });
    expect(ids(withSummary(list(), waits, 'waiting', false))).toBe('b');
    expect(ids(withSummary(list(), waits, 'scheduled', false))).toBe('');
    expect(ids(withSummary(list(waits), scheduled, 'waiting', false))).toBe('');
    expect(ids(withSummary(list(), scheduled, 'scheduled', false))).toBe('b');
    expect(ids(withSummary(known, scheduled, 'active', false))).toBe('bca');
  });

  test('what belongs on a page that is not loaded yet stays out', () => {
    const first: SummaryList = { ...known, nextCursor: 'more' };
    expect(ids(withSummary(first, summary('z', 0), 'active', false))).toBe('cba');
    expect(ids(withSummary(first, summary('z', 4), 'active', false))).toBe('zcba');
  });

  test('in hits of a search only what is there changes, and keeps its rank', () => {
    const hits = list(summary('a', 1), summary('c', 3));
    expect(ids(withSummary(hits, summary('a', 9, { rev: 2 }), null, true))).toBe('ac');
    expect(ids(withSummary(hits, summary('n', 9), null, true))).toBe('ac');
    const archived = withSummary(hits, summary('a', 9, { rev: 2, status: 'archived' }), null, true);
    expect(archived.items[0]?.status).toBe('archived');
  });

  test('a deleted one goes, and a list without it stays the same list', () => {
    expect(ids(withoutSummary(known, 'b'))).toBe('ca');
    expect(withoutSummary(known, 'q')).toBe(known);
  });
});
