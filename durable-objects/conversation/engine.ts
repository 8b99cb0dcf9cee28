/**
 * The heart of the shell: decide, commit, act, and keep the alarm. What the object's methods, its alarm and its
 * running turn have in common goes through here, so that there is one way to change a conversation.
 */
import { isNear, lull, ringAt, shareOf } from '#durable-objects/lib/ahead.ts';
import { clock } from '#durable-objects/lib/clock.ts';
import { lane, type Place } from '#durable-objects/lib/lane.ts';
import { log } from '#durable-objects/lib/log.ts';
import { Outbox } from '#durable-objects/lib/outbox.ts';
import type { Effect, Input, LogEntry, Transition } from '#shared/core/conversation/input.ts';
import type { ConversationState } from '#shared/core/conversation/state.ts';
import { earliest } from '#shared/core/earliest.ts';
import { transition } from '#shared/core/conversation/transition.ts';
import { Clearing } from './clearing.ts';
import { Doorbell } from './doorbell.ts';
import { Due } from './due.ts';
import { deliver, type Owed, extraTries } from './effects.ts';
import { Live } from './live.ts';
import { linesOf, say } from './say.ts';
import { ConversationStore } from './store.ts';
import { Turns } from './turns.ts';
import { Webhooks } from './webhooks.ts';

type Decided = Extract<Transition, { ok: true }>;
type StartTurn = Extract<Effect, { type: 'start_turn' }>;

/** Whether a turn is to begin that nobody waits for. */
const isPatient = (effect: Effect): boolean => effect.type === 'start_turn' && effect.patient === true;

/** What tells others of a turn that begins. A notice is for a person, and waits for nothing. */
const isNews = (effect: Effect): effect is Exclude<Effect, StartTurn> =>
  effect.type !== 'start_turn' && effect.type !== 'abort_turn' && effect.type !== 'notify';

/** How old what the database knows of a running turn may get; search and history read it, nothing else. */
const projectAfterMs = 2_000;
/** How long a ring watches over a turn before it lets the next one do so; the platform gives a ring fifteen minutes. */
const watchMs = 60_000;
/** So soon a ring comes that watches over a turn which no ring has begun. */
const watchAfterMs = 1_000;

export class Engine {
  readonly store: ConversationStore;
  readonly live: Live;
  readonly turns: Turns;
  readonly webhooks: Webhooks;
  readonly due: Due;
  readonly clearing: Clearing;
  readonly #ctx: DurableObjectState;
  readonly #env: Env;
  readonly #outbox: Outbox<Owed>;
  readonly #bell: Doorbell;
  readonly #onVanished: () => void;
  #gone = false;
  #projecting = false;
  #awake = false;
  /** Resolves when the turn of this process is over; null before the first one. */
  #turnOver: Promise<void> | null = null;

  /** @param onVanished called when nothing is left: the object answers like one that never was from then on */
  constructor(ctx: DurableObjectState, env: Env, onVanished: () => void) {
    this.#onVanished = onVanished;
    this.#ctx = ctx;
    this.#env = env;
    this.store = new ConversationStore(ctx.storage.sql);
    this.live = new Live(ctx);
    this.#bell = new Doorbell(ctx);
    this.#outbox = new Outbox<Owed>(ctx.storage.sql, Math.random);
    this.turns = new Turns(this.store, this.live, env, (input) => this.apply(input));
    this.webhooks = new Webhooks(env, this);
    this.due = new Due(this);
    this.clearing = new Clearing(ctx, this);
  }

  /** Decides an input and carries the decision out. `also` writes beside it in the same transaction. */
  apply(
    input: Input,
    also?: (state: ConversationState, entries: ReadonlyArray<LogEntry>) => void,
  ): Transition {
    if (this.deleted()) return { ok: false, refusal: 'not_found' };
    const decided = transition(this.store.state(), input, clock.now());
    if (decided.ok && decided.state !== this.store.state()) this.commit(decided, also);
    // Their words wait behind the turn.
    if (input.type === 'message' || input.type === 'answer') this.turns.hurry();
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
    const told = this.#teller(decided);
    const place = decided.effects.some(isPatient) ? lane.place() : null;
    // A turn that waits for its place is told of when it begins; what a turn brought that has just ended, at once.
    const waits = place !== null && !decided.log.some(({ event }) => event.type === 'turn_ended');
    for (const effect of decided.effects)
      if (effect.type === 'start_turn') this.#start(effect, place, waits ? told : undefined);
      else if (!isNews(effect)) this.#act(effect, true);
    if (!waits) told();
    this.#arm();
    this.due.webhooks();
    if (decided.log.some(({ event }) => event.type === 'webhook_changed')) this.clearing.begin();
  }

  /** Tells others of a decision. Apart, so that what waits for its place holds little: it may be one of a thousand. */
  #teller({ state: { id, ownerId }, log: entries, effects }: Decided): () => void {
    const lines = linesOf(entries);
    const news = effects.filter(isNews);
    return () => {
      say({ id, ownerId }, lines);
      for (const effect of news) this.#act(effect, true);
    };
  }

  /** State, events, ledger, receipts and effects of a decision; inside a transaction. */
  #write({ state, log: entries, effects, receipts }: Decided, now: number): void {
    const events = entries.map(({ event }) => event);
    if (this.store.exists()) this.store.removed.note(this.store.state(), state, now);
    this.store.write(state, entries);
    this.store.ledger.note(state.id, events, state.rev);
    this.store.ledger.noteReceipts(receipts);
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
    return this.#gone || this.store.mark('deleted_at') > 0;
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
    this.#bell.wake();
    this.#arm();
    this.#act({ type: 'bury' }, true);
  }

  /** Rung by the alarm: does what is due, and stays for what is near and for the turn that runs. */
  async alarm(): Promise<void> {
    const until = Date.now() + watchMs;
    this.#bell.opened();
    try {
      this.#ring();
      const near = this.due.nextSchedule();
      if (near !== null && isNear(near, clock.now())) {
        await this.#stayFor(near);
        this.#ring();
      }
      while (await this.#watch(until)) this.#ring();
    } finally {
      this.#bell.closed();
    }
    this.#arm(1_000);
    this.clearing.begin();
  }

  /** Stays for a due time that is near, prepared for it. Resolves when it has come, or something else has. */
  async #stayFor(due: number): Promise<void> {
    const at = clock.alarmTime(due);
    const held = this.#bell.hold(at);
    await lull(at);
    this.#prepare(due);
    await held;
  }

  /**
   * Stays while a turn runs, or waits for its place: a death brings it back at once, and not when its lease ends. Resolves
   * to whether something may have come due meanwhile.
   */
  async #watch(until: number): Promise<boolean> {
    if (this.#gone || this.#turnOver === null || this.turns.running() === null) return false;
    const due = this.due.next();
    const end = due === null ? until : Math.min(until, clock.alarmTime(due));
    if (end <= Date.now()) return false;
    await this.#bell.hold(end, this.#turnOver);
    return Date.now() < until;
  }

  /**
   * Writes what a due time that is near will bring, and takes it back. An object compiles each of its statements when it
   * first needs it; of a thousand due times in one second each would wait for that in those before it.
   */
  #prepare(due: number): void {
    if (this.due.nextSchedule() !== due || due <= clock.now()) return;
    const before = this.store.state();
    const decided = transition(before, this.due.scheduleInput(), due);
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
      this.store.takeBack(before);
      this.#outbox.forget();
    }
    // Read again now, not when it is due.
    this.#outbox.earliest();
  }

  /** Everything that is due now. Called by the alarm, and by the user's object when the alarm may be lost. */
  ring(): void {
    this.#bell.unknown();
    this.#ring();
    this.#arm(1_000);
  }

  #ring(): void {
    if (this.#gone) return;
    // Asked before anything is written: what is written now is claimed, and the rows need not be read again.
    const owed = this.#outbox.due(clock.now());
    this.due.all();
    for (const type of owed) this.#act({ type }, false);
    if (this.deleted() && this.#outbox.owed().length === 0) this.#ctx.waitUntil(this.#vanish());
  }

  /** Once for each time the object wakes: what a lost process owed is delivered now, not when its claim ends. */
  wakeUp(): void {
    if (this.#awake) return;
    this.#awake = true;
    for (const type of this.#outbox.owed()) this.#act({ type }, false);
    this.clearing.begin();
  }

  /** When this object must be awake next, for the net: its turn, and what has failed. Telling is not a reason. */
  nextDue(): number | null {
    return earliest([this.due.next(), this.#outbox.earliestRetry(['tell_user', 'project'])]);
  }

  /** Waits until the present state was delivered once, so that the sender reads their own write; never throws. */
  async delivered(type: Owed): Promise<void> {
    await this.#deliver(type, true);
  }

  /** Starts a turn; where it waits for its place `told` is called when that has come. */
  #start({ turnId, attempt }: StartTurn, place: Place | null, told?: () => void): void {
    this.#turnOver = this.turns.start(turnId, attempt, place, told);
    this.#ctx.waitUntil(this.#turnOver);
  }

  #act(effect: Exclude<Effect, StartTurn> | { type: Owed }, fresh: boolean): void {
    if (effect.type === 'abort_turn') {
      this.turns.abort();
      return;
    }
    const { type } = effect;
    const isSteps = type === 'project' && fresh && this.store.state().turn !== null;
    this.#ctx.waitUntil(isSteps ? this.#projectSoon() : this.#deliver(type, fresh));
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
   * Sets the alarm for what is due next. Kept in real time, so that a clock that was moved does not hide what is due
   * earlier.
   * @param floorMs not sooner than this from now: after a ring, so that nothing can ring without a pause
   */
  #arm(floorMs = 0): void {
    if (this.#gone) return;
    const own = this.due.next();
    const due = earliest([own, this.#outbox.earliest()]);
    const now = Date.now();
    const watch = this.turns.running() !== null && !this.#bell.isOpen() ? now + watchAfterMs : null;
    const exact = due === null ? null : clock.alarmTime(due);
    const isSchedule = exact !== null && due === own && due === this.due.nextSchedule();
    const at = earliest([isSchedule ? ringAt(exact, now, shareOf(this.store.state().id)) : exact, watch]);
    if (at !== null) this.#bell.set(Math.max(at, now + floorMs));
  }
}
