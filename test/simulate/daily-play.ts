/**
 * One day of a run, played without a clock: a lead, sub-agents and a person that do what a seed makes them do, and a
 * process that is down at times. Every decision of the board is checked as it is made.
 */
import type { ActorReport, DailyInput, Decision, Opening } from '#shared/core/daily/input.ts';
import { totalsOf } from '#shared/core/daily/report.ts';
import { findActor, isOpen, mayAssign, type RunState } from '#shared/core/daily/run-state.ts';
import { openRun, transition } from '#shared/core/daily/transition.ts';
import { nextDue } from '#shared/core/daily/window.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const offered = { tools: { mail: true, files: true, off: false } };

/** mulberry32: the same seed, the same day. */
export function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const idOf = (number: number): string =>
  `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;

export class Trouble extends Error {
  override readonly name = 'Trouble';
}

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
  /** When the report was decided. */
  reportedAt: number;
  openedAt: number;
  decisions: number;
}

export class DayPlay {
  state: RunState;
  reports = 0;
  reportedAt = 0;
  decisions = 0;
  now: number;
  readonly #random: () => number;
  readonly #down: ReadonlyArray<readonly [number, number]>;
  #happenings: Happening[] = [];
  #ids = 1;
  readonly #voices = new Map<string, Voice>();
  readonly #letters = new Set<string>();

  /** @param down from when until when the process is away, in order */
  constructor(
    opening: Omit<Opening, 'offered' | 'learned'>,
    seed: number,
    down: ReadonlyArray<readonly [number, number]> = [],
  ) {
    this.#random = randomOf(seed);
    this.#down = down;
    this.now = this.#up(opening.startsAt);
    const opened = openRun({ ...opening, offered, learned: '' }, this.#world());
    this.state = opened.state;
    this.#after(opened);
    this.#plan(this.#in(10, 230), () => {
      for (const { id, needsYou } of this.state.tasks)
        if (needsYou?.kind === 'escalation') this.#decide(id, 'person');
    });
    this.#plan(this.#in(10, 170), () => this.#person());
    this.#plan(this.#in(10, 170), () => this.#person());
  }

  /** Plays to the end of the run. */
  run(): DayOutcome {
    const openedAt = this.now;
    for (let steps = 0; this.state.phase !== 'ended'; steps += 1) {
      if (steps > 20_000) throw new Trouble(`never ends: ${JSON.stringify(this.state)}`);
      this.#happenings.sort((a, b) => a.at - b.at);
      const [first] = this.#happenings;
      const due = nextDue(this.state) ?? Infinity;
      const at = Math.min(first?.at ?? Infinity, due);
      if (at === Infinity) throw new Trouble('nothing is due and it is not over');
      this.now = this.#up(Math.max(this.now, at));
      if (due <= this.now) this.apply({ type: 'tick' });
      else this.#happenings.shift()?.run();
    }
    const { state, reports, reportedAt, decisions } = this;
    return { state, reports, reportedAt, openedAt, decisions };
  }

  apply(input: DailyInput): Decision {
    const before = this.state;
    const decided = transition(before, input, this.#world());
    this.decisions += 1;
    if (!decided.ok) return decided;
    this.state = decided.state;
    this.#check(before, input);
    this.#after(decided);
    return decided;
  }

  #check(before: RunState, input: DailyInput): void {
    const { tasks, report } = this.state;
    const totals = totalsOf(tasks);
    const { completed, inProgress, failed, notStarted, generated, cancelled } = totals;
    const wrong =
      completed + inProgress + failed + notStarted !== generated || generated + cancelled !== tasks.length
        ? 'totals'
        : tasks.some(({ status, assignedTo }) => status === 'in_progress' && assignedTo === null)
          ? 'nobody has it in hand'
          : before.report !== null &&
              JSON.stringify({ ...report, after: [] }) !== JSON.stringify({ ...before.report, after: [] })
            ? 'the report was rewritten'
            : null;
    if (wrong !== null) throw new Trouble(`${wrong} after ${JSON.stringify(input)}`);
    if (!mayAssign(before) && this.state.actors.length > before.actors.length)
      throw new Trouble('a conversation is made after the warning');
  }

  #after(decided: Extract<Decision, { ok: true }>): void {
    for (const { type } of decided.effects) {
      if (type === 'deliver_report') {
        this.reports += 1;
        this.reportedAt = this.now;
      }
      if (type === 'actors') this.#plan(this.now + 50, () => this.#bring());
      if (type === 'ping') this.#plan(this.now + 100, () => this.#ping());
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
    this.apply({ type: 'decide', taskId, action, text: null, by });
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

  /** When the process is there again. */
  #up(at: number): number {
    for (const [from, until] of this.#down) if (at >= from && at < until) return until;
    return at;
  }

  #newId(): string {
    this.#ids += 1;
    return idOf(this.#ids);
  }

  #world() {
    return { now: this.now, newId: () => this.#newId() };
  }
}
