import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v4 as uuidv4 } from 'uuid';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ConversationDO } from '#durable-objects/conversation/conversation-do.ts';
import { type RegistryEntry, user } from './client.ts';
import { netDelay } from './net-delay.ts';

const MINUTE = 60_000;
/** Ids of the conversations that were asked to check in, in order. */
let asked: string[] = [];
/** Ids whose check-in fails. */
let broken = new Set<string>();
/** Waits for a state. A promise that an object resolves would go on in that object's context, so it looks instead. */
async function untilAsked(count: number): Promise<void> {
  while (asked.length < count) await scheduler.wait(1);
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  [asked, broken] = [[], new Set()];
  // Each ring is told; the assertions say enough.
  vi.spyOn(console, 'log').mockImplementation(() => {});
  vi.spyOn(ConversationDO.prototype, 'checkIn').mockImplementation(async function (this: ConversationDO) {
    const id = names.get(this['ctx'].id.toString()) ?? 'unknown';
    asked.push(id);
    if (broken.has(id)) throw new Error('this object is broken');
    // Still due at the same time: what this object answers is not what these tests are about.
    return { nextDueAt: dues.get(id) ?? null };
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const names = new Map<string, string>();
const dues = new Map<string, number | null>();

async function world(due: ReadonlyArray<number | null>) {
  const id = uuidv4();
  const stub = user(env, id);
  await stub.create({
    id,
    email: 'a@b.example',
    emailVerified: false,
    name: 'A',
    timezone: 'UTC',
    createdAt: new Date(0).toISOString(),
  });
  const ids = due.map(() => uuidv4());
  for (const each of ids) names.set(env.CONVERSATION.idFromName(each).toString(), each);
  const report = (n: number, rev: number, nextDueAt: number | null) => {
    dues.set(ids[n] ?? '', nextDueAt);
    const now = Date.now();
    const entry: RegistryEntry = {
      id: ids[n] ?? '',
      rev,
      kind: 'chat',
      title: null,
      status: 'background',
      waitingFor: null,
      working: false,
      lastOutcome: null,
      preview: '',
      lastReplySeq: 0,
      questions: [],
      nextRunAt: nextDueAt,
      nextDueAt,
      createdAt: now,
      updatedAt: now,
    };
    return stub.putConversation(entry);
  };
  for (const [n, time] of due.entries()) await report(n, 1, time);
  const alarm = () => runInDurableObject(stub, (_instance, { storage }) => storage.getAlarm());
  return { stub, ids, report, alarm };
}

it('rings a minute after the earliest due time, asks only what is overdue, and then for the next', async () => {
  const now = Date.now();
  const { stub, ids, alarm } = await world([now + 10 * MINUTE, now + 5 * MINUTE, null]);
  expect(await alarm()).toBe(now + 6 * MINUTE);
  vi.setSystemTime(now + 6 * MINUTE - 1);
  expect(await runDurableObjectAlarm(stub)).toBe(true);
  expect(asked).toEqual([]);
  expect(await alarm()).toBeGreaterThanOrEqual(now + 6 * MINUTE);

  vi.setSystemTime(now + 6 * MINUTE);
  await runDurableObjectAlarm(stub);
  await untilAsked(1);
  expect(asked).toEqual([ids[1]]);
  // Not heard from since: again after a minute, then later and later, at most an hour.
  expect(await alarm()).toBe(now + 7 * MINUTE);
  expect([0, 1, 2, 50].map(netDelay)).toEqual([MINUTE, 2 * MINUTE, 4 * MINUTE, 60 * MINUTE]);
});

it('backs off for each conversation alone, and starts afresh when one reports a new due time', async () => {
  const now = Date.now();
  const { stub, ids, report, alarm } = await world([now, now]);
  broken.add(ids[0] ?? '');
  vi.setSystemTime(now + MINUTE);
  await runDurableObjectAlarm(stub);
  await untilAsked(2);
  expect(asked.toSorted()).toEqual(ids.toSorted());

  // The healthy one reports back; the broken one is asked again after a minute, then after two.
  await report(1, 2, now + 20 * MINUTE);
  for (const [minute, expected] of [
    [2, 1],
    [3, 0],
    [4, 1],
    [5, 0],
    [8, 1],
  ] as const) {
    asked = [];
    vi.setSystemTime(now + minute * MINUTE);
    await runDurableObjectAlarm(stub);
    await untilAsked(expected);
    expect(asked).toEqual(expected === 1 ? [ids[0]] : []);
  }
  // A repeat of the same due time changes nothing; a new one is looked after from the start.
  await report(0, 2, now);
  asked = [];
  await runDurableObjectAlarm(stub);
  expect(asked).toEqual([]);
  await report(0, 3, now + 9 * MINUTE);
  expect(await alarm()).toBe(now + 10 * MINUTE);
});

it('asks everybody although one is broken, many at a ring, and keeps ringing until all were asked', async () => {
  const now = Date.now();
  const { stub, ids, alarm } = await world(Array.from({ length: 120 }, () => now));
  broken = new Set([ids[0] ?? '', ids[70] ?? '']);
  vi.setSystemTime(now + MINUTE);
  for (const count of [50, 100, 120]) {
    expect(await alarm()).toBeLessThanOrEqual(now + MINUTE + 1_000);
    await runDurableObjectAlarm(stub);
    await untilAsked(count);
  }
  expect(asked.toSorted()).toEqual(ids.toSorted());
});

it('never lets a failing alarm go', async () => {
  const now = Date.now();
  const { stub, alarm } = await world([now]);
  vi.setSystemTime(now + MINUTE);
  await runInDurableObject(stub, (_instance, { storage }) => {
    storage.sql.exec('ALTER TABLE conversations RENAME TO away');
  });
  expect(await runDurableObjectAlarm(stub)).toBe(true);
  expect(await alarm()).toBe(now + 2 * MINUTE);
  await runInDurableObject(stub, (_instance, { storage }) => {
    storage.sql.exec('ALTER TABLE away RENAME TO conversations');
  });
  vi.setSystemTime(now + 2 * MINUTE);
  await runDurableObjectAlarm(stub);
  await untilAsked(1);
  expect(asked).toHaveLength(1);
});
