import { env } from 'cloudflare:workers';
import { v4 as uuidv4 } from 'uuid';
import { afterEach, expect, it, vi } from 'vitest';
import { ConversationDO } from '#durable-objects/conversation/conversation-do.ts';
import { clock } from '#durable-objects/lib/clock.ts';
import { connect } from '#shared/adapters/db/client.ts';
import { buryConversation, project } from '#shared/adapters/db/projection.ts';
import { type LogRecord, makeLogger } from '#shared/core/log/log.ts';
import { sweep } from './sweep.ts';

afterEach(() => vi.restoreAllMocks());

const HOUR = 60 * 60 * 1_000;

async function conversation(nextDueAt: number | null) {
  const [id, ownerId] = [uuidv4(), uuidv4()];
  await project(connect(env.DATABASE_URL), {
    conversation: {
      id,
      ownerId,
      rev: 1,
      kind: 'chat',
      title: null,
      status: 'background',
      waitingFor: null,
      usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, cost: 0 },
      nextDueAt,
      nextRunAt: null,
      createdAt: 0,
      updatedAt: 0,
    },
    messages: [],
    removed: [],
  });
  return { id, ownerId, object: env.CONVERSATION.idFromName(id).toString() };
}

it('asks what is overdue by an hour to check in, whatever the others do, and never throws', async () => {
  const now = Date.now();
  const overdue = await Promise.all(
    Array.from({ length: 30 }, (_, n) => conversation(now - HOUR - 1_000 * (n + 1))),
  );
  const deleted = await conversation(now - 2 * HOUR);
  await buryConversation(connect(env.DATABASE_URL), { ...deleted, rev: 2 });
  await conversation(now - HOUR + 60_000);
  await conversation(null);

  const asked: string[] = [];
  const broken = overdue[4]?.object;
  vi.spyOn(ConversationDO.prototype, 'checkIn').mockImplementation(async function (this: ConversationDO) {
    const id = this['ctx'].id.toString();
    asked.push(id);
    if (id === broken) throw new Error('this object is broken');
    return { nextDueAt: null };
  });
  const records: LogRecord[] = [];
  const tools = { clock, log: makeLogger((record) => records.push(record), clock) };
  await sweep(env, tools);
  expect(asked.toSorted()).toEqual(overdue.map(({ object }) => object).toSorted());
  expect(records).toMatchObject([{ event: 'swept', count: 30, failed: 1 }]);

  await sweep({ ...env, DATABASE_URL: 'postgresql://u:p@localhost:1/app' }, tools);
  await sweep({ ...env, AUTH_SECRET: '' }, tools);
  expect(records.slice(1)).toMatchObject([
    { event: 'sweep_failed', error: { name: 'DatabaseUnavailable', code: 'unreachable' } },
    { event: 'sweep_failed', error: { name: 'SettingsError' } },
  ]);
});

it('sweeps conversations although users cannot be asked for', async () => {
  const overdue = await conversation(Date.now() - 2 * HOUR);
  const asked: string[] = [];
  vi.spyOn(ConversationDO.prototype, 'checkIn').mockImplementation(async function (this: ConversationDO) {
    asked.push(this['ctx'].id.toString());
    return { nextDueAt: null };
  });
  const real = globalThis.fetch;
  vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) =>
    String(init?.body).includes('user_timers')
      ? Promise.reject(new TypeError('the connection was lost'))
      : real(input, init),
  );
  const records: LogRecord[] = [];
  await sweep(env, { clock, log: makeLogger((record) => records.push(record), clock) });
  expect(asked).toContain(overdue.object);
  expect(records.map(({ event }) => event)).toEqual(['sweep_failed', 'swept']);
});
