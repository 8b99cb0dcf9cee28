import { expect, test } from 'vitest';
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import type { Question } from '#shared/protocol/question.ts';
import { waitingIn, withoutQuestionsOf, withQuestions, withSettled } from './inbox.ts';

const at = (minute: number) => `2026-11-21T10:${String(minute).padStart(2, '0')}:00.000Z`;
const question = (id: string, minute: number): Question => ({
  id,
  turnId: 't',
  runId: 'r',
  toolUseId: 'u',
  kind: 'text',
  title: id,
  fields: [],
  approval: null,
  from: null,
  url: null,
  askedAt: at(minute),
  expiresAt: '2026-11-28T10:00:00.000Z',
  remindedAt: null,
});
const summary = (id: string, ...questions: Question[]): ConversationSummary => ({
  id,
  rev: 1,
  kind: 'chat',
  title: id,
  status: questions.length > 0 ? 'waiting_input' : 'active',
  waitingFor: null,
  working: false,
  lastOutcome: null,
  preview: '',
  questions,
  unread: false,
  nextRunAt: null,
  createdAt: at(0),
  updatedAt: at(0),
});
const ids = (items: ReadonlyArray<{ question: { id: string } }>) =>
  items.map((item) => item.question.id).join(' ');

test('what waits is oldest first over all conversations, each once; the list is newer than what was asked', () => {
  const asked = [
    { conversation: { id: 'old', title: null, kind: 'chat' as const }, question: question('q9', 1) },
    { conversation: { id: 'a', title: 'a', kind: 'chat' as const }, question: question('answered', 2) },
  ];
  const list = [summary('a', question('q3', 3)), summary('b', question('q5', 5), question('q4', 4))];
  expect(ids(waitingIn(list, asked))).toBe('q9 q3 q4 q5');
  expect(ids(waitingIn([], asked))).toBe('q9 answered');
});

test('of one instant the order is that of the ids, whatever arrived first', () => {
  const both = [summary('a', question('y', 1)), summary('b', question('x', 1))];
  expect(ids(waitingIn(both, []))).toBe('x y');
  expect(ids(waitingIn(both.toReversed(), []))).toBe('x y');
});

test('news of a conversation replace all that was known to wait in it; a deleted one takes its own along', () => {
  const inbox = withQuestions({ items: [] }, summary('a', question('q1', 1), question('q2', 2)));
  const news = withQuestions(
    withQuestions(inbox, summary('b', question('q3', 3))),
    summary('a', question('q2', 2)),
  );
  expect(ids(news.items)).toBe('q3 q2');
  expect(ids(withQuestions(news, summary('a')).items)).toBe('q3');
  expect(ids(withoutQuestionsOf(news, 'b').items)).toBe('q2');
});

test('what was open when it was decided keeps its place between the others', () => {
  const [first, second, third] = waitingIn(
    [summary('a', question('q1', 1), question('q2', 2), question('q3', 3))],
    [],
  );
  if (!first || !second || !third) throw new Error('three wait');
  expect(ids(withSettled([first, third], [second]))).toBe('q1 q2 q3');
  expect(ids(withSettled([first, second, third], [second])), 'still waiting').toBe('q1 q2 q3');
});
