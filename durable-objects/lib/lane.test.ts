import { expect, it } from 'vitest';
import { Lane, type Place } from './lane.ts';

type Timer = { at: number; ring: () => void };

/** A thread whose timers ring when it is told to; each may be late. */
class Thread {
  now = 0;
  readonly begun: number[] = [];
  readonly #places: Place[] = [];
  readonly lane = new Lane<Timer>({
    now: () => this.now,
    after: (ms, ring) => {
      const timer = { at: this.now + Math.max(0, ms), ring };
      this.#timers.add(timer);
      return timer;
    },
    cancel: (timer) => void this.#timers.delete(timer),
  });
  readonly #timers = new Set<Timer>();

  /** Something comes due. */
  due(): Place {
    const place = this.lane.place();
    void this.#begin(place);
    return place;
  }

  async #begin(place: Place): Promise<void> {
    await place.come;
    this.begun.push(this.now);
    this.#places.push(place);
  }

  /** The turn that began first ends. */
  ends(): void {
    this.#places.shift()?.leave();
  }

  timers(): number {
    return this.#timers.size;
  }

  /** @param late how much later than they should all timers ring */
  async until(time: number, late = 0): Promise<void> {
    for (;;) {
      const next = [...this.#timers].toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at + late > time) break;
      this.#timers.delete(next);
      this.now = Math.max(this.now, next.at + late);
      next.ring();
      // What follows a ring is done before the next one.
      for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
    }
    this.now = Math.max(this.now, time);
  }
}

it('begins soon where nothing else comes', async () => {
  const thread = new Thread();
  thread.due();
  await thread.until(100);
  expect(thread.begun).toEqual([50]);
});

it('lets a burst come in first, and then begins one after the other', async () => {
  const thread = new Thread();
  for (let each = 0; each < 50; each += 1) {
    thread.due();
    await thread.until(each + 1);
  }
  expect(thread.begun).toEqual([]);
  await thread.until(5_000);
  expect(thread.begun).toHaveLength(50);
  const between = thread.begun.slice(1).map((at, index) => at - (thread.begun[index] ?? 0));
  expect(Math.min(...between)).toBeGreaterThanOrEqual(4);
});

it('takes a late timer for no silence', async () => {
  const thread = new Thread();
  for (let each = 0; each < 10; each += 1) {
    thread.due();
    // The thread is busy: the timers of before ring late, and what comes due meanwhile is not heard yet.
    await thread.until((each + 1) * 70, 15);
  }
  expect(thread.begun).toEqual([]);
});

it('begins no more than a few while the thread does not keep up', async () => {
  const thread = new Thread();
  for (let each = 0; each < 20; each += 1) thread.due();
  await thread.until(9_000, 30);
  expect(thread.begun).toHaveLength(12);
  thread.ends();
  await thread.until(9_500, 30);
  expect(thread.begun).toHaveLength(13);
});

it('lets nobody wait for ever, whatever comes in and however long others are at work', async () => {
  const thread = new Thread();
  for (let each = 0; each < 20; each += 1) thread.due();
  await thread.until(32_000, 30);
  expect(thread.begun).toHaveLength(20);
});

it('does not count for ever those who never say that they ended', async () => {
  const thread = new Thread();
  for (let each = 0; each < 12; each += 1) thread.due();
  await thread.until(65_000, 30);
  for (let each = 0; each < 5; each += 1) thread.due();
  await thread.until(70_000, 30);
  expect(thread.begun).toHaveLength(17);
});

it('lets begin at once who is hurried, and keeps no timer of them', async () => {
  const thread = new Thread();
  thread.due();
  const hurried = thread.due();
  await thread.until(10);
  hurried.hurry();
  await hurried.come;
  expect(thread.begun).toEqual([10]);
  expect(thread.timers()).toBe(1);
  await thread.until(500);
  expect(thread.begun).toHaveLength(2);
  expect(thread.timers()).toBe(0);
});

it('keeps no timer of who leaves before their place has come', async () => {
  const thread = new Thread();
  thread.due().leave();
  expect(thread.timers()).toBe(0);
  await thread.until(60_000);
  expect(thread.begun).toEqual([]);
});
