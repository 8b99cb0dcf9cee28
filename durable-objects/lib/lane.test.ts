import { expect, it } from 'vitest';
import { Lane } from './lane.ts';

/** A thread whose timers ring when it is told to; each may be late. */
class Thread {
  now = 0;
  readonly begun: number[] = [];
  readonly #leaves: Array<() => void> = [];
  readonly lane = new Lane(
    () => this.now,
    (ms) => new Promise((ring) => this.#timers.push({ at: this.now + Math.max(0, ms), ring })),
  );
  readonly #timers: Array<{ at: number; ring: () => void }> = [];

  /** Something comes due. */
  due(): void {
    void this.#begin();
  }

  async #begin(): Promise<void> {
    const leave = await this.lane.place();
    this.begun.push(this.now);
    this.#leaves.push(leave);
  }

  /** The turn that began first ends. */
  ends(): void {
    this.#leaves.shift()?.();
  }

  /** @param late how much later than they should all timers ring */
  async until(time: number, late = 0): Promise<void> {
    for (;;) {
      this.#timers.sort((a, b) => a.at - b.at);
      const next = this.#timers[0];
      if (next === undefined || next.at + late > time) break;
      this.#timers.shift();
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
