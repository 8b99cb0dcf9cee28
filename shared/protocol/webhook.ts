/** Webhooks of a conversation, and what arrived at them. */
import * as z from 'zod/mini';
import { Id, Instant } from './ids.ts';
import { PauseReason } from './schedule.ts';

/** How a delivery proves where it comes from; `url` by an address that nobody can guess. */
export const WebhookScheme = z.enum(['standard', 'github', 'slack', 'stripe', 'url']);
export type WebhookScheme = z.infer<typeof WebhookScheme>;

/** While the conversation is at work: each delivery gets its own run, all that wait share one, or they are let go. */
export const WhileBusy = z.enum(['queue', 'merge', 'ignore']);
export type WhileBusy = z.infer<typeof WhileBusy>;

/**
 * One condition on a delivery. `path` names a field of the JSON (or form) body by dots, as `issue.labels.0.name`; an
 * empty path is the whole body as text.
 */
export const WebhookCondition = z.strictObject({
  path: z.string().check(z.maxLength(200)),
  is: z.enum(['equals', 'not_equals', 'contains', 'exists', 'one_of']),
  /** What it is compared with; a list for `one_of`, nothing for `exists`. */
  value: z.optional(
    z.union([
      z.string().check(z.maxLength(500)),
      z.number(),
      z.boolean(),
      z.null(),
      z.array(z.union([z.string().check(z.maxLength(500)), z.number(), z.boolean()])).check(z.maxLength(50)),
    ]),
  ),
});
export type WebhookCondition = z.infer<typeof WebhookCondition>;

/** All of them must hold. */
export const WebhookFilter = z.array(WebhookCondition).check(z.maxLength(20));
export type WebhookFilter = z.infer<typeof WebhookFilter>;

export const Webhook = z.object({
  id: Id,
  conversationId: Id,
  name: z.string(),
  scheme: WebhookScheme,
  /** Where to send to. For `url` the secret part stands behind it, which is shown once. */
  url: z.string(),
  /** What is to be done with a delivery, in the user's words. */
  instruction: z.string(),
  whileBusy: WhileBusy,
  filter: z.nullable(WebhookFilter),
  status: z.enum(['live', 'paused']),
  paused: z.nullable(PauseReason),
  /** Nobody has been shown the secret yet: it can be asked for, once. */
  secretPending: z.boolean(),
  /** After a rotation: until when the secret before this one is good too. */
  previousUntil: z.nullable(Instant),
  deliveries: z.number(),
  /** Deliveries that wait for their run. */
  waiting: z.number(),
  /**
   * Runs that it starts in an hour at most, and how many of the last hour are used: the more, the further apart they keep;
   * and until when that holds back what waits.
   */
  runsPerHour: z.optional(z.number()),
  runsUsed: z.optional(z.number()),
  heldUntil: z.optional(z.nullable(Instant)),
  lastDeliveryAt: z.nullable(Instant),
  /** Deliveries whose signature did not hold, and when the last of them came. */
  refused: z.number(),
  refusedAt: z.nullable(Instant),
  /** Runs in a row that failed or were cut off at a limit. */
  failures: z.number(),
  createdAt: Instant,
});
export type Webhook = z.infer<typeof Webhook>;

/** `paused` and `ignored`: kept, but nothing was started; a replay does. */
export const DeliveryStatus = z.enum(['waiting', 'accepted', 'filtered', 'ignored', 'paused']);
export type DeliveryStatus = z.infer<typeof DeliveryStatus>;

/**
 * Why a delivery waits: its webhook is `paused`; a question is open (`waiting_for_you`); a run that failed is
 * `tried_again` before it; the run before it was cut off at a limit (`backing_off`); the runs of an hour keep apart
 * (`runs_keep_apart`); or the conversation is `at_work`.
 */
export const WaitReason = z.enum([
  'paused',
  'waiting_for_you',
  'tried_again',
  'backing_off',
  'runs_keep_apart',
  'at_work',
]);
export type WaitReason = z.infer<typeof WaitReason>;

export const Delivery = z.object({
  id: Id,
  webhookId: Id,
  receivedAt: Instant,
  status: DeliveryStatus,
  /** Why it waits, and until when where it comes next and that is known; null when nothing is in the way. */
  waits: z.optional(z.nullable(z.object({ reason: WaitReason, until: z.nullable(Instant) }))),
  runId: z.nullable(Id),
  /** Bytes of the body. */
  size: z.number(),
  contentType: z.nullable(z.string()),
  /** The beginning of the body, or that it is no longer kept. */
  preview: z.string(),
  /** Sent from the app to try it. */
  test: z.boolean(),
  /** The delivery that this one repeats. */
  replayOf: z.nullable(Id),
  /** Whether the body is still kept, so that it can be read and replayed. */
  kept: z.boolean(),
});
export type Delivery = z.infer<typeof Delivery>;

/** A delivery with its body as text, and the headers that say something. */
export const DeliveryDetail = z.object({
  ...Delivery.shape,
  headers: z.record(z.string(), z.string()),
  body: z.nullable(z.string()),
});
export type DeliveryDetail = z.infer<typeof DeliveryDetail>;
