/** The next state of a board under construction: what the inputs have in common. Leaves its source untouched. */
import type { NeedsYou, TaskStatus } from '#shared/protocol/daily.ts';
import type { BoardLine, DailyEffect, DailyWorld, Decision, RunNotice } from './input.ts';
import {
  type Actor,
  agentOf,
  findActor,
  findTask,
  isOpen,
  leadOf,
  type RunState,
  type TaskState,
} from './run-state.ts';
import { boardTrouble } from './validate.ts';

/** From where a task may go. What is not here is a mistake of ours, and throws. */
export const arrows: Readonly<Record<TaskStatus, ReadonlyArray<TaskStatus>>> = {
  generated: ['pending', 'cancelled'],
  pending: ['in_progress', 'cancelled', 'generated'],
  in_progress: ['pending', 'completed', 'failed'],
  completed: [],
  // Its escalation was decided: it is tried once more.
  failed: ['pending'],
  cancelled: [],
};

/** News that the lead is told of at once; more is a sum. */
const NEWS = 40;

export class RunDraft {
  state: RunState;
  readonly now: number;
  readonly newId: () => string;
  readonly #before: RunState;
  readonly #lines: BoardLine[] = [];
  readonly #notices: RunNotice[] = [];
  readonly #effects = new Set<Exclude<DailyEffect['type'], 'notify'>>();

  constructor(state: RunState, world: DailyWorld) {
    this.#before = state;
    this.state = state;
    this.now = world.now;
    this.newId = world.newId;
  }

  set(change: Partial<RunState>): void {
    this.state = { ...this.state, ...change };
  }

  do(...types: ReadonlyArray<Exclude<DailyEffect['type'], 'notify'>>): void {
    for (const type of types) this.#effects.add(type);
  }

  line(kind: string, text: string, more: Partial<BoardLine> = {}): void {
    this.#lines.push({ kind, level: 'info', taskId: null, text, ...more });
  }

  notice(notice: RunNotice): void {
    this.#notices.push(notice);
  }

  /** Changes a task; a new status must be along an arrow. */
  task(id: string, change: Partial<TaskState>): void {
    const known = findTask(this.state, id);
    if (known === null) throw new Error('there is no such task');
    const { status } = change;
    if (status !== undefined && status !== known.status && !arrows[known.status].includes(status))
      throw new Error(`a task never goes from ${known.status} to ${status}`);
    this.set({ tasks: this.state.tasks.map((each) => (each.id === id ? { ...each, ...change } : each)) });
    // Every other move is told by whoever makes it, with its reason.
    if (known.status === 'generated' && status === 'pending')
      this.line('task_pending', `Can be done: ${known.title}`, { taskId: id });
    if (known.status === 'pending' && status === 'generated')
      this.line('task_generated', `Has to be changed: ${known.title}`, { taskId: id });
  }

  actor(id: string, change: Partial<Actor>): void {
    this.set({ actors: this.state.actors.map((each) => (each.id === id ? { ...each, ...change } : each)) });
  }

  /** Makes a conversation of the run; its first letter is what it begins with. */
  addActor(made: { id: string; role: Actor['role']; taskId: string | null; tools: string[]; text: string }) {
    const { text, ...rest } = made;
    const actor: Actor = {
      ...rest,
      created: false,
      letters: [{ id: this.newId(), text }],
      wish: 'none',
      heard: true,
      rev: 0,
      working: true,
      asks: null,
      lastTurn: null,
      cost: 0,
      seenAt: this.now,
    };
    this.set({ actors: [...this.state.actors, actor] });
    this.do('actors');
  }

  /** Says something to a conversation; it is delivered once. */
  letter(actorId: string, text: string): void {
    const known = findActor(this.state, actorId);
    if (known === null) return;
    this.actor(actorId, { letters: [...known.letters, { id: this.newId(), text }] });
    this.do('actors');
  }

  /** The work of a conversation ends. */
  wish(actorId: string, wish: 'stop' | 'archive'): void {
    const known = findActor(this.state, actorId);
    if (known === null || known.wish === wish || known.wish === 'archive') return;
    this.actor(actorId, { wish, heard: false });
    this.do('actors');
  }

  /** The lead hears of this as soon as it has ended what it is at. */
  news(text: string): void {
    if (!isOpen(this.state)) return;
    this.set({ news: [...this.state.news, text].slice(-NEWS) });
  }

  /** The task's sub-agent has nothing to do with it any more. */
  release(task: TaskState): void {
    const agent = agentOf(this.state, task);
    if (agent !== null) this.wish(agent.id, 'stop');
  }

  /** What a task waits for the person for: that of its conversation, unless it has one of its own. */
  needs(taskId: string, needsYou: NeedsYou | null): void {
    const task = findTask(this.state, taskId);
    if (task === null || JSON.stringify(task.needsYou) === JSON.stringify(needsYou)) return;
    this.task(taskId, { needsYou });
  }

  /** Why a task waits, as it is now: what it waited for may have come. */
  refreshReasons(): void {
    for (const task of this.state.tasks) {
      if (task.status !== 'pending' || task.waits !== true) continue;
      const reason = boardTrouble(this.state, task)?.text ?? null;
      if (reason !== task.reason) this.task(task.id, { reason, waits: reason !== null });
    }
  }

  /** Ends the decision. */
  done(answer = ''): Decision {
    if (this.state !== this.#before && isOpen(this.state)) this.refreshReasons();
    this.#tellLead();
    const effects: DailyEffect[] = [...this.#effects].map((type) => ({ type }));
    if (this.#notices.length > 0) effects.push({ type: 'notify', notices: this.#notices });
    if (this.state !== this.#before) {
      this.set({ rev: this.state.rev + 1 });
      effects.push({ type: 'tell_user' }, { type: 'project' });
    }
    return { ok: true, state: this.state, lines: this.#lines, effects, answer };
  }

  /** All news in one letter, when the lead is free to read it. */
  #tellLead(): void {
    const lead = leadOf(this.state);
    const { news } = this.state;
    if (news.length === 0 || lead === null || lead.working || lead.letters.length > 0) return;
    // After a turn that failed it is asked again when its time comes.
    if ((this.state.leadRetryAt ?? null) !== null) return;
    if (!isOpen(this.state)) return;
    this.set({ news: [] });
    this.actor(lead.id, { working: true });
    this.letter(lead.id, news.join('\n'));
  }
}
