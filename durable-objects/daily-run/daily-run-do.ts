/**
 * One daily run: board, shared memory and clock. A thin shell: what happens is decided by `core/daily`. It checks its
 * owner itself: another user's id is answered like one that does not exist.
 */
import { DurableObject } from 'cloudflare:workers';
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import { user } from '#durable-objects/user/client.ts';
import { migrate, wake } from '#durable-objects/lib/migrate.ts';
import { inputOf, look, namedFiles, needsOffered } from '#shared/core/daily/acts.ts';
import type { ActorReport, DailyInput, Decision, Opening } from '#shared/core/daily/input.ts';
import { findActor, findTask, isOpen } from '#shared/core/daily/run-state.ts';
import { shownRun, shownTask } from '#shared/core/daily/shown.ts';
import { openRun } from '#shared/core/daily/transition.ts';
import type { DailyRun, DailyTask } from '#shared/protocol/daily.ts';
import type { AddTask, DecideTask, UpdateTask } from '#shared/protocol/daily-requests.ts';
import type { ProblemCode } from '#shared/protocol/problem.ts';
import { DailyEngine } from './engine.ts';
import { migrations } from './migrations.ts';
import { knownFiles, offeredTo, pastWords } from './outside.ts';
import type { ActAnswer } from './store.ts';

type Refusal = { ok: false; code: ProblemCode; detail?: string };
type Reply<Data> = Promise<({ ok: true } & Data) | Refusal>;

export interface Act {
  actorId: string;
  callId: string;
  name: string;
  input: Readonly<Record<string, unknown>>;
  /** The conversation has read content from outside. */
  tainted: boolean;
  /** Of a report: those of its evidence that its conversation shows. Absent from a conversation of an earlier release. */
  shown?: string[] | null;
}

const missing: Refusal = { ok: false, code: 'not_found' };
const failed = (text: string): ActAnswer => ({ isError: true, text, outside: false });
const gone = failed('This run is not there any more.');

export class DailyRunDO extends DurableObject<Env> {
  readonly #engine: DailyEngine;
  #created: boolean;
  /** Its storage goes, or is gone: nothing is made or read there any more. */
  #erased = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#engine = new DailyEngine(ctx, env);
    this.#created = wake(ctx.storage, migrations, clock.now()) && this.#engine.store.exists();
  }

  /** Begins the run; begun already, nothing changes. Answers which of the carried tasks it took; null: another's run, or nobody's. */
  async open(opening: Opening): Promise<{ took: string[] } | null> {
    // Nothing may be made for somebody whose account has ended meanwhile: nobody would ever remove it.
    if (!this.#created && (await user(this.env, opening.ownerId).profile()) === null) return null;
    // Looked at after the wait: two who open it at the same time make one run, and none is made in what is being deleted.
    if (this.#erased) return null;
    if (!this.#created) {
      migrate(this.ctx.storage, migrations, clock.now());
      this.#engine.commit(openRun(opening, this.#engine.world()));
      this.#created = true;
    }
    const state = this.#open(opening.ownerId);
    return state && { took: state.tasks.flatMap(({ id, by }) => (by === 'carried' ? [id] : [])) };
  }

  async get(ownerId: string): Reply<{ run: DailyRun }> {
    const state = this.#open(ownerId);
    if (state === null) return missing;
    return { ok: true, run: shownRun(state, this.#engine.store.lines(), clock.now()) };
  }

  /** Carries out a call of one of the run's conversations, once: the same call again gets the same answer. */
  async act(ownerId: string, { actorId, callId, name, input, tainted, shown }: Act): Promise<ActAnswer> {
    const before = this.#open(ownerId);
    if (before === null) return gone;
    const known = this.#engine.store.answer(callId);
    if (known !== null) return known;
    if (findActor(before, actorId) === null) return failed('This conversation has no part in the run.');
    if (name === 'query_history') return await pastWords(this.env, before, input, clock.now());
    const text = look(before, name, input, clock.now());
    if (text !== null) return { isError: false, text, outside: before.outside };
    const offered = needsOffered(name) ? await offeredTo(this.env, ownerId) : { tools: {} };
    const files = await knownFiles(this.env, ownerId, namedFiles(name, input));
    // From here on nothing is waited for, or one call could be taken twice.
    const now = this.#open(ownerId);
    if (now === null) return gone;
    const meanwhile = this.#engine.store.answer(callId);
    if (meanwhile !== null) return meanwhile;
    const actor = findActor(now, actorId);
    const seen = { files, shown: shown ? new Set(shown) : null };
    const asked = actor && inputOf(actor, name, input, { offered, ...seen });
    if (!asked) return failed(`"${name}" is no tool of this part.`);
    if (tainted) this.#engine.apply({ type: 'tainted' });
    let answer = failed('Nothing was done.');
    this.#engine.apply(asked, (decided) => {
      answer = answerOf(decided);
      this.#engine.store.keepAnswer(callId, answer);
    });
    return answer;
  }

  /** One of the run's conversations says how it is. */
  async report(ownerId: string, actorId: string, report: ActorReport): Promise<void> {
    if (this.#open(ownerId) !== null) this.#engine.apply({ type: 'report_of_actor', actorId, report });
  }

  // Of the person.
  async addTask(ownerId: string, id: string, { text, category }: AddTask): Reply<{ task: DailyTask }> {
    if (this.#open(ownerId) === null) return missing;
    const title = (text.split('\n')[0] ?? text).slice(0, 200);
    const offered = await offeredTo(this.env, ownerId);
    const draft = {
      title,
      description: text,
      category: category ?? 'own',
      tools: [],
      dependsOn: [],
      needs: [],
    };
    return this.#change(ownerId, id, { type: 'user_add', id, draft, offered });
  }

  async updateTask(ownerId: string, taskId: string, given: UpdateTask): Reply<{ task: DailyTask }> {
    if (this.#open(ownerId) === null) return missing;
    const { approve = false, shown, thumb, ...rest } = given;
    const change = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    const offered = await offeredTo(this.env, ownerId);
    const seen = shown === undefined ? {} : { shown };
    const input = { type: 'user_change' as const, taskId, change, approve, offered, ...seen };
    return this.#change(ownerId, taskId, thumb === undefined ? input : { ...input, thumb });
  }

  async cancelTask(ownerId: string, taskId: string): Reply<{ task: DailyTask }> {
    return this.#change(ownerId, taskId, { type: 'user_cancel', taskId });
  }

  /** Decides what its agent could not: see `onDecide`. */
  async decideTask(
    ownerId: string,
    taskId: string,
    { action, text }: DecideTask,
  ): Reply<{ task: DailyTask }> {
    return this.#change(ownerId, taskId, {
      type: 'decide',
      taskId,
      action,
      text: text ?? null,
      by: 'person',
    });
  }

  async nod(ownerId: string): Reply<{ run: DailyRun }> {
    return this.#direct(ownerId, { type: 'nod' });
  }
  async stop(ownerId: string): Reply<{ run: DailyRun }> {
    return this.#direct(ownerId, { type: 'stop' });
  }

  /** The doorbell, rung by the user's object when ours may have been lost. */
  async checkIn(): Promise<{ nextDueAt: number | null }> {
    if (!this.#created) return { nextDueAt: null };
    this.#engine.ring();
    return { nextDueAt: this.#engine.nextDue() };
  }

  /** The conversations of its sub-agents. */
  async agents(ownerId: string): Promise<string[]> {
    if (!this.#created) return [];
    const { actors, ownerId: owner } = this.#engine.store.state();
    return owner === ownerId ? actors.flatMap(({ id, role }) => (role === 'agent' ? [id] : [])) : [];
  }

  /** Deletes the run because its time or its owner's account is over. Answers whether nothing of it is left. */
  async erase(ownerId: string): Promise<{ gone: boolean }> {
    if (!this.#erased && (!this.#created || this.#engine.store.state().ownerId !== ownerId))
      return { gone: true };
    // Asked again, it is not gone before the storage is: a try before may have failed.
    this.#erased = true;
    this.#created = false;
    await this.#engine.vanish();
    return { gone: true };
  }

  /** Never throws: an alarm that throws seven times is lost for good. */
  override async alarm(): Promise<void> {
    try {
      if (this.#created) this.#engine.ring();
    } catch (error) {
      log.error('alarm_failed', { error });
      await this.ctx.storage.setAlarm(Date.now() + 60_000);
    }
  }

  #open(ownerId: string) {
    if (!this.#created || this.#engine.store.state().ownerId !== ownerId) return null;
    this.#engine.wakeUp();
    return this.#engine.store.state();
  }

  async #change(ownerId: string, taskId: string, input: DailyInput): Reply<{ task: DailyTask }> {
    if (this.#open(ownerId) === null) return missing;
    const decided = this.#engine.apply(input);
    if (!decided.ok) return { ok: false, code: decided.code, detail: decided.detail };
    const state = this.#engine.store.state();
    const task = findTask(state, taskId);
    return task === null ? missing : { ok: true, task: shownTask(task, state, clock.now()) };
  }

  async #direct(ownerId: string, input: DailyInput): Reply<{ run: DailyRun }> {
    const state = this.#open(ownerId);
    if (state === null) return missing;
    if (!isOpen(state)) return { ok: false, code: 'run_over' };
    this.#engine.apply(input);
    return this.get(ownerId);
  }
}

const answerOf = (decided: Decision): ActAnswer =>
  decided.ok
    ? { isError: false, text: decided.answer === '' ? 'Done.' : decided.answer, outside: false }
    : failed(decided.detail);
