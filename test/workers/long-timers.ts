/**
 * The long timers of what speaks to outside servers, in the hands of a test: none of ten seconds or more rings by itself,
 * each when it is told to. All others are left alone. Give them back with `vi.unstubAllGlobals()`.
 */
import { vi } from 'vitest';

const long = 10_000;
/** Who sets them, as a stack names it. Claude's have other files. */
const speakers = /shared\/adapters\/(?:mcp|safe-fetch)\/|modelcontextprotocol\/client/;

export class LongTimers {
  readonly #held = new Map<object, { ms: number; ring: () => void }>();
  #look: () => void = () => {};

  constructor() {
    const { setTimeout: set, clearTimeout: clear } = globalThis;
    vi.stubGlobal('setTimeout', (work: (...values: unknown[]) => void, ms = 0, ...values: unknown[]) => {
      const asks = new Error('Who asks').stack?.split('\n')[2] ?? '';
      if (ms < long || !speakers.test(asks)) return set(work, ms, ...values);
      const timer = {};
      this.#held.set(timer, { ms, ring: () => work(...values) });
      this.#look();
      return timer;
    });
    vi.stubGlobal('clearTimeout', (timer: Parameters<typeof clear>[0] & object) => {
      if (!this.#held.delete(timer)) clear(timer);
      this.#look();
    });
  }

  /** How many of exactly so many milliseconds are running. */
  running(ms: number): number {
    return [...this.#held.values()].filter((timer) => timer.ms === ms).length;
  }

  /** Resolves once so many of exactly so many milliseconds are running. */
  async until(ms: number, count: number): Promise<void> {
    while (this.running(ms) !== count)
      await new Promise<void>((resolve) => {
        this.#look = resolve;
      });
  }

  /** Lets those ring that are of exactly so many milliseconds. To be called in the object that set them. */
  ring(ms: number): void {
    for (const [timer, held] of this.#held) if (held.ms === ms && this.#held.delete(timer)) held.ring();
  }
}
