/** Schedules of a conversation, and the receipt of each due time. */
import * as z from 'zod/mini';
import { Id, Instant } from './ids.ts';

/**
 * When: `cron` has five fields; `at` is an instant when it carries an offset and else the local time of the zone; `every`
 * is in seconds from `anchor` on; `immediate` is once, at once.
 */
export const ScheduleRule = z.discriminatedUnion('type', [
  z.object({ type: z.literal('cron'), cron: z.string() }),
  z.object({ type: z.literal('once'), at: z.string() }),
  z.object({ type: z.literal('every'), seconds: z.number(), anchor: Instant }),
  z.object({ type: z.literal('immediate') }),
]);
export type ScheduleRule = z.infer<typeof ScheduleRule>;

/** What happens to due times that nobody could keep: one run if it is not too late, or none. */
export const MissedPolicy = z.enum(['run_late', 'skip']);
export type MissedPolicy = z.infer<typeof MissedPolicy>;

/** What happens while its own run before goes on: one waits and the rest is skipped, or all are. */
export const OverlapPolicy = z.enum(['queue_one', 'skip']);
export type OverlapPolicy = z.infer<typeof OverlapPolicy>;

/** `archived` with its conversation; `failing` after failures in a row; `crashing` when its run killed the process. */
export const PauseReason = z.enum(['user', 'assistant', 'archived', 'failing', 'crashing']);
export type PauseReason = z.infer<typeof PauseReason>;

/** Why schedules stand still: how many of them for which reason. */
export const Pauses = z.array(z.object({ reason: PauseReason, count: z.number() }));
export type Pauses = z.infer<typeof Pauses>;

export const Schedule = z.object({
  id: Id,
  conversationId: Id,
  /** A few words for lists and receipts. */
  name: z.string(),
  rule: ScheduleRule,
  /** The rule in words, as "every weekday at 08:00". */
  words: z.string(),
  /** IANA name; null follows the user's own zone. */
  timezone: z.nullable(z.string()),
  /** What is to be done each time, in the user's words. */
  instruction: z.string(),
  missed: MissedPolicy,
  overlap: OverlapPolicy,
  /** While a question is open: `hold` until it is answered, or `run` all the same. */
  whileWaiting: z.enum(['hold', 'run']),
  /** Ends after so many runs, or at this time. */
  count: z.nullable(z.number()),
  until: z.nullable(Instant),
  status: z.enum(['live', 'paused', 'ended']),
  paused: z.nullable(PauseReason),
  /** The next due time; null when there is none. */
  nextAt: z.nullable(Instant),
  /** A failed run is tried again then. */
  retryAt: z.nullable(Instant),
  lastRunAt: z.nullable(Instant),
  runs: z.number(),
  /** Runs in a row that failed or were cut off at a limit. */
  failures: z.number(),
  createdAt: Instant,
});
export type Schedule = z.infer<typeof Schedule>;

/** What became of a due time. `blocked`: it waits, or waited in vain, for the conversation to be free. */
export const OccurrenceStatus = z.enum(['ran', 'late', 'skipped', 'missed', 'blocked', 'failed']);
export type OccurrenceStatus = z.infer<typeof OccurrenceStatus>;

/** A receipt: of one due time, or of several in a row that fared alike. */
export const Occurrence = z.object({
  scheduleId: Id,
  dueAt: Instant,
  /** The last of them; the same as `dueAt` for one. */
  lastDueAt: Instant,
  count: z.number(),
  status: OccurrenceStatus,
  /** Why, as a stable code: `on_time`, `was_down`, `was_busy`, `waiting_for_you`, `paused` ... */
  reason: z.string(),
  runId: z.nullable(Id),
  /** When it was started, for those that were. */
  startedAt: z.nullable(Instant),
});
export type Occurrence = z.infer<typeof Occurrence>;

/** How long the receipts of a schedule are kept after it was removed. */
export const removedKeptDays = 90;
export const removedKeptMs = removedKeptDays * 24 * 60 * 60_000;

/** A schedule that was removed, or that ended and made room for others, for as long as its receipts are kept. */
export const RemovedSchedule = z.object({
  id: Id,
  name: z.string(),
  /** How it came to its end, when, and by whom it was removed. */
  change: z.enum(['removed', 'ended']),
  at: Instant,
  by: z.enum(['user', 'assistant', 'system']),
  /** Until when its receipts are kept. */
  keptUntil: Instant,
});
export type RemovedSchedule = z.infer<typeof RemovedSchedule>;

/** A tool that the runs will need: `runs` by itself, `asks` each time, is switched `off`, or waits to be reconnected. */
export const NeededTool = z.object({
  name: z.string(),
  title: z.string(),
  connection: z.nullable(z.string()),
  state: z.enum(['runs', 'asks', 'off', 'reconnect']),
});
export type NeededTool = z.infer<typeof NeededTool>;

/** Which runs tell what the next ones will cost: the schedule's own, a rehearsal of it, or others of its conversation. */
export const CostBasis = z.enum(['own_runs', 'rehearsal', 'runs_here']);
export type CostBasis = z.infer<typeof CostBasis>;

/** A rule as words and as its next times, before anything is made of it. */
export const SchedulePreview = z.object({
  words: z.string(),
  timezone: z.string(),
  fires: z.array(Instant),
  /** The last of these times is its last one. */
  ends: z.optional(z.boolean()),
  /**
   * About how often it runs in a month, and what that costs in US dollars; null when that is not known. `inAll`: it ends
   * before, and these are all its runs.
   */
  monthly: z.optional(
    z.object({
      runs: z.number(),
      cost: z.nullable(z.number()),
      by: z.optional(CostBasis),
      /** Nothing ran yet: the cost is guessed, by how much was said in the conversation. */
      guess: z.optional(z.literal(true)),
      inAll: z.optional(z.boolean()),
    }),
  ),
  /** What Claude says that it will need, checked against the tools of the conversation. */
  tools: z.optional(z.array(NeededTool)),
});
export type SchedulePreview = z.infer<typeof SchedulePreview>;

/** What a call does to a schedule that is there, as it stood when the question was asked. */
export const ChangePreview = z.object({
  /** Their `timezone` is the one that it goes by, also where that is the user's own. */
  before: Schedule,
  /** The same where the call pauses or stops it. */
  after: Schedule,
  /** Its next times after a change; none while it is paused. */
  fires: z.array(Instant),
});
export type ChangePreview = z.infer<typeof ChangePreview>;
