/** A user's object and what is put into it, for the tests of the desk. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import { vi } from 'vitest';
import {
  type EffectRecord,
  type NewMemory,
  type NewRule,
  type RegistryEntry,
  type StoredFile,
  user,
} from '#durable-objects/user/client.ts';
import type { User } from '#shared/protocol/account.ts';
import type { Connection } from '#shared/protocol/connection.ts';
import type { Question } from '#shared/protocol/question.ts';

export const DAY = 24 * 60 * 60_000;
/**
 * 23:30 in Paris: half an hour before the day ends there, and long before it ends in UTC. Far ahead: the platform takes an alarm
 * in the real past as one that is due now.
 */
export const AT = Date.UTC(2037, 10, 20, 22, 30);

/** Sets the clock that the app sees. */
export function at(time: number): void {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(time);
}

const profileOf = (id: string, more: Partial<User> = {}): User => ({
  id,
  email: `${id}@example.com`,
  emailVerified: false,
  name: 'Ada',
  timezone: 'Europe/Paris',
  createdAt: new Date(AT).toISOString(),
  ...more,
});

/** A user made straight in their object. */
export async function newUser(more: Partial<User> = {}) {
  const id = uuidv4();
  await user(env, id).create(profileOf(id, more));
  return { id, desk: user(env, id) };
}

export const rule = (more: Partial<NewRule> = {}): NewRule => ({
  id: uuidv7(),
  toolKey: 'http_request',
  title: 'Post to the board',
  matches: [{ path: 'url', how: 'equals', value: 'https://example.com' }],
  perDay: 3,
  until: new Date(AT + 30 * DAY).toISOString(),
  tainted: false,
  ...more,
});

export const memory = (text: string, more: Partial<NewMemory> = {}): NewMemory => ({
  callId: uuidv7(),
  text,
  replaces: null,
  outside: false,
  conversationId: uuidv4(),
  ...more,
});

export const effect = (more: Partial<EffectRecord> = {}): EffectRecord => ({
  callId: uuidv7(),
  conversationId: uuidv4(),
  turnId: uuidv7(),
  toolKey: 'http_request',
  title: 'Ask a web address',
  connection: null,
  risk: 'send',
  summary: '{}',
  allowedBy: 'person',
  decidedBy: 'Firefox on Linux',
  outcome: 'ok',
  at: new Date(AT).toISOString(),
  endedAt: new Date(AT + 1_000).toISOString(),
  ...more,
});

export const file = (more: Partial<StoredFile> = {}): StoredFile => ({
  id: uuidv7(),
  name: 'notes.txt',
  type: 'text/plain',
  size: 10,
  kind: 'upload',
  conversationId: null,
  outside: true,
  hash: 'a'.repeat(64),
  createdAt: new Date(AT).toISOString(),
  ...more,
});

export const entry = (
  id: string,
  questions: Question[],
  more: Partial<RegistryEntry> = {},
): RegistryEntry => ({
  id,
  rev: 1,
  kind: 'chat',
  title: 'Trip',
  status: questions.length > 0 ? 'waiting_input' : 'active',
  waitingFor: questions.length > 0 ? 'question' : null,
  working: false,
  lastOutcome: null,
  preview: '',
  lastReplySeq: 0,
  questions,
  nextRunAt: null,
  nextDueAt: null,
  createdAt: AT,
  updatedAt: AT,
  ...more,
});

export const question = (askedAt: number, title = 'Which trip?'): Question => ({
  id: uuidv7(),
  turnId: uuidv7(),
  runId: uuidv7(),
  toolUseId: 'toolu_1',
  kind: 'text',
  title,
  fields: [],
  approval: null,
  from: null,
  url: null,
  askedAt: new Date(askedAt).toISOString(),
  expiresAt: new Date(askedAt + DAY).toISOString(),
  remindedAt: null,
});

export const count = (id: string, table: string) =>
  runInDurableObject(user(env, id), (_instance, { storage }) =>
    Number(storage.sql.exec(`SELECT count(*) AS n FROM ${table}`).one()['n']),
  );

/** Where a change comes from, when that does not matter. */
export const device = { userAgent: null, place: null };

/** The connection of an answer that has to be good. */
export function good(answer: { ok: boolean; connection?: Connection; code?: string }): Connection {
  if (answer.connection === undefined) throw new Error(`refused: ${answer.code}`);
  return answer.connection;
}

/** The activity log, newest first, in short. */
export const actions = async (id: string) =>
  ((await user(env, id).audit({}))?.items ?? []).map(({ action, detail }) => [action, detail]);
