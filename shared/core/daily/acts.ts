/** Calls of a run's conversations, as inputs of its board or as questions to it. Their arguments were checked. */
import { CompleteTask, Escalate, FailTask, ReportProgress } from '../tools/builtins/daily-agent.ts';
import {
  GenerateTasks,
  GivenTask,
  QueryTasks,
  SendStatusUpdate,
  SpawnSubagent,
  UpdateMainState,
  UpdateTaskStatus,
} from '../tools/builtins/daily-lead.ts';
import type { Evidence } from '#shared/protocol/daily.ts';
import type * as z from 'zod/mini';
import type { DailyInput, TaskDraft } from './input.ts';
import type { Actor, RunState } from './run-state.ts';
import type { Offered } from './validate.ts';
import { boardWords, memoryWords, timeWords } from './words.ts';

type Input = Readonly<Record<string, unknown>>;

const draftOf = (given: z.infer<typeof GivenTask>): TaskDraft => ({
  title: given.title,
  description: given.description,
  category: given.category,
  tools: given.tools ?? [],
  dependsOn: given.depends_on ?? [],
  needs: given.needs ?? [],
});

function revision(input: Input, offered: Offered): DailyInput {
  const { task_id: taskId, status, reason, decision, ...given } = UpdateTaskStatus.parse(input);
  if (decision != null) return { type: 'decide', taskId, action: decision, text: reason ?? null, by: 'lead' };
  const { depends_on: dependsOn, ...rest } = given;
  const change: Partial<TaskDraft> = Object.fromEntries(
    Object.entries({ ...rest, dependsOn }).filter(([, value]) => value !== null && value !== undefined),
  );
  return { type: 'revise_task', taskId, change, status: status ?? null, reason: reason ?? null, offered };
}

/** What the lead's call does to the board; null for what only looks, or is not the lead's. */
function ofLead(name: string, input: Input, actorId: string, offered: Offered): DailyInput | null {
  switch (name) {
    case 'create_task':
      return { type: 'create_tasks', drafts: [draftOf(GivenTask.parse(input))], offered };
    case 'generate_tasks':
      return { type: 'create_tasks', drafts: GenerateTasks.parse(input).tasks.map(draftOf), offered };
    case 'update_task_status':
      return revision(input, offered);
    case 'spawn_subagent': {
      const { task_id: taskId, capabilities_needed: tools, brief } = SpawnSubagent.parse(input);
      return { type: 'spawn', taskId, tools, brief: brief ?? null, offered };
    }
    case 'update_main_state':
      return { type: 'remember', actorId, ...UpdateMainState.parse(input) };
    case 'send_status_update':
      return { type: 'next_steps', text: SendStatusUpdate.parse(input).content };
    default:
      return null;
  }
}

const fileIds = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/gi;

/** Ids of the files that a report of a task names as its evidence. */
export function namedFiles(name: string, input: Input): string[] {
  if (name !== 'complete_task') return [];
  const { evidence } = CompleteTask.parse(input);
  const named = evidence.filter(({ type }) => type === 'artifact');
  return [...new Set(named.flatMap(({ text }) => text.toLowerCase().match(fileIds) ?? []))];
}

/** A file is looked for where files are, everything else in what happened. */
function completion(input: Input, actorId: string, { files, shown }: Seen): DailyInput {
  const { result, evidence } = CompleteTask.parse(input);
  const judged = evidence.map((each): Evidence => {
    const ids = each.type === 'artifact' ? (each.text.toLowerCase().match(fileIds) ?? []) : [];
    if (ids.length > 0) return ids.every((id) => files.has(id)) ? each : { ...each, unknown: true };
    return shown === null || shown.has(each.text) ? each : { ...each, unshown: true };
  });
  return { type: 'complete', actorId, result, evidence: judged };
}

function ofAgent(name: string, input: Input, actorId: string, seen: Seen): DailyInput | null {
  switch (name) {
    case 'report_progress':
      return { type: 'progress', actorId, ...ReportProgress.parse(input) };
    case 'complete_task':
      return completion(input, actorId, seen);
    case 'fail_task': {
      const { error, retryable, proposal } = FailTask.parse(input);
      return { type: 'fail', actorId, error, retryable, proposal: proposal ?? null };
    }
    case 'escalate':
      return { type: 'escalate', actorId, ...Escalate.parse(input) };
    case 'write_shared_memory':
      return { type: 'remember', actorId, ...UpdateMainState.parse(input) };
    default:
      return null;
  }
}

/**
 * What was looked up for a report: which of the files that it names are there, and which of its evidence stands in what
 * happened; null where nobody looked.
 */
interface Seen {
  files: ReadonlySet<string>;
  shown: ReadonlySet<string> | null;
}

/** What was looked up for a call; the tools there are, too. */
export interface Known extends Seen {
  offered: Offered;
}

/** Who calls decides what a name means: a sub-agent cannot do what is the lead's. */
export const inputOf = (
  actor: Actor,
  name: string,
  input: Input,
  { offered, ...seen }: Known,
): DailyInput | null =>
  actor.role === 'lead' ? ofLead(name, input, actor.id, offered) : ofAgent(name, input, actor.id, seen);

/** Whether a call has to know what tools there are. */
export const needsOffered = (name: string): boolean =>
  ['create_task', 'generate_tasks', 'update_task_status', 'spawn_subagent'].includes(name);

/** What a look at the board answers; null for a name that is no look. */
export function look(state: RunState, name: string, input: Input, now: number): string | null {
  switch (name) {
    case 'get_current_time':
      return timeWords(state, now);
    case 'read_task_database':
      return boardWords(state);
    case 'read_shared_memory':
      return memoryWords(state);
    case 'list_pending_tasks':
      return boardWords(
        state,
        state.tasks.filter(({ status }) => status === 'pending'),
      );
    case 'query_task_database': {
      const { task_id: id, status, category } = QueryTasks.parse(input);
      const tasks = state.tasks.filter(
        (task) =>
          (id == null || task.id === id) &&
          (status == null || task.status === status) &&
          (category == null || task.category.toLowerCase() === category.toLowerCase()),
      );
      return boardWords(state, tasks);
    }
    default:
      return null;
  }
}
