/** Where reports go besides the app: Slack, mail. */
import * as z from 'zod/mini';
import { Id, Instant } from './ids.ts';

const Name = z.string().check(z.trim(), z.minLength(1), z.maxLength(60));

export const Channel = z.object({
  id: Id,
  kind: z.enum(['slack', 'email']),
  name: z.string(),
  /** The address, or the end of the secret one. */
  hint: z.string(),
  enabled: z.boolean(),
  /** Why it switched itself off, in a sentence. */
  problem: z.nullable(z.string()),
  createdAt: Instant,
});
export type Channel = z.infer<typeof Channel>;

/** The address of a Slack incoming webhook is a secret: it is shown to nobody again. Mail goes to the account's own address. */
export const CreateChannel = z.discriminatedUnion('kind', [
  z.strictObject({
    id: z.optional(Id),
    kind: z.literal('slack'),
    url: z.string().check(z.trim(), z.maxLength(500)),
    name: z.optional(Name),
  }),
  z.strictObject({ id: z.optional(Id), kind: z.literal('email'), name: z.optional(Name) }),
]);
export type CreateChannel = z.infer<typeof CreateChannel>;

export const UpdateChannel = z.strictObject({ name: z.optional(Name), enabled: z.optional(z.boolean()) });
export type UpdateChannel = z.infer<typeof UpdateChannel>;

/** `unknown`: nobody can say whether it arrived, so it is not sent again by itself. */
export const SentStatus = z.enum(['waiting', 'sent', 'failed', 'unknown']);
export type SentStatus = z.infer<typeof SentStatus>;

export const Sent = z.object({
  id: Id,
  title: z.string(),
  status: SentStatus,
  /** Why it was not sent, or not yet. */
  reason: z.nullable(z.string()),
  attempts: z.number(),
  createdAt: Instant,
  sentAt: z.nullable(Instant),
});
export type Sent = z.infer<typeof Sent>;
