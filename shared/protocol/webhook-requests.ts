/** What people send to make, change and try webhooks. */
import * as z from 'zod/mini';
import { Id } from './ids.ts';
import { Label as Name } from './label.ts';
import { type WebhookCondition, WebhookFilter, WebhookScheme, WhileBusy } from './webhook.ts';

const Instruction = z.string().check(z.trim(), z.minLength(1), z.maxLength(4_000));
/** A secret that the other side made: Slack's signing secret, that of a Stripe endpoint. For other schemes we make it. */
const Secret = z.string().check(z.trim(), z.minLength(16), z.maxLength(200));

/** A condition that can hold: one that cannot would keep every delivery and start nothing, and nobody would see why. */
function canHold({ is, value }: WebhookCondition): boolean {
  if (is === 'exists') return true;
  if (is === 'one_of') return Array.isArray(value) && value.length > 0;
  return value !== undefined && !Array.isArray(value);
}

const Filter = WebhookFilter.check(
  z.refine((filter) => filter.every(canHold), {
    error:
      'each condition needs a value to compare with: a list for one_of, none for exists, else a single one',
  }),
);

export const CreateWebhook = z.strictObject({
  id: z.optional(Id),
  name: Name,
  scheme: WebhookScheme,
  instruction: z.optional(Instruction),
  whileBusy: z.optional(WhileBusy),
  filter: z.optional(z.nullable(Filter)),
  secret: z.optional(Secret),
});
export type CreateWebhook = z.infer<typeof CreateWebhook>;

/** What is left out stays. */
export const UpdateWebhook = z.strictObject({
  name: z.optional(Name),
  instruction: z.optional(Instruction),
  whileBusy: z.optional(WhileBusy),
  filter: z.optional(z.nullable(Filter)),
  paused: z.optional(z.boolean()),
});
export type UpdateWebhook = z.infer<typeof UpdateWebhook>;

export const RotateWebhook = z.strictObject({
  secret: z.optional(Secret),
  /** The old secret is good for a day more; `false` ends it at once. */
  overlap: z.optional(z.boolean()),
});
export type RotateWebhook = z.infer<typeof RotateWebhook>;
