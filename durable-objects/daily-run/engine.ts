/** Decide, commit, act, and keep the alarm: the one way to change a daily run. */
import { v7 as uuidv7 } from 'uuid';
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import { Outbox } from '#durable-objects/lib/outbox.ts';
import type { BoardLine, DailyInput, Decision, RunNotice } from '#shared/core/daily/input.ts';
import type { RunState } from '#shared/core/daily/run-state.ts';
import { transition } from '#shared/core/daily/transition.ts';
import { nextDue } from '#shared/core/daily/window.ts';
import { earliest } from '#shared/core/earliest.ts';
import { deliver, type Owed } from './effects.ts';
import { DailyRunStore } from './store.ts';

type Good = Extract<Decision, { ok: true }>;

export class DailyEngine {
  readonly store: DailyRunStore;
  readonly #ctx: DurableObjectState;
  readonly #env: Env;
  readonly #outbox: Outbox<Owed>;
  #alarmAt: number | null = null;
  #awake = false;
  #gone = false;

  constructor(ctx: DurableObjectState, env: Env) {
    this.#ctx = ctx;
    this.#env = env;
    this.store = new DailyRunStore(ctx.storage.sql);
    this.#outbox = new Outbox<Owed>(ctx.storage.sql, Math.random);
  }

  world() {
    return { now: clock.now(), newId: uuidv7 };
  }

  /** Decides an input and carries the decision out. `also` writes beside it in the same transaction. */
  apply(input: DailyInput, also?: (decided: Decision) => void): Decision {
    const before = this.store.state();
    const decided = transition(before, input, this.world());
    if (decided.ok && (decided.state !== before || decided.effects.length > 0))
      this.commit(decided, () => also?.(decided));
    else if (also) this.#ctx.storage.transactionSync(() => also(decided));
    return decided;
  }

  /** One transaction for state, lines, notices and effects; everything else comes after it. */
  commit(decided: Good, also?: () => void): void {
    const now = clock.now();
    const { state, lines, effects } = decided;
    try {
      this.#ctx.storage.transactionSync(() => {
        this.store.write(state, lines, now);
        for (const effect of effects)
          if (effect.type === 'notify')
            for (const notice of effect.notices) this.store.addNotice(noticeOf(notice, state.id, now));
        also?.();
        this.#outbox.add(
          effects.map(({ type }) => type),
          now,
        );
      });
    } catch (error) {
      this.store.forget();
      throw error;
    }
    say(state, lines);
    this.arm();
    for (const { type } of effects) this.#act(type, true);
  }

  /** Everything that is due now. */
  ring(): void {
    this.#alarmAt = null;
    const now = clock.now();
    const due = nextDue(this.store.state());
    if (due !== null && due <= now) this.apply({ type: 'tick' });
    for (const type of this.#outbox.due(now)) this.#act(type, false);
    this.arm(1_000);
  }

  /** Once for each time the object wakes: what a lost process owed is delivered now. */
  wakeUp(): void {
    if (this.#awake) return;
    this.#awake = true;
    const due = nextDue(this.store.state());
    if (due !== null && due <= clock.now()) this.apply({ type: 'tick' });
    for (const type of this.#outbox.owed()) this.#act(type, false);
    this.arm();
  }

  /** When this object must be awake next, for the net; null when the run is over and nothing is owed. */
  nextDue(): number | null {
    return earliest([nextDue(this.store.state()), this.#outbox.earliestRetry(['tell_user', 'project'])]);
  }

  /** Sets the alarm. A late alarm is left: it rings, finds nothing, and sleeps. */
  arm(floorMs = 0): void {
    if (this.#gone) return;
    const due = earliest([nextDue(this.store.state()), this.#outbox.earliest()]);
    if (due === null) return;
    const at = Math.max(clock.alarmTime(due), Date.now() + floorMs);
    if (this.#alarmAt !== null && this.#alarmAt <= at) return;
    this.#alarmAt = at;
    this.#ctx.waitUntil(this.#ctx.storage.setAlarm(at));
  }

  /** Nothing of the object stays. */
  async vanish(): Promise<void> {
    this.#gone = true;
    this.#outbox.close();
    await this.#outbox.idle();
    await Promise.all([this.#ctx.storage.deleteAlarm(), this.#ctx.storage.deleteAll()]);
  }

  #act(type: Owed, fresh: boolean): void {
    this.#ctx.waitUntil(this.#deliver(type, fresh));
  }

  async #deliver(type: Owed, fresh: boolean): Promise<void> {
    if (this.#gone) return;
    try {
      await this.#outbox.deliver(
        type,
        fresh,
        () => clock.now(),
        () =>
          deliver(type, {
            env: this.#env,
            store: this.store,
            apply: (input) => void this.apply(input),
            nextDue: () => this.nextDue(),
          }),
      );
    } catch (error) {
      if (this.#gone) return;
      const attempt = this.#outbox.attempts(type);
      log.warn('effect_failed', { dailyRunId: this.store.state().id, effect: type, attempt, error });
    }
    if (!this.#gone) this.arm();
  }
}

const noticeOf = ({ id, kind, conversationId, text, code }: RunNotice, runId: string, at: number) => ({
  id,
  // No event of its conversation stands for it: it is read where it is read.
  seq: Number.MAX_SAFE_INTEGER,
  kind,
  conversationId,
  questionId: null,
  title: 'Daily run',
  source: 'Daily run',
  text,
  code,
  // Its conversations may not be there: a run that comes too late makes none.
  path: `/today/${runId}`,
  at,
});

/** The structured events of a run. No content: what a line says stays in the object. */
function say(state: RunState, lines: ReadonlyArray<BoardLine>): void {
  const logger = log.with({ dailyRunId: state.id, userId: state.ownerId });
  for (const { kind, level, taskId, code, attempt } of lines)
    logger[level](kind, { taskId, code, attempt, kind: state.trigger });
}
