/** What a conversation asks a person: a question of Claude's, or the yes to one exact tool call. */
import * as z from 'zod/mini';
import { Id, Instant } from './ids.ts';
import { ChangePreview, SchedulePreview } from './schedule.ts';

/**
 * What a tool call can do, from harmless to grave: look (`read`), keep something for this user alone (`store`), change
 * something (`write`), bring something to others (`send`), destroy (`destroy`).
 */
export const Risk = z.enum(['read', 'store', 'write', 'send', 'destroy']);
export type Risk = z.infer<typeof Risk>;

/** The connection a tool belongs to; null where it is built in. */
export const ToolOrigin = z.nullable(z.object({ connectionId: Id, name: z.string() }));
export type ToolOrigin = z.infer<typeof ToolOrigin>;

export const QuestionField = z.object({
  id: z.string(),
  kind: z.enum(['confirmation', 'choice', 'text']),
  /** The question itself. */
  label: z.string(),
  /** For `choice`. A person may always answer in their own words instead. */
  options: z.array(z.object({ label: z.string(), description: z.nullable(z.string()) })),
  multiple: z.boolean(),
});
export type QuestionField = z.infer<typeof QuestionField>;

/** The exact call that a yes would let run, and what there is to know before one gives it. */
export const Approval = z.object({
  /** The id that the call will have. */
  callId: Id,
  /** As settings and standing rules name the tool. */
  toolKey: z.string(),
  /** The tool's name as the model knows it, and in words. */
  name: z.string(),
  title: z.string(),
  from: ToolOrigin,
  risk: Risk,
  // `any`, not `unknown`: the types of calls between objects refuse what they cannot prove to be data.
  input: z.record(z.string(), z.any()),
  /** SHA-256 of tool, definition and arguments: what is approved is this and nothing else. */
  hash: z.string(),
  /** Why it asks: `writes`, `tainted`, `setting`, `unreviewed`, `unknown_before`, `rule_spent`. */
  reason: z.string(),
  /** What the model read from outside before it asked for this. */
  outside: z.array(z.object({ name: z.string(), at: Instant })),
  /** The arguments of the call to the same tool that was proposed before this one, if it was not carried out. */
  previous: z.nullable(z.record(z.string(), z.any())),
  /** The arguments may be changed before the yes. */
  editable: z.boolean(),
  /** When the schedule would run that the call sets up. */
  schedule: z.optional(SchedulePreview),
  /** The schedule that the call changes or stops, and what becomes of it. */
  change: z.optional(ChangePreview),
});
export type Approval = z.infer<typeof Approval>;

export const QuestionKind = z.enum(['confirmation', 'choice', 'text', 'form', 'approval']);
export type QuestionKind = z.infer<typeof QuestionKind>;

/**
 * One open question. `fields` is empty for an approval; a `form` has two to four. `from` is set where a tool's server
 * asks in the middle of a call, and not Claude.
 */
export const Question = z.object({
  id: Id,
  turnId: Id,
  runId: Id,
  /** The tool call that waits for this. */
  toolUseId: z.string(),
  kind: QuestionKind,
  title: z.string(),
  fields: z.array(QuestionField),
  approval: z.nullable(Approval),
  from: ToolOrigin,
  /** Where a server sends the person to answer, instead of a form. */
  url: z.nullable(z.string()),
  askedAt: Instant,
  expiresAt: Instant,
  remindedAt: z.nullable(Instant),
});
export type Question = z.infer<typeof Question>;

export const QuestionOutcome = z.enum(['answered', 'approved', 'rejected', 'expired', 'withdrawn']);
export type QuestionOutcome = z.infer<typeof QuestionOutcome>;

/** An answer to one field: one or more of the options, or the person's own words. */
export const FieldAnswer = z.union([z.string(), z.boolean(), z.array(z.string())]);
export type FieldAnswer = z.infer<typeof FieldAnswer>;

/** How a question ended. `by` is null where nobody decided: time did, or a stop. */
export const QuestionEnd = z.object({
  outcome: QuestionOutcome,
  by: z.nullable(z.object({ device: z.string(), typed: z.boolean() })),
  reason: z.nullable(z.string()),
  answers: z.nullable(z.record(z.string(), FieldAnswer)),
  /** The arguments that were approved, where the person changed them. */
  input: z.nullable(z.record(z.string(), z.any())),
  /** What these did to a schedule, as it was reckoned when they were approved. */
  change: z.optional(ChangePreview),
  /** The standing rule that was made with the yes. */
  ruleId: z.nullable(Id),
  /** Its bounds, as they were granted: `RuleBounds`. */
  always: z.optional(z.any()),
});
export type QuestionEnd = z.infer<typeof QuestionEnd>;
