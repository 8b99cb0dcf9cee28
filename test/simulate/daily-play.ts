/**
 * One day of a run, played without a clock: a lead, sub-agents and a person that do what a seed makes them do, and a
 * process that is down at times. Every decision of the board is checked as it is made.
 */
import type { ActorReport, DailyInput, Decision, Opening } from '#shared/core/daily/input.ts';
import { findActor, isOpen, type RunState, type TaskState } from '#shared/core/daily/run-state.ts';
import type { ShownTask } from '#shared/protocol/daily-requests.ts';
import { openRun, transition } from '#shared/core/daily/transition.ts';
import { nextDue } from '#shared/core/daily/window.ts';
import { checkDecision, ofLead, Trouble } from './daily-check.ts';
import { type Away, backAt } from './away.ts';
import { randomOf } from './random.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const offered = { tools: { mail: true, files: true, off: false } };

/** A task as its person sees it when they say yes to it. */
export const seenOf = (task: TaskState): ShownTask => ({
  title: task.title,
  description: task.description,
  category: task.category,
  tools: task.tools,
  dependsOn: task.dependsOn,
  needs: task.needs,
  brief: task.brief ?? null,
  advice: task.advice ?? null,
});

export const idOf = (number: number): string =>
  `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;

interface Happening {
  at: number;
  run: () => void;
}

interface Voice {
  rev: number;
  turn: number;
  working: boolean;
  /** A call is in flight: it ends although the window does. */
  inFlight: boolean;
  gone: boolean;
}

export interface DayOutcome {
  state: RunState;
  reports: number;
  /** When the report was decided, and the tasks as they were then. */
  reportedAt: number;
  atReport: RunState['tasks'];
  /** When the window was over for the board, and whether the person had ended it. */
  stoppedAt: number;
  stoppedByPerson: boolean;
  /** When the board looked after its agents. */
  checkpoints: number[];
  decisions: number;
  /** Tasks that went from one state to another. */
  moves: number;
  /** Conversations that were really made. */
  made: ReadonlySet<string>;
}

export class DayPlay {
  state: RunState;
  now: number;
  readonly #random: () => number;
  readonly #away: Away;
  readonly #seen = {
    reports: 0,
    reportedAt: 0,
    atReport: [] as RunState['tasks'],
    stoppedAt: 0,
    stoppedByPerson: false,
    checkpoints: [] as number[],
    decisions: 0,
    moves: 0,
  };
  /** When the alarm rang last: it never rings twice in a second. */
  #rangAt = 0;
  #happenings: Happening[] = [];
  #ids = 1;
  readonly #voices = new Map<string, Voice>();
  readonly #letters = new Set<string>();

  /** @param given when it is opened, and from when until when the process is away */
  constructor(opening: Opening, seed: number, given: { now: number; away: Away }) {
    this.#random = randomOf(seed);
    this.#away = given.away;
    this.now = given.now;
    const opened = openRun(opening, this.#world());
    this.state = opened.state;
    if (!isOpen(this.state)) this.#seen.stoppedAt = this.now;
    this.#after(opened);
    this.#plan(this.#in(0, 0.05), () => this.apply({ type: 'equipped', learned: '', offered }));
    for (const until of [5, 20, 170, 230]) this.#plan(this.#in(0, until), () => this.#person());
    for (const until of [30, 60, 120]) this.#plan(this.#in(0, until), () => this.#saysYes());
    this.#plan(this.#in(10, 230), () => {
      for (const { id, needsYou } of this.state.tasks)
        if (needsYou?.kind === 'escalation') this.#decide(id, 'person');
    });
  }

  /** Plays to the end of the run. */
  run(): DayOutcome {
    for (let steps = 0; this.state.phase !== 'ended'; steps += 1) {
      if (steps > 20_000) throw new Trouble(`never ends: ${JSON.stringify(this.state)}`);
      this.#happenings.sort((a, b) => a.at - b.at);
      const [first] = this.#happenings;
      const due = Math.max(nextDue(this.state) ?? Infinity, this.#rangAt + SECOND);
      const at = Math.min(first?.at ?? Infinity, due);
      if (at === Infinity) throw new Trouble('nothing is due and it is not over');
      this.now = backAt(this.#away, Math.max(this.now, at));
      if (due <= this.now) {
        this.#rangAt = this.now;
        this.apply({ type: 'tick' });
      } else this.#happenings.shift()?.run();
    }
    return { ...this.#seen, state: this.state, made: new Set(this.#voices.keys()) };
  }

  apply(input: DailyInput): Decision {
    const before = this.state;
    const decided = transition(before, input, this.#world());
    this.#seen.decisions += 1;
    if (!decided.ok) return decided;
    this.state = decided.state;
    this.#seen.moves += checkDecision(before, this.state, input);
    if (isOpen(before) && !isOpen(this.state)) {
      this.#seen.stoppedAt = this.now;
      this.#seen.stoppedByPerson = input.type === 'stop';
    }
    if (this.state.checkpoints > before.checkpoints) this.#seen.checkpoints.push(this.now);
    this.#after(decided);
    return decided;
  }

  #after(decided: Extract<Decision, { ok: true }>): void {
    for (const { type } of decided.effects) {
      if (type === 'deliver_report') {
        this.#seen.reports += 1;
        this.#seen.reportedAt = this.now;
        this.#seen.atReport = this.state.tasks;
      }
      if (type === 'ping') this.#plan(this.now + 100, () => this.#ping());
      if (type !== 'actors') continue;
      this.#plan(this.now + 50, () => this.#bring());
      // Now and then the person ends the day before a letter has come, or a conversation is made.
      if (this.#random() < 0.002) this.#plan(this.now + 10, () => this.apply({ type: 'stop' }));
    }
  }

  /** What the object does for the effect `actors`. */
  #bring(): void {
    for (const { id, letters, wish, heard, created } of this.state.actors) {
      const voice = this.#voices.get(id);
      if (voice?.gone) {
        if (letters.length > 0 || !heard) this.apply({ type: 'actor_missing', actorId: id });
        continue;
      }
      if (!created && wish !== 'none') {
        this.apply({ type: 'told', actorId: id, letters: letters.map((each) => each.id), heard: true });
        continue;
      }
      const fresh = letters.filter((each) => !this.#letters.has(each.id));
      for (const each of fresh) this.#letters.add(each.id);
      if (letters.length > 0) {
        this.apply({ type: 'told', actorId: id, letters: letters.map((each) => each.id), heard: false });
        if (fresh.length > 0) this.#wake(id, fresh.map(({ text }) => text).join('\n'));
      }
      const now = findActor(this.state, id);
      if (now && now.wish !== 'none' && !now.heard) {
        this.apply({ type: 'told', actorId: id, letters: [], heard: true });
        const working = this.#voices.get(id);
        if (working?.working && !working.inFlight) this.#endTurn(id, 'limit', 'deadline');
      }
    }
  }

  #ping(): void {
    for (const { id, created, wish } of this.state.actors) {
      if (!created || wish === 'archive') continue;
      if (this.#voices.get(id)?.gone) this.apply({ type: 'actor_missing', actorId: id });
    }
  }

  #wake(id: string, text: string): void {
    if (!isOpen(this.state)) throw new Trouble('a turn is begun after the stop');
    const known = this.#voices.get(id) ?? { rev: 0, turn: 0, working: false, inFlight: false, gone: false };
    this.#voices.set(id, known);
    known.working = true;
    known.turn += 1;
    this.#say(id, {});
    const turn = known.turn;
    const lead = id === this.state.leadId;
    this.#plan(this.now + Math.round((lead ? 10 : 30) * SECOND * (1 + this.#random())), () => {
      if (known.gone || !known.working || known.turn !== turn) return;
      if (lead) this.#leads(id, text);
      else this.#works(id);
    });
  }

  #leads(id: string, text: string): void {
    if (this.#random() < 0.05) return this.#endTurn(id, 'failed', 'overloaded');
    if (text.startsWith('The daily run')) {
      const count = 3 + Math.floor(this.#random() * 6);
      const drafts = Array.from({ length: count }, (_each, at) => ({
        title: `Task ${at}`,
        description: 'x',
        category: this.#random() < 0.1 ? 'forbidden' : this.#random() < 0.1 ? 'ask' : 'own',
        tools: this.#random() < 0.1 ? ['off'] : ['mail'],
        dependsOn: [],
        needs: [],
      }));
      this.apply({ type: 'create_tasks', drafts, offered });
    }
    if (/^Warning/m.test(text) && this.#random() < 0.8) this.apply({ type: 'next_steps', text: 'More.' });
    for (const { id: taskId, needsYou } of this.state.tasks)
      if (needsYou?.kind === 'escalation' && this.#random() < 0.3) this.#decide(taskId, 'lead');
    for (const { id: taskId, status } of this.state.tasks)
      if (status === 'pending') this.apply({ type: 'spawn', taskId, tools: [], brief: null, offered });
    this.#endTurn(id, 'completed', null);
  }

  #works(id: string): void {
    const voice = this.#voices.get(id);
    const dice = this.#random();
    if (voice === undefined) return;
    if (dice < 0.04) voice.gone = true;
    else if (dice < 0.1) this.#endTurn(id, 'completed', null);
    else if (dice < 0.2) {
      const retryable = this.#random() < 0.7;
      this.apply({ type: 'fail', actorId: id, error: 'It broke.', retryable, proposal: null });
      this.#endTurn(id, 'completed', null);
    } else if (dice < 0.25) {
      const proposal = { action: 'drop' as const, text: 'Leave it.' };
      this.apply({ type: 'escalate', actorId: id, reason: 'Stuck.', proposal });
      this.#endTurn(id, 'completed', null);
    } else if (dice < 0.35) {
      voice.working = false;
      this.#say(id, { asks: { kind: 'approval', text: 'Send?' } });
      if (this.#random() < 0.6) this.#plan(this.#in(1, 200), () => this.#answered(id));
    } else if (dice < 0.75) {
      this.apply({ type: 'progress', actorId: id, percent: Math.floor(dice * 100), text: 'On it.' });
      voice.inFlight = this.#random() < 0.3;
      const turn = voice.turn;
      this.#plan(this.now + Math.round(this.#random() * 30 * MINUTE), () => {
        voice.inFlight = false;
        if (!voice.working || voice.gone || voice.turn !== turn) return;
        // What was in flight at the stop ends, and then nothing more is called.
        if (!isOpen(this.state)) this.#endTurn(id, 'limit', 'deadline');
        else this.#works(id);
      });
    } else {
      const evidence = this.#random() < 0.7 ? [{ type: 'id' as const, text: 'x' }] : [];
      this.apply({ type: 'complete', actorId: id, result: 'Done.', evidence });
      this.#endTurn(id, 'completed', null);
    }
  }

  /** The person said yes, maybe after the deadline. */
  #answered(id: string): void {
    const voice = this.#voices.get(id);
    if (voice === undefined || voice.gone || this.state.phase === 'ended') return;
    voice.working = true;
    voice.turn += 1;
    this.#say(id, {});
    this.apply({ type: 'complete', actorId: id, result: 'Sent.', evidence: [{ type: 'id', text: 'm1' }] });
    this.#endTurn(id, 'completed', null);
  }

  #decide(taskId: string, by: 'lead' | 'person'): void {
    const actions = ['retry', 'reassign', 'change_approach', 'drop'] as const;
    const action = actions[Math.floor(this.#random() * actions.length)] ?? 'drop';
    this.apply({ type: 'decide', taskId, action, text: by === 'lead' ? ofLead : null, by });
  }

  #saysYes(): void {
    for (const task of this.state.tasks)
      if (task.needsYou?.kind === 'category')
        this.apply({
          type: 'user_change',
          taskId: task.id,
          change: {},
          approve: true,
          shown: seenOf(task),
          offered,
        });
  }

  #person(): void {
    const pick = this.state.tasks[Math.floor(this.#random() * this.state.tasks.length)];
    const dice = this.#random();
    const draft = {
      title: 'Mine',
      description: 'Mine',
      category: 'own',
      tools: [],
      dependsOn: [],
      needs: [],
    };
    if (dice < 0.3) this.apply({ type: 'user_add', id: this.#newId(), draft, offered });
    else if (dice < 0.35) this.apply({ type: 'stop' });
    else if (dice < 0.5) this.apply({ type: 'nod' });
    else if (pick && dice < 0.7) this.apply({ type: 'user_cancel', taskId: pick.id });
    else if (pick)
      this.apply({
        type: 'user_change',
        taskId: pick.id,
        change: { title: 'Other' },
        approve: true,
        offered,
      });
  }

  #endTurn(id: string, outcome: NonNullable<ActorReport['turn']>['outcome'], code: string | null): void {
    const voice = this.#voices.get(id);
    if (voice === undefined) return;
    voice.working = false;
    this.#say(id, { turn: { id: `${id}/${voice.turn}`, outcome, code } });
  }

  #say(actorId: string, given: Partial<ActorReport>): void {
    const voice = this.#voices.get(actorId);
    if (voice === undefined) return;
    voice.rev += 1;
    const report = {
      rev: voice.rev,
      working: voice.working,
      asks: null,
      turn: null,
      cost: 0.01 * voice.rev,
      ...given,
    };
    this.apply({ type: 'report_of_actor', actorId, report });
  }

  #plan(at: number, run: () => void): void {
    this.#happenings.push({ at, run });
  }

  #in(from: number, until: number): number {
    return this.now + Math.round((from + this.#random() * (until - from)) * MINUTE);
  }

  #newId(): string {
    this.#ids += 1;
    return idOf(this.#ids);
  }

  #world() {
    return { now: this.now, newId: () => this.#newId() };
  }
}
