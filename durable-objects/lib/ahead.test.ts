import { describe, expect, it } from 'vitest';
import { Ahead, isNear, ringAt, shareOf } from './ahead.ts';

it('rings some seconds before, each object at a moment of its own', () => {
  expect(ringAt(60_000, 0, 0)).toBe(58_000);
  expect(ringAt(60_000, 0, 0.5)).toBe(55_000);
  expect(ringAt(60_000, 0, 0.999)).toBeGreaterThan(52_000);
});

it('rings at the due time once the moment before it has come, or is too near', () => {
  for (const now of [55_000, 57_000, 59_999, 60_000, 90_000]) expect(ringAt(60_000, now, 0.5)).toBe(60_000);
});

it('knows what is near', () => {
  expect([1, 8_000].map((at) => isNear(at, 0))).toEqual([true, true]);
  expect([0, -1, 8_001].map((at) => isNear(at, 0))).toEqual([false, false, false]);
});

it('takes the place of an object from the end of its id', () => {
  const share = (end: string) => shareOf(`0199d1f2-7a00-7000-8000-00000000${end}`);
  expect(['0000', '4000', '8000', 'c000'].map(share)).toEqual([0, 0.25, 0.5, 0.75]);
  expect(share('ffff')).toBeLessThan(1);
});

describe('a lull', () => {
  /** A clock that timers move, one after the other. */
  class Thread {
    now = 0;
    readonly waits: number[] = [];
    readonly ahead = new Ahead(
      () => this.now,
      (ms) => {
        this.waits.push(ms);
        this.now += ms;
        return Promise.resolve();
      },
    );
  }

  it('is at once where nothing comes due', async () => {
    const thread = new Thread();
    await thread.ahead.lull(5_000);
    expect(thread.now).toBe(1);
  });

  it('is after what comes due in a moment, or came due just now', async () => {
    const thread = new Thread();
    await thread.ahead.lull(100);
    thread.now = 96;
    thread.waits.length = 0;
    await thread.ahead.lull(5_000);
    // A first look at 97, too near to 100; then past it.
    expect(thread.waits).toEqual([1, 4, 1]);
    expect(thread.now).toBe(102);
  });

  it('is given up where things come due without a pause', async () => {
    const thread = new Thread();
    for (let at = 1; at < 200; at += 1) await thread.ahead.lull(10_000 + at);
    thread.now = 10_000;
    thread.waits.length = 0;
    await thread.ahead.lull(20_000);
    expect(thread.waits.length).toBeLessThanOrEqual(16);
  });
});
