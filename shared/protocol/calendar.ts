/** The calendar of a person: what became of the due times of all their conversations, and which ones come. */
import * as z from 'zod/mini';
import { Outcome } from './conversation.ts';
import { Id, Instant } from './ids.ts';

/** `due`: it comes; `again`: a failed run is tried again then; the others as receipts have them. */
export const CalendarStatus = z.enum([
  'due',
  'again',
  'ran',
  'late',
  'skipped',
  'missed',
  'blocked',
  'failed',
]);
export type CalendarStatus = z.infer<typeof CalendarStatus>;

/** A due time, or several of a day that fared alike: from `at` to `lastAt`, `count` of them. */
export const CalendarItem = z.object({
  at: Instant,
  lastAt: Instant,
  count: z.number(),
  status: CalendarStatus,
  /** Why, as in a receipt; null for what comes. */
  reason: z.nullable(z.string()),
  /** Its run, where it is one alone. */
  run: z.nullable(
    z.object({
      id: Id,
      status: z.enum(['running', 'waiting', 'ended']),
      outcome: z.nullable(Outcome),
      code: z.nullable(z.string()),
    }),
  ),
});
export type CalendarItem = z.infer<typeof CalendarItem>;

/** A schedule or a webhook with what of it falls into the window, oldest first. */
export const CalendarLine = z.object({
  kind: z.enum(['schedule', 'webhook']),
  /** Of the schedule or webhook. */
  id: Id,
  conversationId: Id,
  title: z.nullable(z.string()),
  /** Null when it was deleted and nothing tells its name any more. */
  name: z.nullable(z.string()),
  /** Its rule in words; null for webhooks, and for what was deleted. */
  words: z.nullable(z.string()),
  items: z.array(CalendarItem),
  /** There is more of it than was looked for. */
  cut: z.boolean(),
});
export type CalendarLine = z.infer<typeof CalendarLine>;

/** `notAsked`: conversations that could not be looked at, or were too many. */
export const Calendar = z.object({
  from: Instant,
  to: Instant,
  items: z.array(CalendarLine),
  notAsked: z.number(),
});
export type Calendar = z.infer<typeof Calendar>;
