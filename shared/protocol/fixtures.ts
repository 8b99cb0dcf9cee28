/** Tools, connections, questions and events as the server sends them, for tests. */
import type { Connection, Tool } from './connection.ts';
import type { ConversationSummary } from './conversation.ts';
import type { Event } from './events.ts';
import type { Approval, Question } from './question.ts';
import type { Occurrence } from './schedule.ts';

/** An id that is a UUIDv7, told apart by its number. */
export const idOf = (number: number): string => `019a0000-0000-7000-8000-${String(number).padStart(12, '0')}`;

const AT = '2026-11-20T10:00:00.000Z';

export const toolOf = (more: Partial<Tool> = {}): Tool => ({
  key: `${idOf(60)}/send_mail`,
  name: 'demo__send_mail',
  title: 'Send mail',
  description: 'Sends a mail.',
  risk: 'send',
  setting: 'default',
  verdict: 'ask',
  review: 'reviewed',
  change: null,
  hash: 'hash of what was shown',
  uses: 0,
  lastUsedAt: null,
  ...more,
});

export const connectionOf = (more: Partial<Connection> = {}): Connection => ({
  id: idOf(60),
  slug: 'demo',
  name: 'Demo mail',
  url: 'https://mail.example.test/mcp',
  auth: 'bearer',
  vetted: false,
  demo: false,
  status: 'connected',
  problem: null,
  server: { name: 'x', version: '1', protocolVersion: '2026-06-18' },
  tools: [toolOf()],
  left: [],
  createdAt: AT,
  checkedAt: AT,
  ...more,
});

export const approvalOf = (more: Partial<Approval> = {}): Approval => ({
  callId: idOf(41),
  toolKey: `${idOf(60)}/send_mail`,
  name: 'demo__send_mail',
  title: 'Send mail',
  from: { connectionId: idOf(60), name: 'Demo mail' },
  risk: 'send',
  input: { to: 'rebecca@example.com', text: 'Hello' },
  hash: 'hash of the call',
  reason: 'writes',
  outside: [],
  previous: null,
  editable: true,
  ...more,
});

export const questionOf = (number: number, more: Partial<Question> = {}): Question => ({
  id: idOf(number),
  turnId: idOf(80),
  runId: idOf(81),
  toolUseId: 'use',
  kind: 'approval',
  title: 'Approval',
  fields: [],
  approval: approvalOf(),
  from: null,
  url: null,
  askedAt: `2026-11-20T10:${String(number).padStart(2, '0')}:00.000Z`,
  expiresAt: '2099-11-27T10:00:00.000Z',
  remindedAt: null,
  ...more,
});

export const summaryOf = (number: number, title: string, ...questions: Question[]): ConversationSummary => ({
  id: idOf(number),
  rev: 1,
  kind: 'chat',
  title,
  status: questions.length > 0 ? 'waiting_input' : 'active',
  waitingFor: questions.length > 0 ? 'approval' : null,
  working: false,
  lastOutcome: 'completed',
  preview: '',
  unread: false,
  questions,
  nextRunAt: null,
  createdAt: AT,
  updatedAt: AT,
});

/** An event without its place in the log, each type with its own fields. */
export type EventBody = Event extends infer E ? (E extends Event ? Omit<E, 'seq' | 'at'> : never) : never;

/** The events as a log has them: numbered from 1, all of one moment. */
export const logOf = (...bodies: EventBody[]): Event[] =>
  bodies.map((body, index) => ({ ...body, seq: index + 1, at: AT }));

/** The receipt of one due time that was kept. */
export const occurrenceOf = (dueAt: string, more: Partial<Occurrence> = {}): Occurrence => ({
  scheduleId: idOf(1),
  dueAt,
  lastDueAt: dueAt,
  count: 1,
  status: 'ran',
  reason: 'on_time',
  runId: null,
  startedAt: null,
  ...more,
});
