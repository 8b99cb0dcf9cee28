/** What people send to make, change and try schedules. */
import * as z from 'zod/mini';
import { TimeZone } from './account-requests.ts';
import { Id } from './ids.ts';
import { Label as Name } from './label.ts';
import { Moment } from './moment.ts';
import { Count, Paging } from './route.ts';
import { MissedPolicy, OverlapPolicy } from './schedule.ts';

const Instruction = z.string().check(z.trim(), z.minLength(1), z.maxLength(4_000));

/** Exactly one of these says when. `every` is in seconds. */
const when = {
  cron: z.optional(z.string().check(z.maxLength(200))),
  at: z.optional(z.string().check(z.maxLength(40))),
  every: z.optional(z.number()),
  immediate: z.optional(z.literal(true)),
};

const options = {
  /** Null, or left out, follows the user's own zone. */
  timezone: z.optional(z.nullable(TimeZone)),
  missed: z.optional(MissedPolicy),
  overlap: z.optional(OverlapPolicy),
  whileWaiting: z.optional(z.enum(['hold', 'run'])),
  count: z.optional(z.nullable(z.number().check(z.int(), z.minimum(1), z.maximum(1_000_000)))),
  until: z.optional(z.nullable(Moment)),
};

export const CreateSchedule = z.strictObject({
  id: z.optional(Id),
  name: z.optional(Name),
  instruction: Instruction,
  ...when,
  ...options,
});
export type CreateSchedule = z.infer<typeof CreateSchedule>;

/** What is left out stays. `paused` stops it and lets it go on. */
export const UpdateSchedule = z.strictObject({
  name: z.optional(Name),
  instruction: z.optional(Instruction),
  ...when,
  ...options,
  paused: z.optional(z.boolean()),
});
export type UpdateSchedule = z.infer<typeof UpdateSchedule>;

/** What a schedule would do each time, played once without doing anything that writes. */
export const Rehearse = z.strictObject({ name: z.optional(Name), instruction: Instruction });
export type Rehearse = z.infer<typeof Rehearse>;

/** With the conversation and the instruction it tells what it may cost; with its id of one that is there what is left. */
export const PreviewSchedule = z.strictObject({
  ...when,
  timezone: options.timezone,
  count: options.count,
  until: options.until,
  conversationId: z.optional(Id),
  instruction: z.optional(Instruction),
  scheduleId: z.optional(Id),
});
export type PreviewSchedule = z.infer<typeof PreviewSchedule>;

/** The arguments of a call as a person would change them. */
export const PreviewCall = z.strictObject({ input: z.record(z.string(), z.any()) });

/** With `seq` only the run in which that event of the log is: what a notification tells of. */
export const ListRuns = z.strictObject({
  ...Paging.shape,
  seq: z.optional(Count(Number.MAX_SAFE_INTEGER)),
});

/** Days that a calendar shows at once. */
const WINDOW_DAYS = 31;
/** Clocks are set back within it. */
const WINDOW_MS = (WINDOW_DAYS * 24 + 3) * 60 * 60_000;

/** With `from` or `to` only receipts that touch a time from there to before there: how to look at one day. */
export const ListOccurrences = z.strictObject({
  ...Paging.shape,
  from: z.optional(Moment),
  to: z.optional(Moment),
});

/** From `from` to before `to`. */
export const CalendarWindow = z.strictObject({ from: Moment, to: Moment }).check(
  z.refine(({ from, to }) => Date.parse(to) > Date.parse(from), {
    path: ['to'],
    error: 'must be after from',
  }),
  z.refine(({ from, to }) => Date.parse(to) - Date.parse(from) <= WINDOW_MS, {
    path: ['to'],
    error: `must be within ${WINDOW_DAYS} days of from`,
  }),
);
export type CalendarWindow = z.infer<typeof CalendarWindow>;
