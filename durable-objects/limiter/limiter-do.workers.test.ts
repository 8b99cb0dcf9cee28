import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v4 as uuidv4 } from 'uuid';
import { afterEach, expect, it, vi } from 'vitest';
import type { Decision } from '#shared/core/auth/limits.ts';
import { limiter } from './client.ts';
import type { LimiterDO } from './limiter-do.ts';

const MINUTE = 60_000;
const ten = [{ max: 10, windowMs: 15 * MINUTE }];
// Far ahead: the platform takes an alarm in the real past as one that is due now.
const noon = Date.parse('2100-01-01T12:00:00.000Z');

afterEach(() => vi.useRealTimers());

const at = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: noon + ms });
const fresh = () => limiter(env, uuidv4());
const allowed = (decisions: ReadonlyArray<Decision>) => decisions.filter(({ ok }) => ok).length;

/** Everything that the object stores: its tables and its alarm. */
const left = (stub: DurableObjectStub<LimiterDO>) =>
  runInDurableObject(stub, async (_instance, { storage }) => ({
    tables: storage.sql
      .exec<{
        name: string;
      }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'")
      .toArray()
      .map(({ name }) => name),
    alarm: await storage.getAlarm(),
  }));
const NOTHING = { tables: [], alarm: null };

it('lets exactly ten of fifty through that come at the same moment', async () => {
  at(0);
  const stub = fresh();
  const decisions = await Promise.all(Array.from({ length: 50 }, () => stub.attempt(ten)));
  expect(allowed(decisions)).toBe(10);
  for (const decision of decisions)
    expect(decision.ok ? 0 : decision.retryAfterMs).toBe(decision.ok ? 0 : 15 * MINUTE);
  // Not by its memory alone: an object that was evicted in between goes on counting where it was.
  await evictDurableObject(stub);
  expect(await stub.attempt(ten)).toEqual({ ok: false, retryAfterMs: 15 * MINUTE });
});

it('lets the window slide with the clock, and counts no attempt that it refused', async () => {
  const stub = fresh();
  for (let minute = 0; minute < 10; minute += 1) {
    at(minute * MINUTE);
    expect(await stub.attempt(ten)).toEqual({ ok: true });
  }
  for (let again = 0; again < 20; again += 1)
    expect(await stub.attempt(ten)).toEqual({ ok: false, retryAfterMs: 6 * MINUTE });
  at(15 * MINUTE - 1);
  expect(await stub.attempt(ten)).toEqual({ ok: false, retryAfterMs: 1 });
  // The first attempt has left: one place, and then none for another minute.
  at(15 * MINUTE);
  expect(await stub.attempt(ten)).toEqual({ ok: true });
  expect(await stub.attempt(ten)).toEqual({ ok: false, retryAfterMs: MINUTE });
});

it('removes everything when the last attempt no longer counts, and not before', async () => {
  at(0);
  const stub = fresh();
  await stub.attempt(ten);
  at(10 * MINUTE);
  await stub.attempt(ten);
  expect(await left(stub)).toEqual({
    tables: ['schema_migrations', 'attempts'],
    alarm: noon + 15 * MINUTE,
  });
  // It rings for the first attempt, keeps the second, and sets itself to that one's end.
  at(15 * MINUTE);
  expect(await runDurableObjectAlarm(stub)).toBe(true);
  expect((await left(stub)).alarm).toBe(noon + 25 * MINUTE);
  expect(
    await runInDurableObject(stub, (_instance, { storage }) =>
      storage.sql.exec('SELECT at FROM attempts').toArray(),
    ),
  ).toEqual([{ at: noon + 10 * MINUTE }]);
  at(25 * MINUTE);
  expect(await runDurableObjectAlarm(stub)).toBe(true);
  expect(await left(stub)).toEqual(NOTHING);
  // And it can be asked again as if it had never been.
  const decisions = await Promise.all(Array.from({ length: 12 }, () => stub.attempt(ten)));
  expect(allowed(decisions)).toBe(10);
  expect((await left(stub)).alarm).toBe(noon + 40 * MINUTE);
});

it('starts anew when it is told to forgive, and leaves nothing then either', async () => {
  at(0);
  const stub = fresh();
  await Promise.all(Array.from({ length: 10 }, () => stub.attempt(ten)));
  expect((await stub.attempt(ten)).ok).toBe(false);
  await stub.forgive();
  expect(await left(stub)).toEqual(NOTHING);
  expect(allowed(await Promise.all(Array.from({ length: 50 }, () => stub.attempt(ten))))).toBe(10);
  // Attempts and forgiveness in one moment: whatever the order, what was counted afterwards is still there.
  const mixed = fresh();
  await mixed.attempt(ten);
  await Promise.all([mixed.forgive(), ...Array.from({ length: 20 }, () => mixed.attempt(ten))]);
  const count = await runInDurableObject(mixed, (_instance, { storage }) =>
    storage.sql.exec<{ count: number }>('SELECT count(*) AS count FROM attempts').one(),
  );
  expect(count).toEqual({ count: 10 });
  expect((await left(mixed)).alarm).toBe(noon + 15 * MINUTE);
});

it('stores nothing when it refuses or forgives somebody who was never counted', async () => {
  at(0);
  const stub = fresh();
  await stub.forgive();
  expect(await stub.attempt([{ max: 0, windowMs: MINUTE }])).toEqual({ ok: false, retryAfterMs: MINUTE });
  expect(await left(stub)).toEqual(NOTHING);
  // An alarm of nobody: the object finds nothing and keeps nothing.
  await runInDurableObject(stub, (instance) => instance.alarm());
  expect(await left(stub)).toEqual(NOTHING);
});

it('rings again when cleaning up fails, and does not throw', async () => {
  at(0);
  const stub = fresh();
  await stub.attempt(ten);
  at(15 * MINUTE);
  await runInDurableObject(stub, async (instance, { storage }) => {
    const failing = vi.spyOn(storage, 'deleteAll').mockRejectedValueOnce(new Error('storage is away'));
    await instance.alarm();
    expect(failing).toHaveBeenCalledOnce();
    failing.mockRestore();
    expect(await storage.getAlarm()).toBe(noon + 16 * MINUTE);
  });
});
