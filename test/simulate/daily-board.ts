/** A board for tests: at so many minutes of its window something happens to it. */
import { idOf } from './daily-play.ts';
import type { ActorReport, DailyInput, Decision, TaskDraft } from '#shared/core/daily/input.ts';
import type { RunState } from '#shared/core/daily/run-state.ts';
import { openRun, transition } from '#shared/core/daily/transition.ts';
import { nextDue, usualSettings } from '#shared/core/daily/window.ts';

export const EIGHT = Date.parse('2026-11-24T08:00:00Z');
export const MINUTE = 60_000;
export const offered = { tools: { mail: true, off: false } };
export const draftOf = (title: string, more: Partial<TaskDraft> = {}): TaskDraft => ({
  title,
  description: title,
  category: 'own',
  tools: ['mail'],
  dependsOn: [],
  needs: [],
  ...more,
});

export class Board {
  state: RunState;
  #ids = 100;
  readonly world = (at: number) => ({ now: EIGHT + at * MINUTE, newId: () => idOf((this.#ids += 1)) });
  last: Decision;

  constructor(settings: Partial<typeof usualSettings> = {}, openedAt = 0) {
    const opening = {
      id: idOf(1),
      ownerId: idOf(2),
      trigger: 'scheduled' as const,
      date: '2026-11-24',
      timezone: 'UTC',
      settings: { ...usualSettings, ...settings },
      timeScale: 1,
      startsAt: EIGHT,
      carried: [],
      brief: '',
    };
    this.last = openRun(opening, this.world(openedAt));
    this.state = (this.last as Extract<Decision, { ok: true }>).state;
    this.last = transition(this.state, { type: 'equipped', learned: '', offered }, this.world(openedAt));
    this.state = (this.last as Extract<Decision, { ok: true }>).state;
  }

  at(minute: number, input: DailyInput): Decision {
    this.last = transition(this.state, input, this.world(minute));
    if (this.last.ok) this.state = this.last.state;
    return this.last;
  }

  plan(...drafts: TaskDraft[]): string[] {
    this.at(1, { type: 'create_tasks', drafts, offered });
    return this.state.tasks.map(({ id }) => id);
  }

  spawn(taskId: string, minute = 2): string {
    this.at(minute, { type: 'spawn', taskId, tools: [], brief: null, offered });
    return this.task(taskId).assignedTo ?? '';
  }

  /** One of its conversations says how it is: idle unless said. Letters to it have arrived. */
  says(minute: number, actorId: string, said: Partial<ActorReport>): Decision {
    const letters = this.actor(actorId).letters.map(({ id }) => id);
    if (letters.length > 0) this.at(minute, { type: 'told', actorId, letters, heard: false });
    const rev = this.actor(actorId).rev + 1;
    const report = { rev, working: false, asks: null, turn: null, cost: 0, ...said };
    return this.at(minute, { type: 'report_of_actor', actorId, report });
  }

  /** When something is due next, in minutes. */
  due(): number {
    return ((nextDue(this.state) ?? 0) - EIGHT) / MINUTE;
  }

  actor(id: string) {
    const actor = this.state.actors.find((each) => each.id === id);
    if (!actor) throw new Error('no actor');
    return actor;
  }

  task(id: string) {
    const task = this.state.tasks.find((each) => each.id === id);
    if (!task) throw new Error('no task');
    return task;
  }
}

/** A turn that ended. */
export const turnOf = (
  id: string,
  outcome: NonNullable<ActorReport['turn']>['outcome'] = 'completed',
  code: string | null = null,
) => ({ id, outcome, code });
