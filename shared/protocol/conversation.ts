/** Conversations and messages as they travel. */
import * as z from 'zod/mini';
import { FileRef } from './file.ts';
import { Id, Instant } from './ids.ts';
import { Question, Risk, ToolOrigin } from './question.ts';
import { Pauses, Schedule } from './schedule.ts';

export const Kind = z.enum(['chat', 'daily', 'task']);
export type Kind = z.infer<typeof Kind>;

export const Status = z.enum(['active', 'background', 'waiting_input', 'archived']);
export type Status = z.infer<typeof Status>;

export const WaitingFor = z.enum(['question', 'approval', 'connection', 'budget']);
export type WaitingFor = z.infer<typeof WaitingFor>;

/** How a turn ended. `limit`: cut by a length or step limit, so not completed. */
export const Outcome = z.enum([
  'completed',
  'unverified',
  'waiting',
  'stopped',
  'failed',
  'limit',
  'expired',
]);
export type Outcome = z.infer<typeof Outcome>;

/** Tokens as the Messages API counts them (`inputTokens` excludes cached ones) and their price in US dollars. */
export const Usage = z.object({
  inputTokens: z.number(),
  outputTokens: z.number(),
  cacheReadTokens: z.number(),
  cacheWriteTokens: z.number(),
  cost: z.number(),
});
export type Usage = z.infer<typeof Usage>;

/** How a call ended: `denied` by a person or the policy, `unknown` when nobody can say whether it was carried out. */
export const CallOutcome = z.enum(['ok', 'error', 'denied', 'expired', 'stopped', 'unknown']);
export type CallOutcome = z.infer<typeof CallOutcome>;

/** Who let a call run: the policy for what only looks, the user's setting, a standing rule, or a person's yes. */
export const AllowedBy = z.discriminatedUnion('type', [
  z.object({ type: z.literal('policy') }),
  z.object({ type: z.literal('setting') }),
  z.object({ type: z.literal('rule'), ruleId: Id }),
  z.object({ type: z.literal('approval'), questionId: Id }),
]);
export type AllowedBy = z.infer<typeof AllowedBy>;

/** What the journal notes of a call before it is made. `title` is the tool in words. */
export const CallIntent = z.object({
  callId: Id,
  /** As settings and standing rules name the tool. */
  toolKey: z.string(),
  title: z.string(),
  from: ToolOrigin,
  risk: Risk,
  allowedBy: AllowedBy,
  startedAt: Instant,
});
export type CallIntent = z.infer<typeof CallIntent>;

export const ContentBlock = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('thinking'), text: z.string() }),
  // `any`, not `unknown`: the types of calls between objects refuse what they cannot prove to be data.
  z.object({
    type: z.literal('tool_use'),
    id: z.string(),
    name: z.string(),
    /** The arguments; once the call was begun, those that it was made with. */
    input: z.record(z.string(), z.any()),
    intent: z.optional(CallIntent),
    /** Ran inside the model's own service (web search, code): nothing of ours was called. */
    server: z.optional(z.literal(true)),
  }),
  z.object({
    type: z.literal('tool_result'),
    toolUseId: z.string(),
    isError: z.boolean(),
    text: z.string(),
    outcome: z.optional(CallOutcome),
    durationMs: z.optional(z.number()),
    /** The text came from outside. */
    outside: z.optional(z.boolean()),
    files: z.optional(z.array(FileRef)),
    /** The whole result, where `text` is only its beginning. */
    full: z.optional(FileRef),
  }),
  z.object({ type: z.literal('file'), file: FileRef }),
  /** What arrived at a webhook, or its beginning: text from outside, never the person's words. */
  z.object({
    type: z.literal('delivery'),
    deliveryId: Id,
    receivedAt: Instant,
    contentType: z.nullable(z.string()),
    text: z.string(),
    /** There is more of it than `text`. */
    cut: z.boolean(),
  }),
  /** Where a question was asked; what became of it is in the events. */
  z.object({ type: z.literal('question'), questionId: Id }),
]);
export type ContentBlock = z.infer<typeof ContentBlock>;

/** Who or what put the message there. */
export const Origin = z.enum(['user', 'assistant', 'schedule', 'webhook', 'system']);
export type Origin = z.infer<typeof Origin>;

/** The schedule that something came from, and the due time; or the webhook, and when the first delivery came. */
export const RunSource = z.object({
  id: Id,
  name: z.string(),
  dueAt: Instant,
  /** The other schedules whose due times the run looks after; `askedAs`: the run that who began one by hand was told. */
  together: z.optional(
    z.array(z.object({ id: Id, name: z.string(), dueAt: Instant, askedAs: z.optional(Id) })),
  ),
  /** How many deliveries of a webhook it takes in; the message shows the first of them. */
  deliveries: z.optional(z.number()),
  /** Played once: nothing that writes was done. */
  rehearsal: z.optional(z.literal(true)),
  /** Words of the board of a daily run, whose id it is; `outside`: parts of them came from outside. */
  board: z.optional(z.literal(true)),
  outside: z.optional(z.literal(true)),
});
export type RunSource = z.infer<typeof RunSource>;

/** `seq` is that of the event that last changed the content; a queued message waits for the running turn. */
export const Message = z.object({
  id: Id,
  seq: z.number(),
  role: z.enum(['user', 'assistant']),
  origin: Origin,
  content: z.array(ContentBlock),
  createdAt: Instant,
  turnId: z.nullable(Id),
  queued: z.boolean(),
  /** The schedule or webhook that it came from. */
  source: z.optional(RunSource),
});
export type Message = z.infer<typeof Message>;

/** One line of the list: what the registry of the user's object holds. `rev` orders two versions. */
export const ConversationSummary = z.object({
  id: Id,
  rev: z.number(),
  kind: Kind,
  title: z.nullable(z.string()),
  status: Status,
  waitingFor: z.nullable(WaitingFor),
  /** True while a turn runs or waits for its next attempt. */
  working: z.boolean(),
  /** How the last turn ended, null before the first one did. */
  lastOutcome: z.nullable(Outcome),
  /** One line of the last thing said, at most 140 characters. */
  preview: z.string(),
  unread: z.boolean(),
  /** The open questions, oldest first, long arguments cut: what the inbox shows. */
  questions: z.array(Question),
  nextRunAt: z.nullable(Instant),
  /** It has schedules, and nothing in it works by itself, since all of them are paused. Older servers do not say. */
  paused: z.optional(z.boolean()),
  /** Why, where all of its schedules are paused, also while it waits or is archived. Not said where it is not known. */
  pauses: z.optional(Pauses),
  createdAt: Instant,
  updatedAt: Instant,
});
export type ConversationSummary = z.infer<typeof ConversationSummary>;

export const Conversation = z.object({
  ...ConversationSummary.shape,
  titleBy: z.nullable(z.enum(['user', 'model'])),
  model: z.object({ name: z.string(), demo: z.boolean() }),
  turnId: z.nullable(Id),
  /** The oldest open question, whole. `questions` has all of them. */
  question: z.nullable(Question),
  /** The connections whose tools this conversation has; null for all of the owner's. */
  connections: z.nullable(z.array(Id)),
  schedules: z.array(Schedule),
  usage: Usage,
  lastSeq: z.number(),
});
export type Conversation = z.infer<typeof Conversation>;

export const MessageAccepted = z.object({ messageId: Id, turnId: Id, seq: z.number() });
export type MessageAccepted = z.infer<typeof MessageAccepted>;
