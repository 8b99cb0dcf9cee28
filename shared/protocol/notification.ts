/** What happened while nobody looked: a list with what was read of it, and how much of it may interrupt. */
import * as z from 'zod/mini';
import { Id, Instant } from './ids.ts';

/**
 * `question`: it waits for the person. `result`: a run of its own is done; with the code `outcome_unknown` nobody can say
 * whether all of it was. `failure`: it failed, was cut off at a limit, or nobody answered in time, as the code says.
 * `paused`: a schedule or webhook stopped itself, or Claude stopped (`assistant`) or ended it (`removed`) in a run of its own,
 * or archived the whole conversation there (`archived`), without a `source`.
 * `missed`: due times that nobody kept.
 */
export const NotificationKind = z.enum(['question', 'result', 'failure', 'paused', 'missed']);
export type NotificationKind = z.infer<typeof NotificationKind>;

export const Notification = z.object({
  id: z.string(),
  kind: NotificationKind,
  conversationId: Id,
  /** What the conversation was called then. */
  title: z.nullable(z.string()),
  /** The schedule or webhook, where it was one. */
  source: z.nullable(z.string()),
  /** One line of what it is about. */
  text: z.string(),
  /** Why, as a stable code. */
  code: z.nullable(z.string()),
  /** The page of the app that it leads to; null: its conversation. */
  path: z.nullable(z.string()),
  at: Instant,
  readAt: z.nullable(Instant),
  /** It may interrupt: by the person's wishes, at the hour at which it came. */
  loud: z.boolean(),
});
export type Notification = z.infer<typeof Notification>;

const Hour = z.string().check(z.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day as 22:00'));

export const NotificationSettings = z.strictObject({
  /** What may interrupt: everything, or only what needs the person. */
  only: z.enum(['all', 'needs_me']),
  /** Nothing interrupts between these times of the person's own day; null for none. */
  quiet: z.nullable(z.strictObject({ from: Hour, until: Hour })),
});
export type NotificationSettings = z.infer<typeof NotificationSettings>;

/** Some by their ids, or all there are. */
export const ReadNotifications = z.strictObject({
  ids: z.optional(z.array(z.string().check(z.maxLength(100))).check(z.maxLength(200))),
  all: z.optional(z.literal(true)),
});
export type ReadNotifications = z.infer<typeof ReadNotifications>;
