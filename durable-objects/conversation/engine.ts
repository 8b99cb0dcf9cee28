/**
 * The heart of the shell: decide, commit, act, and keep the alarm. What the object's methods, its alarm and its
 * running turn have in common goes through here, so that there is one way to change a conversation.
 */
import { v7 as uuidv7 } from 'uuid';
import { isNear, ringAt, shareOf } from '#durable-objects/lib/ahead.ts';
import { clock } from '#durable-objects/lib/clock.ts';
import { lane, type Place } from '#durable-objects/lib/lane.ts';
import { log } from '#durable-objects/lib/log.ts';
import { Outbox } from '#durable-objects/lib/outbox.ts';
import type { Effect, Input, LogEntry, Transition } from '#shared/core/conversation/input.ts';
import { recover } from '#shared/core/conversation/recovery.ts';
import {
  type ConversationState,
  questionsDue,
  schedulesOf,
  turnDue,
} from '#shared/core/conversation/state.ts';
import { earliest } from '#shared/core/earliest.ts';
import { transition } from '#shared/core/conversation/transition.ts';
import { workDue } from '#shared/core/conversation/transition-work.ts';
import { schedulesDue } from '#shared/core/conversation/schedule-runs.ts';
import { nextBatch, webhooksDue } from '#shared/core/conversation/transition-webhooks.ts';
import { deliveryBlocks, shownChars } from '#shared/core/webhooks/content.ts';
import { deliver, type Owed, extraTries } from './effects.ts';
import { Live } from './live.ts';
import { say } from './say.ts';
import { ConversationStore } from './store.ts';
import { Turns } from './turns.ts';
import { Webhooks } from './webhooks.ts';

type Decided = Extract<Transition, { ok: true }>;

/** How old what the database knows of a running turn may get; search and history read it, nothing else. */
const projectAfterMs = 2_000;

export class Engine {
  readonly store: ConversationStore;
  readonly live: Live;
  readonly turns: Turns;
  readonly webhooks: Webhooks;
  readonly #ctx: DurableObjectState;
  readonly #env: Env;
  readonly #outbox: Outbox<Owed>;
  readonly #onVanished: () => void;
  #gone = false;
  #projecting = false;
  #alarmAt: number | null = null;
  #awake = false;
  #ringing = false;
  #placed: Promise<void> | null = null;

  /** @param onVanished called when nothing is left: the object answers like one that never was from then on */
  constructor(ctx: DurableObjectState, env: Env, onVanished: () => void) {
    this.#onVanished = onVanished;
    this.#ctx = ctx;
    this.#env = env;
    this.store = new ConversationStore(ctx.storage.sql);
    this.live = new Live(ctx);
    this.#outbox = new Outbox<Owed>(ctx.storage.sql, Math.random);
    this.turns = new Turns(this.store, this.live, env, (input) => this.apply(input));
    this.webhooks = new Webhooks(env, this);
  }

  /** Decides an input and carries the decision out. `also` writes beside it in the same transaction. */
  apply(
    input: Input,
    also?: (state: ConversationState, entries: ReadonlyArray<LogEntry>) => void,
  ): Transition {
    if (this.#gone || this.deleted()) return { ok: false, refusal: 'not_found' };
    const decided = transition(this.store.state(), input, clock.now());
    if (decided.ok && decided.state !== this.store.state()) this.commit(decided, also);
    return decided;
  }

  /** One transaction for state, events and effects; everything else comes after it. */
  commit(
    decided: Decided,
    also?: (state: ConversationState, entries: ReadonlyArray<LogEntry>) => void,
  ): void {
    const now = clock.now();
    try {
      this.#ctx.storage.transactionSync(() => {
        this.#write(decided, now);
        also?.(decided.state, decided.log);
      });
    } catch (error) {
      this.store.forget();
      throw error;
    }
    this.live.publish(decided.log.map(({ event }) => event));
    const isPatient = decided.effects.some((effect) => effect.type === 'start_turn' && effect.patient);
    const place = isPatient ? lane.place() : null;
    // An alarm that has not ended rings again after a death: it watches over the turn while that waits.
    if (place !== null && this.#ringing) this.#placed = place.then(() => this.#arm(1_000));
    else this.#arm();
    // What a turn brought that has just ended is told at once, also where the next one waits.
    const later = decided.log.some(({ event }) => event.type === 'turn_ended') ? null : place;
    if (later === null) say(decided);
    else this.#ctx.waitUntil(later.then(() => say(decided)));
    for (const effect of decided.effects)
      this.#act(effect, true, effect.type === 'start_turn' ? place : later);
    this.webhooksDue();
  }

  /** State, events, ledger, receipts and effects of a decision; inside a transaction. */
  #write({ state, log: entries, effects, receipts }: Decided, now: number): void {
    const events = entries.map(({ event }) => event);
    this.store.write(state, entries);
    this.store.ledger.note(state.id, events, state.rev);
    for (const receipt of receipts) this.store.ledger.receipt(receipt);
    this.store.webhooks.note(events);
    const owed = effects.flatMap(({ type }) =>
      type === 'start_turn' || type === 'abort_turn' ? [] : [type],
    );
    this.#outbox.add(owed, now);
  }

  /** Writes what changes no decision. */
  keep(write: () => void): void {
    this.#ctx.storage.transactionSync(write);
  }

  /** Whether the conversation is being deleted: nothing may start in it any more. */
  deleted(): boolean {
    return this.store.mark('deleted_at') > 0;
  }

  /** Marks the conversation deleted and ends everything in it; what remains is to tell the others. */
  remove(): void {
    const now = clock.now();
    this.#ctx.storage.transactionSync(() => {
      this.store.setMarks({ deleted_at: now });
      const over = [
        'tell_user',
        'tell_run',
        'project',
        'record_effects',
        'notify',
        'make_title',
        'compact',
      ] as const;
      for (const type of over) this.#outbox.drop(type);
      this.#outbox.add(['forget', 'bury'], now);
    });
    this.turns.abort();
    this.live.close();
    this.#arm();
    this.#act({ type: 'bury' }, true);
  }

  /** Everything that is due now, rung by the alarm. Resolves when nothing depends any more on its ringing again. */
  async alarm(): Promise<void> {
    this.#placed = null;
    this.#ringing = true;
    try {
      this.ring();
    } finally {
      this.#ringing = false;
    }
    this.#prepare();
    await this.#placed;
  }

  /**
   * Writes what a due time that is near will bring, and takes it back. An object compiles each of its statements when it
   * first needs it; of a thousand due times in one second each would wait for that in those before it.
   */
  #prepare(): void {
    const due = this.deleted() ? null : schedulesDue(this.store.state());
    if (due === null || !isNear(due, clock.now())) return;
    const decided = transition(this.store.state(), this.#dueInput(), due);
    if (!decided.ok) return;
    const takenBack = new Error('written to be taken back');
    try {
      this.#ctx.storage.transactionSync(() => {
        this.#write(decided, due);
        throw takenBack;
      });
    } catch (error) {
      // It is only to be quicker: the due time itself will tell what is wrong.
      if (error !== takenBack) log.warn('prepare_failed', { conversationId: decided.state.id, error });
    } finally {
      this.store.forget();
      this.#outbox.forget();
    }
    // Read again now, not when it is due.
    this.#due();
    this.deleted();
  }

  /** Everything that is due now. Called by the alarm, and by the user's object when the alarm may be lost. */
  ring(): void {
    this.#alarmAt = null;
    // Asked before anything is written: what is written now is claimed, and the rows need not be read again.
    const owed = this.#outbox.due(clock.now());
    this.recover();
    this.questionsDue();
    this.workDue();
    this.schedulesDue();
    this.webhooksDue();
    for (const type of owed) this.#act({ type }, false);
    if (this.deleted() && this.#outbox.owed().length === 0) this.#ctx.waitUntil(this.#vanish());
    else if (this.#placed === null) this.#arm(1_000);
  }

  /** Once for each time the object wakes: what a lost process owed is delivered now, not when its claim ends. */
  wakeUp(): void {
    if (this.#awake) return;
    this.#awake = true;
    for (const type of this.#outbox.owed()) this.#act({ type }, false);
  }

  /** Looks after an unfinished turn that nobody holds, or whose next attempt is due. */
  recover(): void {
    if (this.deleted()) return;
    const input = recover(this.store.state(), this.turns.running(), clock.now());
    if (input !== null) this.apply(input);
  }

  /** Reminds of questions, and ends those that expired. */
  questionsDue(): void {
    const due = this.deleted() ? null : questionsDue(this.store.state());
    if (due === null || due > clock.now()) return;
    this.apply({ type: 'questions_due', turnId: uuidv7(), model: this.turns.model() });
  }

  /** Ends the turn when the window of its daily run is over. */
  workDue(): void {
    const due = this.deleted() ? null : workDue(this.store.state());
    if (due !== null && due <= clock.now()) this.endWork();
  }

  /** The part in a daily run is over: nothing new is called. */
  endWork(): void {
    this.apply({ type: 'work_over', partial: this.live.text() });
  }

  /** Starts, holds or skips what schedules have come due. */
  schedulesDue(): void {
    if (this.deleted()) return;
    const state = this.store.state();
    const due = schedulesDue(state);
    if (due === null || due > clock.now()) return;
    this.apply(this.#dueInput());
  }

  #dueInput(): Input {
    const ids = schedulesOf(this.store.state()).flatMap(() => [uuidv7(), uuidv7()]);
    return { type: 'schedules_due', ids, model: this.turns.model() };
  }

  /** Starts what webhooks brought, when nothing is in the way any more. */
  webhooksDue(): void {
    if (this.#gone || this.deleted()) return;
    const next = nextBatch(this.store.state(), clock.now());
    if (next === null) return;
    const { hook, batch } = next;
    // A character is one byte at least: what comes after these cannot be shown.
    const deliveries = deliveryBlocks(this.store.webhooks.batch(batch.id, shownChars));
    const turnId = uuidv7();
    this.apply(
      {
        type: 'start_webhook',
        webhookId: hook.id,
        batchId: batch.id,
        deliveries,
        turnId,
        messageId: uuidv7(),
        model: this.turns.model(),
      },
      () => this.store.webhooks.started(batch.id, batch.again === undefined ? batch.id : turnId),
    );
  }

  /** When this object must be awake next, for the net: its turn, and what has failed. Telling is not a reason. */
  nextDue(): number | null {
    return earliest([this.#due(), this.#outbox.earliestRetry(['tell_user', 'project'])]);
  }

  /** Waits until the present state was delivered once, so that the sender reads their own write; never throws. */
  async delivered(type: Owed): Promise<void> {
    await this.#deliver(type, true);
  }

  #due(): number | null {
    if (this.deleted()) return null;
    const state = this.store.state();
    return earliest([
      turnDue(state),
      questionsDue(state),
      workDue(state),
      schedulesDue(state),
      webhooksDue(state),
    ]);
  }

  /** @param place resolves when work that nobody waits for may begin; null for what begins at once */
  #act(effect: Effect | { type: Owed }, fresh: boolean, place: Place | null = null): void {
    if (effect.type === 'start_turn') {
      this.#ctx.waitUntil(this.turns.start(effect.turnId, effect.attempt, place));
    } else if (effect.type === 'abort_turn') {
      this.turns.abort();
    } else if (effect.type === 'project' && fresh && this.store.state().turn !== null) {
      this.#ctx.waitUntil(this.#projectSoon());
    } else {
      const { type } = effect;
      this.#ctx.waitUntil(
        place === null ? this.#deliver(type, fresh) : place.then(() => this.#deliver(type, fresh)),
      );
    }
  }

  /** While a turn runs its steps go to the database together: what ends sooner than this is one report, not three. */
  async #projectSoon(): Promise<void> {
    if (this.#projecting) return;
    this.#projecting = true;
    await scheduler.wait(projectAfterMs);
    this.#projecting = false;
    if (!this.#gone && this.#outbox.owes('project')) await this.#deliver('project', true);
  }

  async #deliver(type: Owed, fresh: boolean): Promise<void> {
    if (this.#gone) return;
    const { id } = this.store.state();
    // What is only nice to have is given up after some tries, also when it is the try that kills the process.
    const extra = type === 'make_title' || type === 'compact';
    if (extra && !fresh && this.#outbox.attempts(type) >= extraTries) this.#outbox.drop(type);
    const first = !this.#outbox.isFlying(type);
    try {
      await this.#outbox.deliver(
        type,
        fresh,
        () => clock.now(),
        () => deliver(type, this.#world()),
      );
    } catch (error) {
      if (first) {
        const attempt = this.#outbox.attempts(type);
        log.warn('effect_failed', { conversationId: id, effect: type, attempt, error });
      }
    }
    if (this.#gone || !first) return;
    if (this.deleted() && this.#outbox.owed().length === 0) await this.#vanish();
    else this.#arm();
  }

  #world() {
    return {
      env: this.#env,
      store: this.store,
      turns: this.turns,
      apply: (input: Input) => void this.apply(input),
      nextDue: () => this.nextDue(),
      gone: () => {
        this.remove();
        this.#act({ type: 'forget' }, true);
      },
    };
  }

  /** Everybody knows: nothing of this object stays. */
  async #vanish(): Promise<void> {
    // A projection under way would reach the database after whoever waits for this end has cleared up there.
    await this.#outbox.idle();
    if (this.#gone) return;
    this.#gone = true;
    this.#outbox.close();
    this.#onVanished();
    await Promise.all([this.#ctx.storage.deleteAlarm(), this.#ctx.storage.deleteAll()]);
  }

  /**
   * Sets the alarm if something is due before it rings. A late alarm is left: it rings, finds nothing, and sleeps.
   * Kept in real time, so that a clock that was moved does not hide what is due earlier.
   * @param floorMs not sooner than this from now: after a ring, so that nothing can ring without a pause
   */
  #arm(floorMs = 0): void {
    if (this.#gone) return;
    const own = this.#due();
    const due = earliest([own, this.#outbox.earliest()]);
    if (due === null) return;
    const now = Date.now();
    const exact = clock.alarmTime(due);
    const state = this.store.state();
    const isSchedule = due === own && due === schedulesDue(state);
    const at = Math.max(isSchedule ? ringAt(exact, now, shareOf(state.id)) : exact, now + floorMs);
    if (this.#alarmAt !== null && this.#alarmAt <= at) return;
    this.#alarmAt = at;
    this.#ctx.waitUntil(this.#ctx.storage.setAlarm(at));
  }
}
