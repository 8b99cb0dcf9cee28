/** The tools of a sub-agent of a daily run: reporting, and the board it may look at. */
import * as z from 'zod/mini';
import type { BuiltinSpec } from '../builtin.ts';
import { boardTool, boardTools, historyTool, leadTools, tasksTool, UpdateMainState } from './daily-lead.ts';
import { list, object, text } from './schema.ts';

const words = (most: number) => z.string().check(z.trim(), z.minLength(1), z.maxLength(most));

const GivenProposal = z.strictObject({
  action: z.enum(['reassign', 'change_approach', 'drop']),
  text: words(1_000),
});
export const ReportProgress = z.strictObject({
  percent: z.number().check(z.minimum(0), z.maximum(99)),
  text: words(300),
});
export const CompleteTask = z.strictObject({
  result: words(20_000),
  evidence: z
    .array(z.strictObject({ type: z.enum(['artifact', 'id', 'link']), text: words(500) }))
    .check(z.maxLength(20)),
});
export const FailTask = z.strictObject({
  error: words(1_000),
  retryable: z.boolean(),
  proposal: z.optional(z.nullable(GivenProposal)),
});
export const Escalate = z.strictObject({ reason: words(1_000), proposal: GivenProposal });

const proposal = object(
  {
    action: {
      type: 'string',
      enum: ['reassign', 'change_approach', 'drop'],
      description: 'What should become of the task.',
    },
    text: text('How, in a sentence or two.'),
  },
  ['action', 'text'],
);

const reporting: ReadonlyArray<BuiltinSpec> = [
  boardTool(
    'complete_task',
    'Report the task as done',
    'Your task is done. Evidence is what shows it, exactly as a tool gave it to you: a file id (artifact), an id in another system (id), an address (link). The app looks for it in the answers of tools that reach outside; a word that could stand anywhere, and what is not found there, counts as unverified, and the report says so.',
    CompleteTask,
    object(
      {
        result: text('What came out, in a few lines.'),
        evidence: list(
          object(
            {
              type: { type: 'string', enum: ['artifact', 'id', 'link'], description: 'What it is.' },
              text: text('The id, address or file.'),
            },
            ['type', 'text'],
          ),
          'What shows it; empty when there is nothing.',
        ),
      },
      ['result', 'evidence'],
    ),
    'store',
  ),
  boardTool(
    'escalate',
    'Ask for a decision about the task',
    'You cannot go on without a person: say why, and what you propose. The run goes on meanwhile.',
    Escalate,
    object({ reason: text('Why.'), proposal }, ['reason', 'proposal']),
    'store',
  ),
  boardTool(
    'fail_task',
    'Report a failed try',
    'This try has failed. retryable: another try could work (a network error, a timeout); not when the task itself is wrong or something of the person is missing.',
    FailTask,
    object(
      {
        error: text('What went wrong.'),
        retryable: { type: 'boolean', description: 'Whether another try could work.' },
        proposal,
      },
      ['error', 'retryable'],
    ),
    'store',
  ),
  boardTool(
    'report_progress',
    'Report progress',
    'How far you are, whenever that has changed much.',
    ReportProgress,
    object(
      {
        percent: { type: 'integer', description: '0 to 99.' },
        text: text('One sentence on what you are at.'),
      },
      ['percent', 'text'],
    ),
    'store',
  ),
  boardTool(
    'write_shared_memory',
    'Write to the shared memory',
    'Writes a value that other agents of this run may need, in place of what the key had.',
    UpdateMainState,
    object({ key: text('A short name.'), value: text('The value.') }, ['key', 'value']),
    'store',
  ),
];

export const agentTools: ReadonlyArray<BuiltinSpec> = [...reporting, historyTool, tasksTool];

const boardNames: ReadonlySet<string> = new Set(
  [...boardTools, ...leadTools, ...agentTools].map(({ name }) => name),
);

/** Whether a tool of this name is carried out by the board, for a conversation that belongs to a run. */
export const isBoardTool = (name: string): boolean => boardNames.has(name);
