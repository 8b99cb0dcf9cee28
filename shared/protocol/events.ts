/**
 * The event log of one conversation as clients see it: append-only, numbered by `seq` from 1 without gaps.
 * WebSocket, SSE and JSON carry the same events; deltas are transient and only go over the first two.
 */
import * as z from 'zod/mini';
import {
  CallIntent,
  CallOutcome,
  ContentBlock,
  Origin,
  Outcome,
  RunSource,
  Status,
  Usage,
  WaitingFor,
} from './conversation.ts';
import { FileRef } from './file.ts';
import { Id, Instant } from './ids.ts';
import { Question, QuestionEnd } from './question.ts';
import { LeftOut } from './rehearsal.ts';

const head = { seq: z.number(), at: Instant };

export const Event = z.discriminatedUnion('type', [
  z.object({
    ...head,
    type: z.literal('message_added'),
    messageId: Id,
    origin: Origin,
    content: z.array(ContentBlock),
    /** A turn was running: the message waits for the next one. */
    queued: z.boolean(),
    source: z.optional(RunSource),
  }),
  z.object({ ...head, type: z.literal('message_edited'), messageId: Id, content: z.array(ContentBlock) }),
  z.object({ ...head, type: z.literal('message_dropped'), messageId: Id }),
  z.object({
    ...head,
    type: z.literal('turn_started'),
    turnId: Id,
    runId: Id,
    /** `answer`: a question of this run was decided. */
    trigger: z.enum(['message', 'regenerate', 'queue', 'answer', 'schedule', 'webhook', 'board']),
    /** The queued messages that this turn takes in, in order. */
    messageIds: z.array(Id),
    /** The turn whose reply this one writes again: its reply is no longer part of the conversation. */
    replaces: z.nullable(Id),
    model: z.string(),
    demo: z.boolean(),
    source: z.optional(RunSource),
  }),
  /** Words of the board of a daily run, which waited: the running turn takes them in between two of its steps. */
  z.object({ ...head, type: z.literal('messages_taken'), turnId: Id, messageIds: z.array(Id) }),
  z.object({
    ...head,
    type: z.literal('turn_retrying'),
    turnId: Id,
    attempt: z.number(),
    /** Why: an error code of the model's side, or `interrupted` when our own process was lost. */
    code: z.string(),
    retryAt: Instant,
  }),
  z.object({
    ...head,
    type: z.literal('step_done'),
    turnId: Id,
    attempt: z.number(),
    step: z.number(),
    content: z.array(ContentBlock),
    stopReason: z.string(),
    usage: Usage,
    model: z.string(),
    /** The last event that the model had seen; what came in while it spoke is told to it after its words. */
    shownSeq: z.optional(z.number()),
  }),
  /** Before a call is made, in the same commit that decides it: after a crash this says that it may have happened. */
  z.object({
    ...head,
    type: z.literal('tool_intended'),
    turnId: Id,
    toolUseId: z.string(),
    name: z.string(),
    input: z.record(z.string(), z.any()),
    intent: CallIntent,
  }),
  z.object({
    ...head,
    type: z.literal('tool_ended'),
    turnId: Id,
    toolUseId: z.string(),
    name: z.string(),
    isError: z.boolean(),
    text: z.string(),
    outcome: z.optional(CallOutcome),
    durationMs: z.optional(z.number()),
    outside: z.optional(z.boolean()),
    files: z.optional(z.array(FileRef)),
    full: z.optional(FileRef),
    /** A rehearsal left this call out. */
    rehearsed: z.optional(LeftOut),
  }),
  z.object({ ...head, type: z.literal('question_asked'), turnId: Id, question: Question }),
  z.object({ ...head, type: z.literal('question_reminded'), questionId: Id }),
  z.object({ ...head, type: z.literal('question_closed'), questionId: Id, end: QuestionEnd }),
  z.object({
    ...head,
    type: z.literal('turn_ended'),
    turnId: Id,
    outcome: Outcome,
    /** Why, when the outcome is not `completed`: `max_tokens`, `refusal`, `overloaded` ... */
    code: z.nullable(z.string()),
    usage: Usage,
    durationMs: z.number(),
    /** How its run fares, where that is something else: the turn said its last word and the run is not done. */
    run: z.optional(z.object({ outcome: Outcome, code: z.nullable(z.string()) })),
  }),
  /** A run that waited for an answer is over, and none of its turns goes on. `turnId` is its last one. */
  z.object({
    ...head,
    type: z.literal('run_ended'),
    runId: Id,
    turnId: Id,
    outcome: Outcome,
    code: z.nullable(z.string()),
  }),
  /** The model no longer sees what came up to `throughSeq`, but this summary of it. Nothing is gone from the log. */
  z.object({
    ...head,
    type: z.literal('context_compacted'),
    throughSeq: z.number(),
    summary: z.string(),
    usage: Usage,
  }),
  z.object({
    ...head,
    type: z.literal('schedule_changed'),
    scheduleId: Id,
    name: z.string(),
    /** `missed`: due times that nobody kept, `count` of them. */
    change: z.enum(['created', 'changed', 'paused', 'resumed', 'ended', 'removed', 'missed']),
    by: z.enum(['user', 'assistant', 'system']),
    /** Why it is paused, or was missed. */
    reason: z.optional(z.string()),
    count: z.optional(z.number()),
  }),
  z.object({
    ...head,
    type: z.literal('webhook_changed'),
    webhookId: Id,
    name: z.string(),
    change: z.enum(['created', 'changed', 'paused', 'resumed', 'removed']),
    by: z.enum(['user', 'assistant', 'system']),
    /** Why it is paused. */
    reason: z.optional(z.string()),
  }),
  /** The carry-forward note; an empty one is none. */
  z.object({
    ...head,
    type: z.literal('note_changed'),
    text: z.string(),
    by: z.enum(['user', 'assistant']),
  }),
  z.object({ ...head, type: z.literal('title_changed'), title: z.string(), by: z.enum(['user', 'model']) }),
  z.object({
    ...head,
    type: z.literal('status_changed'),
    status: Status,
    waitingFor: z.nullable(WaitingFor),
    by: z.enum(['user', 'assistant', 'system']),
  }),
]);
export type Event = z.infer<typeof Event>;
export type EventType = Event['type'];

/**
 * A piece of text still being written. `seq` is that of the event after which it stands, `attempt` counts the
 * model calls of the turn: a higher attempt discards what an earlier one had written. `offset` is the position
 * of `text` in the text so far, in UTF-16 units, so that a gap or a repeat can be seen; a joiner gets the whole
 * text so far as one delta with offset 0.
 */
export const Delta = z.object({
  seq: z.number(),
  attempt: z.number(),
  offset: z.number(),
  text: z.string(),
  kind: z.enum(['text', 'thinking']),
});
export type Delta = z.infer<typeof Delta>;

/** How far a running tool call is; transient like text. */
export const Progress = z.object({
  toolUseId: z.string(),
  progress: z.number(),
  total: z.nullable(z.number()),
  message: z.nullable(z.string()),
});
export type Progress = z.infer<typeof Progress>;

/** A frame of the WebSocket or the `data:` of a server-sent event. */
export const Frame = z.union([
  z.object({ event: Event }),
  z.object({ delta: Delta }),
  z.object({ progress: Progress }),
  /** All stored events have been sent; what follows is live. */
  z.object({ live: z.object({ lastSeq: z.number() }) }),
  /** The conversation was deleted; the socket closes. */
  z.object({ deleted: z.literal(true) }),
]);
export type Frame = z.infer<typeof Frame>;

/** `more`: the page was cut; go on after `lastSeq`. */
export const EventPage = z.object({ events: z.array(Event), lastSeq: z.number(), more: z.boolean() });
export type EventPage = z.infer<typeof EventPage>;
