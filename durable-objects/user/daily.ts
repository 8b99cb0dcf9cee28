/**
 * The user's daily timer: allots each day its one run, opens the run's object, and listens to it. Who rings twice, or late,
 * finds the day allotted already.
 */
import { v7 as uuidv7 } from 'uuid';
import { dailyRun } from '#durable-objects/daily-run/client.ts';
import { log } from '#durable-objects/lib/log.ts';
import { localDate, nextStart, patternTrouble, startsDue } from '#shared/core/daily/start-time.ts';
import { earliest } from '#shared/core/earliest.ts';
import { isTimeZone } from '#shared/core/schedule/time-zone.ts';
import type { DailyRunSummary, DailySettings, DailyTask } from '#shared/protocol/daily.ts';
import type { StartDailyRun } from '#shared/protocol/daily-requests.ts';
import type { ProblemCode } from '#shared/protocol/problem.ts';
import { type AllottedRun, DailyStore } from './daily-store.ts';
import { Retention } from './retention.ts';
import { broadcast } from './sockets.ts';
import type { World } from './world.ts';

type Refusal = { ok: false; code: ProblemCode; detail?: string };

/** A run that should have been heard of is asked after this. */
const NET_MS = 60_000;
/** Runs by hand that go on at the same time. */
const BY_HAND = 3;
/** Days that a run is told of. */
const BRIEF = 7;

export class Daily {
  readonly #world: World;
  readonly #store: DailyStore;
  readonly retention: Retention;
  #opening = 0;

  constructor(world: World) {
    this.#world = world;
    this.#store = new DailyStore(world.ctx.storage.sql);
    this.retention = new Retention(world, this.#store);
  }

  settings(): { settings: DailySettings; nextStartAt: string | null } {
    const at = this.#store.nextStart();
    return {
      settings: this.#store.settings(),
      nextStartAt: at === null ? null : new Date(at).toISOString(),
    };
  }

  set(settings: DailySettings): { ok: true } | Refusal {
    const user = this.#world.user();
    if (user === null) return { ok: false, code: 'not_found' };
    const { timezone, cron } = settings;
    if (timezone !== null && !isTimeZone(timezone))
      return { ok: false, code: 'bad_schedule', detail: `There is no time zone "${timezone}".` };
    const now = this.#world.now();
    const wrong = cron === null ? null : patternTrouble(cron, timezone ?? user.timezone, now);
    if (wrong !== null) return { ok: false, code: 'bad_schedule', detail: wrong };
    this.#world.commit(() => {
      // What has come by the settings until now is allotted first, or nobody would ever know of it.
      this.#allotDue(user.timezone, now);
      this.#store.setSettings(settings);
      this.#setNext(user.timezone, now);
    });
    return { ok: true };
  }

  /** The user's own zone is another one; inside a commit. */
  zoneChanged(before: string, timezone: string): void {
    const now = this.#world.now();
    this.#allotDue(before, now);
    const settings = this.#store.settings();
    if (settings.enabled && settings.timezone === null) this.#setNext(timezone, now);
  }

  #setNext(timezone: string, now: number): void {
    const taken = (date: string) => this.#store.isTaken(date);
    this.#store.setNextStart(nextStart(this.#store.settings(), timezone, now, taken));
  }

  nextDue(): number | null {
    const due = this.#store.earliestDue();
    return earliest([this.nextLasting(), due === null ? null : due + NET_MS]);
  }

  /** The same without what changes by the minute: the next start, and the end of a day's keeping. */
  nextLasting(): number | null {
    return earliest([this.#store.nextStart(), this.retention.nextDue()]);
  }

  /** Allots the days that have come, and asks after runs that should have been heard of. */
  claim(): Array<() => Promise<void>> {
    this.retention.claim();
    const now = this.#world.now();
    const user = this.#world.user();
    const first = this.#store.nextStart();
    if (user !== null && first !== null && first <= now)
      this.#world.commit(() => this.#allotDue(user.timezone, now));
    return this.#store.overdue(now - NET_MS).map((id) => {
      // Not asked again within the minute, whatever becomes of this.
      this.#store.setDue(id, now);
      return async () => {
        log.warn('alarm_lost', { dailyRunId: id });
        const { nextDueAt } = await dailyRun(this.#world.env, id).checkIn();
        this.#store.setDue(id, nextDueAt);
      };
    });
  }

  /** Allots what has come; inside a commit. */
  #allotDue(timezone: string, now: number): void {
    const first = this.#store.nextStart();
    if (first === null || first > now) return;
    const taken = (date: string) => this.#store.isTaken(date);
    const settings = this.#store.settings();
    const { starts, next } = startsDue(settings, timezone, first, now, taken);
    const zone = settings.timezone ?? timezone;
    for (const [at, { date, startsAt }] of starts.entries()) {
      const run = { id: uuidv7(), date, startsAt, windowMinutes: null, timeScale: 1, timezone: zone };
      const isMade = this.#store.allot({ ...run, trigger: 'scheduled' }, now);
      // The newest is the one that may still run.
      if (isMade && at === starts.length - 1) this.#store.takeCarried(run.id);
    }
    this.#store.setNextStart(next);
    if (starts.length > 0) this.#world.owe('daily');
  }

  /** Begins the objects of runs that were allotted. Throws when one could not be reached: to be tried again. */
  async open(): Promise<void> {
    const opened = await Promise.allSettled(this.#store.unopened().map((run) => this.#openOne(run)));
    const failed = opened.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  /** Whether a run is being begun now: its object may come to be at any moment. */
  isOpening(): boolean {
    return this.#opening > 0;
  }

  async #openOne(run: AllottedRun): Promise<void> {
    this.#opening += 1;
    try {
      await this.#begin(run);
    } finally {
      this.#opening -= 1;
    }
  }

  async #begin(run: AllottedRun): Promise<void> {
    const user = this.#world.user();
    if (user === null) return;
    const { windowMinutes, ...given } = run;
    const known = this.#store.settings();
    const settings = { ...known, windowMinutes: windowMinutes ?? known.windowMinutes };
    const begun = await dailyRun(this.#world.env, run.id).open({
      ...given,
      ownerId: user.id,
      timezone: run.timezone ?? settings.timezone ?? user.timezone,
      settings,
      carried: this.#store.carriedBy(run.id).map((task) => ({ ...task, dependsOn: [], needs: [] })),
      brief: this.#brief(run.id),
    });
    // The account may have ended meanwhile: then the run's id is kept until its object is removed.
    if (this.#world.user() === null) return;
    if (begun === null) this.#store.drop(run.id);
    else this.#store.opened(run.id, begun.took);
  }

  /** The days before in a line each. */
  #brief(except: string): string {
    const runs = this.#store.page({ limit: BRIEF + 1 })?.items ?? [];
    return runs
      .filter(({ id, trigger }) => id !== except && trigger !== 'dry')
      .slice(0, BRIEF)
      .map(
        ({ date, totals }) =>
          `- ${date}: ${totals.completed} of ${totals.generated} tasks completed, ${totals.failed} failed, ${totals.inProgress} unfinished, ${totals.notStarted} not started`,
      )
      .join('\n');
  }

  /** Begins a run by hand; the same id again is the same run. */
  async start(id: string, given: StartDailyRun): Promise<{ ok: true } | Refusal> {
    const user = this.#world.user();
    if (user === null) return { ok: false, code: 'not_found' };
    const now = this.#world.now();
    if (!this.#store.has(id)) {
      if (this.#store.openByHand() >= BY_HAND)
        return { ok: false, code: 'limit_reached', detail: `${BY_HAND} runs by hand go on already.` };
      const zone = this.#store.settings().timezone ?? user.timezone;
      const run: AllottedRun = {
        id,
        date: localDate(zone, now),
        trigger: given.dryRun ? 'dry' : 'manual',
        startsAt: now,
        windowMinutes: given.windowMinutes ?? null,
        timeScale: given.timeScale ?? 1,
        timezone: zone,
      };
      this.#world.commit(() => {
        const isMade = this.#store.allot(run, now);
        // A trial uses nothing up.
        if (isMade && run.trigger === 'manual' && run.timeScale === 1) this.#store.takeCarried(id);
        this.#world.oweLater('daily');
      });
    }
    // This one alone: another that cannot be reached is no reason to refuse.
    const waiting = this.#store.unopened().find((run) => run.id === id);
    if (waiting !== undefined) await this.#openOne(waiting);
    // An id that is somebody else's run.
    return this.#store.has(id) ? { ok: true } : { ok: false, code: 'id_conflict' };
  }

  /** Takes in what a run says of itself, and tells the open pages. */
  put(summary: DailyRunSummary, dueAt: number | null): void {
    if (this.#world.user() !== null && this.#store.put(summary, dueAt))
      broadcast(this.#world.ctx, { dailyRun: summary });
  }

  runs(query: { cursor?: string; limit?: number }) {
    return this.#store.page(query);
  }

  overSince(since: number): { over: number; worked: number } {
    return this.#store.overSince(since);
  }

  /** Carries a task over to the next run. */
  carry(task: DailyTask): { ok: true; carried: boolean } {
    const { title, description, category, tools } = task;
    const made = { id: uuidv7(), from: task.id, title, description, category, tools };
    return { ok: true, carried: this.#store.carry(made, this.#world.now()) };
  }

  /**
   * Tasks that were carried over and have been done after all: what nobody took is dropped, and a run that has one and did
   * not begin it cancels it. Throws when that run could not be reached, or has not begun yet.
   */
  async dropCarried(from: ReadonlyArray<string>): Promise<void> {
    const user = this.#world.user();
    const unopened = new Set(this.#store.unopened().map(({ id }) => id));
    let waits = false;
    for (const { id, takenBy } of user === null ? [] : this.#store.carriedFrom(from)) {
      // It may be on its way to the run at this moment: looked at again when that has it.
      if (takenBy !== null && unopened.has(takenBy)) {
        waits = true;
        continue;
      }
      if (user !== null && takenBy !== null) {
        const cancelled = await dailyRun(this.#world.env, takenBy).cancelTask(user.id, id);
        if (!cancelled.ok)
          log.info('carried_kept', { dailyRunId: takenBy, taskId: id, code: cancelled.code });
      }
      this.#store.dropCarried(id);
    }
    if (waits) throw new Error('a run that took a task has not begun yet');
  }

  ids(): string[] {
    return this.#store.ids();
  }

  /** Nothing is left of a run. */
  gone(id: string): void {
    this.#store.drop(id);
  }
}
