/** The run ledger: the chain of turns that one trigger set off. */
import * as z from 'zod/mini';
import { Outcome, RunSource, Usage } from './conversation.ts';
import { Event } from './events.ts';
import { Id, Instant } from './ids.ts';
import { RehearsalReport } from './rehearsal.ts';

/** `source` names the schedule and the due time, or the webhook and its deliveries. */
export const RunTrigger = z.object({
  type: z.enum(['message', 'regenerate', 'queue', 'answer', 'schedule', 'webhook', 'board']),
  source: z.optional(RunSource),
});
export type RunTrigger = z.infer<typeof RunTrigger>;

/** `outcome` is that of the last turn that ended; `waiting` while a question is open. */
export const Run = z.object({
  id: Id,
  conversationId: Id,
  trigger: RunTrigger,
  status: z.enum(['running', 'waiting', 'ended']),
  startedAt: Instant,
  endedAt: z.nullable(Instant),
  /** Time at work in all its turns, in milliseconds; waiting for a person is none. */
  workMs: z.number(),
  turns: z.number(),
  /** Calls of the model, and of tools. */
  steps: z.number(),
  tools: z.number(),
  usage: Usage,
  /** US dollars. */
  cost: z.number(),
  outcome: z.nullable(Outcome),
  /** Why, when the outcome is not `completed`. */
  code: z.nullable(z.string()),
  model: z.string(),
  demo: z.boolean(),
});
export type Run = z.infer<typeof Run>;

/**
 * A run with what happened in it, in order; of a rehearsal what it would have done, once it has ended. `more`: it was cut;
 * the rest comes `after` the last of these events.
 */
export const RunTrace = z.object({
  run: Run,
  events: z.array(Event),
  more: z.optional(z.literal(true)),
  rehearsal: z.optional(RehearsalReport),
});
export type RunTrace = z.infer<typeof RunTrace>;
