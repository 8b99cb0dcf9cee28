/**
 * Kills workerd (SIGKILL) at every twentieth of the window of a daily run with eight tasks, and judges when the day is
 * over: one report, every task in a true state by the ledgers of the outside, no effect twice, nothing lost, nothing stuck.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { App } from '#dev/start/app.ts';
import { judgeWindow, noSums } from './daily-judge.ts';
import { DailyPerson } from './daily-person.ts';
import { type DailyBatch, STEPS, windowMs, WINDOWS } from './daily-points.ts';

export interface DailyVerdict {
  point: string;
  /** Milliseconds from the last end of a window until all had come to rest. */
  resumedMs: number;
  faults: string[];
}

export class DailyHarness {
  readonly #app: App;
  #windowMs = windowMs(0);
  readonly sums = noSums();
  /** The part of its window at which each death hit each window, in percent. */
  readonly hits: number[] = [];

  constructor(app: App) {
    this.#app = app;
  }

  /** Steps that were really hit: each is five percent of a window. */
  get steps(): Set<number> {
    const steps = this.hits.map((percent) => Math.round((percent * STEPS) / 100));
    return new Set(steps.filter((step) => step >= 1 && step <= STEPS));
  }

  /** How long it is away after a death on this machine. */
  async measure(): Promise<number> {
    const before = Date.now();
    await this.#app.killWorkerd();
    this.#windowMs = windowMs(Date.now() - before);
    return this.#windowMs;
  }

  async play({ name, deaths }: DailyBatch): Promise<DailyVerdict> {
    const people: DailyPerson[] = [];
    for (let at = 0; at < WINDOWS; at += 1) people.push(await DailyPerson.enter(this.#app, this.#windowMs));
    await people[0]?.visitor.model({ action: 'pace', firstTokenMs: 120, tokenMs: 0 });
    const stepMs = this.#windowMs / STEPS;
    const begun = Date.now();
    const days = people.map(async (person, at) => {
      await delay(Math.max(0, begun + at * stepMs - Date.now()));
      await person.begin();
      return await person.live();
    });
    for (const { step, jitter } of deaths) {
      const from = people[0]?.startsAt || begun;
      await delay(Math.max(0, from + (step + jitter) * stepMs - Date.now()));
      for (const { startsAt } of people)
        if (startsAt > 0) this.hits.push(((Date.now() - startsAt) * 100) / this.#windowMs);
      await this.#app.killWorkerd();
      for (const person of people) person.looks = true;
    }
    const ends = await Promise.all(days);
    const over = Math.max(...people.map(({ startsAt }) => startsAt)) + this.#windowMs;
    const resumedMs = Date.now() - over;
    const faults = await Promise.all(
      people.map((person, at) => judgeWindow(person, ends[at] ?? null, this.#app.mailUrl ?? '', this.sums)),
    );
    return { point: name, resumedMs, faults: faults.flat() };
  }
}
