/**
 * Kills workerd (SIGKILL) in work by schedule, in some conversations at once, each at a step of its own; lets it come back,
 * says again what was not answered, answers what waits, and judges when all is over.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { App } from '#dev/start/app.ts';
import { judge } from './schedules-judge.ts';
import { type Last, Play } from './schedules-play.ts';
import type { SchedulePoint, Wave, Way } from './schedules-points.ts';
import { BACK_MS } from './schedules-policies.ts';
import { BEHIND_MS, onceExpired } from './schedules-expiry.ts';
import { rest } from './schedules-rest.ts';
import { isThere } from './schedules-steps.ts';
import { reach } from './schedules-ways.ts';
import { Tally } from './tally.ts';
import { tellDev } from './visitor.ts';

export interface ScheduleVerdict {
  point: string;
  /** Milliseconds from the app answering again until all was done. */
  resumedMs: number;
  faults: string[];
}

/** A play at its step. */
interface Ready {
  play: Play;
  last: Last | null;
}

export class SchedulesHarness {
  readonly #app: App;
  #restartMs = 0;
  readonly tallies = new Map<Way, Tally>();

  constructor(app: App) {
    this.#app = app;
  }

  /** How long it is away after a death on this machine. */
  async measure(): Promise<number> {
    const before = Date.now();
    await this.#app.killWorkerd();
    this.#restartMs = Date.now() - before;
    return this.#restartMs;
  }

  /** What was planned is counted before anything can go wrong. */
  plan(waves: ReadonlyArray<Wave>): void {
    for (const { way } of waves.flatMap(({ points }) => points)) this.#tally(way).planned += 1;
  }

  async play({ points, long, behind = false }: Wave): Promise<ScheduleVerdict[]> {
    const verdicts: ScheduleVerdict[] = [];
    const broke = (point: SchedulePoint, error: unknown): null => {
      const faults = [`broke: ${String(error)}`];
      this.#tally(point.way).blame(faults);
      verdicts.push({ point: point.name, resumedMs: 0, faults });
      return null;
    };
    if (behind) await tellDev(this.#app, 'clock', { advanceMs: -BEHIND_MS });
    const reached = await Promise.all(
      points.map((point) => this.#reach(point).catch((error: unknown) => broke(point, error))),
    );
    if (behind) {
      await tellDev(this.#app, 'clock', { advanceMs: BEHIND_MS });
      await Promise.all(reached.map((each) => each && this.#onTime(each.play)));
    }
    const checked = await Promise.all(reached.map((each) => each && this.#check(each, broke)));
    const ready = checked.filter((each) => each !== null);
    await this.#kill(ready, long);
    const backAt = Date.now();
    const over = ready.map(async ({ play }) => {
      verdicts.push(await this.#verdict(play, backAt));
    });
    await Promise.all(over);
    return verdicts;
  }

  async #reach(point: SchedulePoint): Promise<Ready> {
    const asks = point.way === 'asks' || point.policy?.before === 'a run that waits';
    const play = await Play.enter(this.#app, point, asks ? 'ask' : 'auto');
    const last = await reach(play);
    play.shown = (await play.conversation()).questions.map(({ id }) => id);
    play.asked = (await play.visitor.asked(play.words.run)).at(-1)?.id ?? 0;
    return { play, last };
  }

  /** The clock is right again. By it the person's token is too old. */
  async #onTime(play: Play): Promise<void> {
    play.visitor = await play.visitor.again();
    await onceExpired(play);
  }

  async #check(ready: Ready, broke: (point: SchedulePoint, error: unknown) => null): Promise<Ready | null> {
    const stands = await isThere(ready.play).catch(() => false);
    return stands ? ready : broke(ready.play.point, 'it is past its step');
  }

  /** Everything that takes a moment is timed so that all of it dies at once. */
  async #kill(ready: ReadonlyArray<Ready>, long: boolean): Promise<void> {
    await Promise.all(ready.map(({ last }) => last?.first?.()));
    await Promise.all(ready.map(({ last }) => (last?.ms === undefined ? last?.do() : undefined)));
    const made = Date.now();
    const longest = Math.max(0, ...ready.map(({ last }) => last?.ms ?? 0));
    for (const { last } of ready)
      // Whether it was heard nobody knows: that is what the death is for.
      if (last?.ms !== undefined) void delay(longest - last.ms).then(() => last.do().catch(() => {}));
    await delay(longest);
    const back = Math.max(
      long ? made + BACK_MS - this.#restartMs : 0,
      ...ready.map(({ play }) => play.awayUntil),
    );
    await this.#app.killWorkerd(() => delay(Math.max(0, back - Date.now())));
  }

  async #verdict(play: Play, backAt: number): Promise<ScheduleVerdict> {
    const { name, way } = play.point;
    const tally = this.#tally(way);
    const { faults, unknown } = await rest(play)
      .then(() => judge(play))
      .catch((error: unknown) => ({ faults: [faultOf(error)], unknown: 0 }));
    const said = play.taken === null ? '' : `, ${play.taken ? '' : 'not '}taken in`;
    tally.death(`${name}${said}`);
    tally.blame(faults);
    tally.unknown += unknown;
    const resumedMs = Date.now() - backAt;
    // So that it does not run beside the others that follow.
    const { schedules } = await play.conversation();
    for (const { id, status } of schedules)
      if (status !== 'ended') await play.call('DELETE', `/schedules/${id}`);
    return { point: `${name}${said}`, resumedMs, faults };
  }

  #tally(way: Way): Tally {
    const known = this.tallies.get(way) ?? new Tally();
    this.tallies.set(way, known);
    return known;
  }
}

const faultOf = (error: unknown): string => {
  const words = error instanceof Error ? error.message : String(error);
  return /^(lost|double|stuck|hidden): /.test(words) ? words : `stuck: ${words}`;
};
