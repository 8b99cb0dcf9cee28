/** The tools of the lead of a daily run, under the names that the requirements give them. The board carries them out. */
import * as z from 'zod/mini';
import { TaskAction } from '#shared/protocol/daily.ts';
import type { BuiltinSpec } from '../builtin.ts';
import { checkWith, type Input, list, object, type Schema, text } from './schema.ts';

const short = (most: number) => z.string().check(z.trim(), z.minLength(1), z.maxLength(most));
const Names = z.array(short(100)).check(z.maxLength(20));
const optional = <Shape extends z.ZodMiniType>(shape: Shape) => z.optional(z.nullable(shape));

export const GivenTask = z.strictObject({
  title: short(200),
  description: short(4_000),
  category: short(40),
  tools: optional(Names),
  depends_on: optional(Names),
  needs: optional(Names),
});

const taskSchema: Readonly<Record<string, Schema>> = {
  title: text('One line, as the person reads it.'),
  description: text(
    'What is to be done, so that it stands alone: the goal, where to look, what counts as done.',
  ),
  category: text('A word such as mail, research, files, health.'),
  tools: list(text('Name'), 'Tools or connections that it needs, by name.'),
  depends_on: list(text('Task id'), 'Tasks that have to be completed first.'),
  needs: list(text('Key'), 'Keys of the shared memory that have to be there first.'),
};
const required = ['title', 'description', 'category'];

export const GenerateTasks = z.strictObject({
  tasks: z.array(GivenTask).check(z.minLength(1), z.maxLength(8)),
});
export const UpdateTaskStatus = z.strictObject({
  task_id: short(100),
  status: optional(z.enum(['pending', 'cancelled'])),
  reason: optional(short(1_000)),
  decision: optional(TaskAction),
  title: optional(short(200)),
  description: optional(short(4_000)),
  category: optional(short(40)),
  tools: optional(Names),
  depends_on: optional(Names),
  needs: optional(Names),
});
export const SpawnSubagent = z.strictObject({
  task_id: short(100),
  capabilities_needed: Names,
  brief: optional(short(4_000)),
});
export const QueryTasks = z.strictObject({
  task_id: optional(short(100)),
  status: optional(short(20)),
  category: optional(short(40)),
});
export const QueryHistory = z.strictObject({
  days: optional(z.number().check(z.int(), z.minimum(1), z.maximum(730))),
  category: optional(short(40)),
  status: optional(short(20)),
});
export const UpdateMainState = z.strictObject({ key: short(100), value: short(10_000) });
export const SendStatusUpdate = z.strictObject({ content: short(4_000) });
export const Nothing = z.object({});

/** A tool of the board. It changes nothing but the board, and its call may be made again: the board knows it by its id. */
export const boardTool = (
  name: string,
  title: string,
  description: string,
  shape: z.ZodMiniType,
  inputSchema: Schema,
  risk: 'read' | 'store' = 'read',
): BuiltinSpec => ({
  name,
  title,
  description,
  inputSchema,
  check: (input: Input) => checkWith(shape, input),
  risk: () => risk,
  repeatable: true,
});

const nothing = object({}, []);

export const historyTool = boardTool(
  'query_history',
  'Look at days before',
  'Tasks of earlier days with what became of them, newest first: use it to see what worked, what failed and why, and what the person liked (thumbs). You cannot change it.',
  QueryHistory,
  object(
    {
      days: { type: 'integer', description: 'How far back; 7 without it.' },
      category: text('Only this category.'),
      status: text('Only completed, failed, in_progress or pending ones; "failed" shows failure patterns.'),
    },
    [],
  ),
);

export const tasksTool = boardTool(
  'query_task_database',
  'Look at the board',
  'The tasks of this run with their status, filtered.',
  QueryTasks,
  object(
    {
      task_id: text('One task.'),
      status: text('Only those of this status.'),
      category: text('Only this category.'),
    },
    [],
  ),
);

export const boardTools: ReadonlyArray<BuiltinSpec> = [
  boardTool(
    'get_current_time',
    'Look at the clock',
    "The date and time now in the person's zone, and how much of the window is left.",
    Nothing,
    nothing,
  ),
  boardTool('read_task_database', 'Look at the board', 'All tasks of this run.', Nothing, nothing),
  boardTool(
    'read_shared_memory',
    'Read the shared memory',
    'What the agents of this run have written down for each other.',
    Nothing,
    nothing,
  ),
];

export const leadTools: ReadonlyArray<BuiltinSpec> = [
  boardTool(
    'create_task',
    'Put a task on the board',
    'Adds one task. It is validated at once: pending, or sent back with the reason.',
    GivenTask,
    object(taskSchema, required),
    'store',
  ),
  boardTool(
    'generate_tasks',
    'Plan the day',
    'Puts the plan on the board: 3 to 8 tasks in one call, each validated at once. A task that is sent back is changed with update_task_status.',
    GenerateTasks,
    object({ tasks: list(object(taskSchema, required), 'The tasks.') }, ['tasks']),
    'store',
  ),
  boardTool(
    'list_pending_tasks',
    'Look at pending tasks',
    'Tasks that wait for a sub-agent.',
    Nothing,
    nothing,
  ),
  historyTool,
  tasksTool,
  boardTool(
    'send_status_update',
    'Write the next steps',
    "Writes the next steps for the report: what should happen next, today or on the next day, in a few lines. The report's numbers are composed by the app. The last call counts.",
    SendStatusUpdate,
    object({ content: text('The next steps.') }, ['content']),
    'store',
  ),
  boardTool(
    'spawn_subagent',
    'Start a sub-agent',
    'Gives a pending task to a new sub-agent, with the tools it needs and no others. What writes or sends will ask the person by itself.',
    SpawnSubagent,
    object(
      {
        task_id: text('The task.'),
        capabilities_needed: list(text('Name'), 'Names of tools or connections, the fewest that do.'),
        brief: text('What the sub-agent should know beside the description.'),
      },
      ['task_id', 'capabilities_needed'],
    ),
    'store',
  ),
  boardTool(
    'update_main_state',
    'Write to the shared memory',
    'Writes a value into the shared memory of this run, in place of what the key had.',
    UpdateMainState,
    object({ key: text('A short name.'), value: text('The value.') }, ['key', 'value']),
    'store',
  ),
  boardTool(
    'update_task_status',
    'Change a task',
    'Changes a task that nobody has begun: cancels it, or revises one that was sent back, which is then validated again. Or decides about a task that was escalated, with a decision.',
    UpdateTaskStatus,
    object(
      {
        task_id: text('The task.'),
        status: { type: 'string', enum: ['pending', 'cancelled'], description: 'Where it goes.' },
        reason: text(
          'Why it is cancelled; or what goes with the decision: how to go about it, or why it is dropped.',
        ),
        decision: {
          type: 'string',
          enum: ['retry', 'reassign', 'change_approach', 'drop'],
          description:
            'Only for an escalated task: its agent tries again, another agent does, its agent tries another way, or nobody does it.',
        },
        ...taskSchema,
      },
      ['task_id'],
    ),
    'store',
  ),
];
