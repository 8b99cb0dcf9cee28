/** What a board's `transition` takes and gives. */
import type {
  DailySettings,
  DailyTrigger,
  Evidence,
  NeedsYou,
  Proposal,
  TaskAction,
} from '#shared/protocol/daily.ts';
import type { ShownTask } from '#shared/protocol/daily-requests.ts';
import type { Outcome } from '#shared/protocol/conversation.ts';
import type { ProblemCode } from '#shared/protocol/problem.ts';
import type { Written } from '../conversation/state.ts';
import type { RunState } from './run-state.ts';
import type { Offered } from './validate.ts';

/** A task as it is proposed. */
export interface TaskDraft {
  title: string;
  description: string;
  category: string;
  tools: string[];
  dependsOn: string[];
  needs: string[];
}

/** What a run begins with. */
export interface Opening {
  id: string;
  ownerId: string;
  trigger: DailyTrigger;
  /** The day in `timezone`, YYYY-MM-DD. */
  date: string;
  timezone: string;
  settings: DailySettings;
  timeScale: number;
  startsAt: number;
  /** Unfinished tasks that the person carries over. */
  carried: Array<TaskDraft & { id: string; from: string }>;
  brief: string;
}

/** What its lead is told with the first letter, and what asking for it takes a while. */
export interface Equipment {
  /** Patterns of the days before, with words of tasks: what others wrote may be in it. Empty when nothing is known. */
  learned: string;
  /** What there is to work with. */
  offered: Offered;
}

/** What one of the run's conversations says of itself. */
export interface ActorReport {
  rev: number;
  working: boolean;
  asks: NeedsYou | null;
  /** Files that it wrote, oldest first. */
  wrote?: ReadonlyArray<Written>;
  /** The turn that ended last, and how. */
  turn: { id: string; outcome: Outcome; code: string | null } | null;
  cost: number;
}

export type DailyInput =
  /** Time has passed. */
  | { type: 'tick' }
  | ({ type: 'equipped' } & Equipment)
  | { type: 'report_of_actor'; actorId: string; report: ActorReport }
  /** The conversation was not there. */
  | { type: 'actor_missing'; actorId: string }
  /** Letters reached their conversation, or a wish did. */
  | { type: 'told'; actorId: string; letters: ReadonlyArray<string>; heard: boolean }
  // Of the lead.
  | { type: 'create_tasks'; drafts: ReadonlyArray<TaskDraft>; offered: Offered }
  | {
      type: 'revise_task';
      taskId: string;
      change: Partial<TaskDraft>;
      status: 'pending' | 'cancelled' | null;
      reason: string | null;
      offered: Offered;
    }
  /** An escalation is decided: see `onDecide`. */
  | { type: 'decide'; taskId: string; action: TaskAction; text: string | null; by: 'lead' | 'person' }
  | { type: 'spawn'; taskId: string; tools: string[]; brief: string | null; offered: Offered }
  | { type: 'remember'; actorId: string; key: string; value: string }
  | { type: 'next_steps'; text: string }
  // Of sub-agents.
  | { type: 'progress'; actorId: string; percent: number; text: string }
  | { type: 'complete'; actorId: string; result: string; evidence: Evidence[] }
  | { type: 'fail'; actorId: string; error: string; retryable: boolean; proposal: Proposal | null }
  | { type: 'escalate'; actorId: string; reason: string; proposal: Proposal }
  | { type: 'tainted' }
  // Of the person.
  | { type: 'user_add'; id: string; draft: TaskDraft; offered: Offered }
  | {
      type: 'user_change';
      taskId: string;
      change: Partial<Pick<TaskDraft, 'title' | 'description' | 'category'>>;
      approve: boolean;
      /** What the yes is for, as it was shown. */
      shown?: ShownTask;
      thumb?: 'up' | 'down' | null;
      offered: Offered;
    }
  | { type: 'user_cancel'; taskId: string }
  | { type: 'nod' }
  | { type: 'stop' };

/** A line of the board's log; `kind` is a stable word. `text` may hold content and stays in the object. */
export interface BoardLine {
  kind: string;
  level: 'info' | 'warn' | 'error';
  taskId: string | null;
  text: string;
  /** For the log of the app: no content. */
  code?: string;
  attempt?: number;
}

/**
 * What is to be done after the commit; each is a row that is delivered until acknowledged. `equip`: ask what the lead has
 * to know. `actors`: letters, wishes and conversations to be made. `escalation`: the person is told of a task.
 */
export type DailyEffect =
  | { type: 'equip' }
  | { type: 'actors' }
  | { type: 'ping' }
  | { type: 'tell_user' }
  | { type: 'project' }
  | { type: 'deliver_report' }
  | { type: 'notify'; notices: ReadonlyArray<RunNotice> };

/** Something that the person hears of: `id` names it for ever. */
export interface RunNotice {
  id: string;
  kind: 'question' | 'result' | 'failure';
  conversationId: string;
  text: string;
  code: string | null;
}

export type Decision =
  | { ok: true; state: RunState; lines: BoardLine[]; effects: DailyEffect[]; answer: string }
  | { ok: false; code: ProblemCode; detail: string };

export interface DailyWorld {
  /** Milliseconds since the epoch. */
  now: number;
  newId(): string;
}
