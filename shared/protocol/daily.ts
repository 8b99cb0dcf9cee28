/** The daily run as it travels: settings, the board with its tasks, the report. Times are the user's own unless said. */
import * as z from 'zod/mini';
import { Id, Instant } from './ids.ts';

/** `allow`: a sub-agent may take it up; `approve`: only after the person's yes; `forbid`: it is not planned at all. */
export const CategoryRule = z.strictObject({
  name: z.string().check(z.trim(), z.minLength(1), z.maxLength(40)),
  rule: z.enum(['allow', 'approve', 'forbid']),
  /** What the tasks of it may cost in one run, in US dollars; null for no limit of its own. */
  costLimit: z.nullable(z.number().check(z.minimum(0), z.maximum(1_000))),
});
export type CategoryRule = z.infer<typeof CategoryRule>;

const Hour = z.string().check(z.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day as 08:00'));

export const DailySettings = z.strictObject({
  /** Whether a run begins by itself. */
  enabled: z.boolean(),
  /** Time of day in the zone. */
  start: Hour,
  /** IANA name; null follows the user's own zone. */
  timezone: z.nullable(z.string().check(z.maxLength(64))),
  /** Days of the week, 0 for Sunday. */
  days: z.array(z.number().check(z.int(), z.minimum(0), z.maximum(6))).check(z.minLength(1), z.maxLength(7)),
  /** In place of `start` and `days`: five fields. At most one run a day, the first. */
  cron: z.nullable(z.string().check(z.maxLength(200))),
  windowMinutes: z.number().check(z.int(), z.minimum(15), z.maximum(220)),
  /** What the person wants of the day, in their words. */
  style: z.string().check(z.maxLength(4_000)),
  categories: z.array(CategoryRule).check(z.maxLength(20)),
  /** What a run may cost, in US dollars; null for no limit. */
  budget: z.nullable(z.number().check(z.minimum(0), z.maximum(1_000))),
  /** Sub-agents at work at the same time. */
  parallel: z.number().check(z.int(), z.minimum(1), z.maximum(8)),
  /** Tokens that one sub-agent may use. */
  tokenBudget: z.number().check(z.int(), z.minimum(10_000), z.maximum(5_000_000)),
  /** The plan waits for the person's nod, and starts without it after so many minutes; null: it does not wait. */
  nodMinutes: z.nullable(z.number().check(z.int(), z.minimum(1), z.maximum(120))),
  /** How long tasks are kept after their day, in days. */
  keepDays: z.number().check(z.int(), z.minimum(1), z.maximum(730)),
});
export type DailySettings = z.infer<typeof DailySettings>;

export const TaskStatus = z.enum(['generated', 'pending', 'in_progress', 'completed', 'failed', 'cancelled']);
export type TaskStatus = z.infer<typeof TaskStatus>;

/** What shows that it was done: a file, an id in another system, an address. */
export const Evidence = z.object({
  type: z.enum(['artifact', 'id', 'link']),
  text: z.string(),
  /** It names a file that is not there. */
  unknown: z.optional(z.boolean()),
  /** It stands in no answer of the sub-agent's tools, and in no call of it that went out. */
  unshown: z.optional(z.boolean()),
});
export type Evidence = z.infer<typeof Evidence>;

/** One try that failed. */
export const Attempt = z.object({ number: z.number(), at: Instant, error: z.string() });
export type Attempt = z.infer<typeof Attempt>;

/** What the agent itself proposes when it cannot go on. */
export const Proposal = z.object({
  action: z.enum(['reassign', 'change_approach', 'drop']),
  text: z.string(),
});
export type Proposal = z.infer<typeof Proposal>;

/** What is decided about an escalation: the same agent tries again, another does, it goes another way, or nobody does it. */
export const TaskAction = z.enum(['retry', 'reassign', 'change_approach', 'drop']);
export type TaskAction = z.infer<typeof TaskAction>;

/** Why a task needs the person: a question or approval in its conversation, its category, or an escalation. */
export const NeedsYou = z.object({
  kind: z.enum(['approval', 'question', 'category', 'escalation']),
  text: z.string(),
});
export type NeedsYou = z.infer<typeof NeedsYou>;

export const DailyTask = z.object({
  id: Id,
  /** As people read it, one line. */
  title: z.string(),
  description: z.string(),
  category: z.string(),
  status: TaskStatus,
  /** Who put it on the board. */
  generatedBy: z.enum(['lead', 'user', 'carried']),
  /** The conversation of the sub-agent. */
  assignedTo: z.nullable(Id),
  /** Who answers for it: the sub-agent's conversation, or the lead's; the person where neither came to be. */
  owner: z.nullable(Id),
  /** Names of tools and connections that it needs. */
  tools: z.array(z.string()),
  /** What the lead wants its sub-agent told beside the description, where that needs the person's yes. */
  brief: z.optional(z.string()),
  /** What was decided when its last sub-agent could not go on: the next one is told. */
  advice: z.optional(z.string()),
  /** Tasks that have to be completed first. */
  dependsOn: z.array(Id),
  /** Keys of the shared memory that have to be there first. Absent from tasks that an earlier release wrote. */
  needs: z.optional(z.array(z.string())),
  createdAt: Instant,
  startTime: z.nullable(Instant),
  endTime: z.nullable(Instant),
  /** At work, in milliseconds of the run's own time. */
  durationMs: z.nullable(z.number()),
  /** Percent and one sentence, as the sub-agent reported last. */
  progress: z.nullable(z.object({ percent: z.number(), text: z.string(), at: Instant })),
  output: z.nullable(z.string()),
  evidence: z.array(Evidence),
  /** It was completed without evidence, with a file that is not there, or with nothing that its work shows. */
  unverified: z.boolean(),
  errorMessage: z.nullable(z.string()),
  /** Tries that failed. */
  attempts: z.array(Attempt),
  retryCount: z.number(),
  retryAt: z.nullable(Instant),
  /** Why it was not started. */
  reason: z.nullable(z.string()),
  needsYou: z.nullable(NeedsYou),
  proposal: z.nullable(Proposal),
  /** It ended after the deadline. */
  late: z.boolean(),
  /** US dollars. */
  cost: z.number(),
  thumb: z.nullable(z.enum(['up', 'down'])),
  /** The task of an earlier day that it carries on. */
  carriedFrom: z.nullable(Id),
});
export type DailyTask = z.infer<typeof DailyTask>;

export const DailyTotals = z.object({
  /** With the unverified ones. */
  completed: z.number(),
  unverified: z.number(),
  inProgress: z.number(),
  failed: z.number(),
  notStarted: z.number(),
  /** The sum of the four; cancelled ones are outside. */
  generated: z.number(),
  needsYou: z.number(),
  cancelled: z.number(),
});
export type DailyTotals = z.infer<typeof DailyTotals>;

export const DailyReport = z.object({
  /** The whole report, in the format of the requirements. */
  text: z.string(),
  totals: DailyTotals,
  /** 0 to 1; null when nothing was generated. */
  completionRate: z.nullable(z.number()),
  averageTaskMs: z.nullable(z.number()),
  /** Of the window, in milliseconds of the run's own time. */
  usedMs: z.number(),
  windowMs: z.number(),
  nextSteps: z.nullable(z.string()),
  sentAt: Instant,
  /** What ended after the deadline: appended, nothing is rewritten. */
  after: z.array(z.string()),
});
export type DailyReport = z.infer<typeof DailyReport>;

export const DailyTrigger = z.enum(['scheduled', 'manual', 'dry']);
export type DailyTrigger = z.infer<typeof DailyTrigger>;

/** `closing`: the deadline has come and what is in flight ends; `reported`: the report is out; `ended`: nothing more comes. */
export const DailyPhase = z.enum(['planning', 'nod', 'working', 'warned', 'closing', 'reported', 'ended']);
export type DailyPhase = z.infer<typeof DailyPhase>;

const summary = {
  id: Id,
  rev: z.number(),
  /** The day in the zone of the run. */
  date: z.string(),
  trigger: DailyTrigger,
  phase: DailyPhase,
  timezone: z.string(),
  /** When it was due, and when it began. */
  startsAt: Instant,
  startedAt: Instant,
  /** The hard stop. */
  endsAt: Instant,
  endedAt: z.nullable(Instant),
  windowMinutes: z.number(),
  /** How many times faster than the clock on the wall it goes. */
  timeScale: z.number(),
  totals: DailyTotals,
  cost: z.number(),
};

/** One line of the list of runs. */
export const DailyRunSummary = z.object(summary);
export type DailyRunSummary = z.infer<typeof DailyRunSummary>;

/** What happened on the board, for its timeline. `text` is a sentence. */
export const BoardEvent = z.object({
  seq: z.number(),
  at: Instant,
  type: z.string(),
  level: z.enum(['info', 'warn', 'error']),
  taskId: z.nullable(Id),
  text: z.string(),
});
export type BoardEvent = z.infer<typeof BoardEvent>;

export const MemoryRow = z.object({
  agentId: Id,
  key: z.string(),
  value: z.string(),
  updatedAt: Instant,
});
export type MemoryRow = z.infer<typeof MemoryRow>;

export const DailyRun = z.object({
  ...summary,
  leadId: z.nullable(Id),
  /** When the warning comes, and the next checkpoint. */
  warnAt: Instant,
  nextCheckpointAt: z.nullable(Instant),
  checkpoints: z.number(),
  /** Until when the plan waits for a nod. */
  nodUntil: z.nullable(Instant),
  budget: z.nullable(z.number()),
  parallel: z.number(),
  /** What stands in the way of the run, in a sentence: the model does not answer, the budget is spent. */
  trouble: z.nullable(z.string()),
  tasks: z.array(DailyTask),
  memory: z.array(MemoryRow),
  events: z.array(BoardEvent),
  report: z.nullable(DailyReport),
});
export type DailyRun = z.infer<typeof DailyRun>;

/** A task of a day that is over. */
export const HistoryTask = z.object({
  runId: Id,
  date: z.string(),
  ...DailyTask.shape,
});
export type HistoryTask = z.infer<typeof HistoryTask>;
