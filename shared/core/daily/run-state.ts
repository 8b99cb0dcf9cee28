/**
 * PERSISTED, version 1. The board of one daily run: what `transition` decides from. Times are milliseconds since the epoch
 * by the clock on the wall; a run with a time scale has shorter ones. New fields must be optional.
 */
import type {
  DailyPhase,
  DailyReport,
  Evidence,
  NeedsYou,
  Proposal,
  TaskStatus,
} from '#shared/protocol/daily.ts';
import type { Opening } from './input.ts';

export interface TaskState {
  id: string;
  title: string;
  description: string;
  category: string;
  status: TaskStatus;
  by: 'lead' | 'user' | 'carried';
  /** The conversation that works on it, or did. */
  assignedTo: string | null;
  tools: string[];
  dependsOn: string[];
  /** Keys of the shared memory that must be there before it begins. */
  needs: string[];
  createdAt: number;
  startedAt: number | null;
  endedAt: number | null;
  progress: { percent: number; text: string; at: number } | null;
  output: string | null;
  evidence: Evidence[];
  error: string | null;
  attempts: Array<{ number: number; at: number; error: string }>;
  /** When the next try begins. */
  retryAt: number | null;
  /** Why it cannot be, or was not, started. */
  reason: string | null;
  needsYou: NeedsYou | null;
  proposal: Proposal | null;
  late: boolean;
  thumb: 'up' | 'down' | null;
  carriedFrom: string | null;
  /** The person said yes to its category, for the task as it stands here: see `isShown`. */
  approved: boolean;
  /** What the lead wants its sub-agent told beside the description, where the person has to say yes to it. */
  brief?: string;
  /** The reason may pass by itself: it is looked at again with each change of the board. */
  waits?: boolean;
  /** What was decided when its last agent could not go on, for the next one. The person sees it before their yes. */
  advice?: string;
}

/** What is to be said to a conversation, once: the id is that of the message. */
export interface Letter {
  id: string;
  text: string;
}

/** A conversation of the run: its lead, or a sub-agent with its task. */
export interface Actor {
  id: string;
  role: 'lead' | 'agent';
  taskId: string | null;
  /** Names of tools and connections that it may use. */
  tools: string[];
  created: boolean;
  letters: Letter[];
  /** `stop`: its work ends now. `archive`: it is put away. */
  wish: 'none' | 'stop' | 'archive';
  /** Whether the wish was heard. */
  heard: boolean;
  /** What it said of itself last; `rev` orders reports. */
  rev: number;
  working: boolean;
  asks: NeedsYou | null;
  /** Turns that ended, to tell a new end from a repeated one. */
  lastTurn: string | null;
  cost: number;
  seenAt: number;
}

export interface MemoryState {
  agentId: string;
  key: string;
  value: string;
  updatedAt: number;
}

export interface RunState extends Omit<Opening, 'carried' | 'brief'> {
  version: 1;
  startedAt: number;
  warnAt: number;
  endsAt: number;
  /** The latest time at which the report is composed. */
  reportBy: number;
  /** Whatever happens, nothing is taken in any more. */
  overAt: number;
  endedAt: number | null;
  phase: DailyPhase;
  /** The next checkpoint, and how many there were. */
  checkpointAt: number | null;
  checkpoints: number;
  nodUntil: number | null;
  leadId: string;
  tasks: TaskState[];
  actors: Actor[];
  memory: MemoryState[];
  /** What the lead has not been told yet. */
  news: string[];
  /** The lead has read content from outside, or what others made of it. */
  outside: boolean;
  nextSteps: string | null;
  trouble: string | null;
  /** Turns of the lead that failed in a row. */
  leadFailures: number;
  /** When the lead is asked again after a turn that failed. */
  leadRetryAt?: number | null;
  report: DailyReport | null;
  /** What the person's object gave the run to begin with: days before, in words. */
  brief: string;
  rev: number;
}

export const findTask = (state: RunState, id: string): TaskState | null =>
  state.tasks.find((task) => task.id === id) ?? null;

export const findActor = (state: RunState, id: string): Actor | null =>
  state.actors.find((actor) => actor.id === id) ?? null;

export const leadOf = (state: RunState): Actor | null => findActor(state, state.leadId);

/** The sub-agent that a task is assigned to now. */
export const agentOf = (state: RunState, task: TaskState): Actor | null =>
  task.assignedTo === null ? null : findActor(state, task.assignedTo);

export const costOf = (state: RunState): number => state.actors.reduce((sum, { cost }) => sum + cost, 0);

/** What the tasks of a category cost so far, in US dollars. */
export const categoryCost = (state: RunState, category: string): number =>
  state.actors.reduce((sum, actor) => {
    const task = actor.taskId === null ? null : findTask(state, actor.taskId);
    return task?.category === category ? sum + actor.cost : sum;
  }, 0);

/** Whether its agent cannot go on and does nothing meanwhile: it uses up nobody's place. */
export function isParked(state: RunState, task: TaskState): boolean {
  const agent = agentOf(state, task);
  if (agent === null || agent.asks !== null) return agent !== null;
  return task.needsYou?.kind === 'escalation' && !agent.working && agent.letters.length === 0;
}

/** Whether nothing that can be looked at shows that a completed task was done, or a file was named that is not there. */
export const isUnverified = ({ status, evidence }: Pick<TaskState, 'status' | 'evidence'>): boolean =>
  status === 'completed' &&
  (evidence.every(({ unshown }) => unshown === true) || evidence.some(({ unknown }) => unknown === true));

/** Whether the window is still open for new work. */
export const isOpen = ({ phase }: RunState): boolean =>
  phase === 'planning' || phase === 'nod' || phase === 'working' || phase === 'warned';

/** Whether work may still be handed out. */
export const mayAssign = ({ phase }: RunState): boolean => phase === 'planning' || phase === 'working';
