/** What a user's open pages hear about all their conversations, so that the list is live. */
import * as z from 'zod/mini';
import { ConversationSummary } from './conversation.ts';
import { Id } from './ids.ts';
import { Notification } from './notification.ts';

/** Which run has changed, and how far it is; the rest is asked for where it is shown. */
export const DailyRunNews = z.object({ id: Id, rev: z.number(), phase: z.string() });
export type DailyRunNews = z.infer<typeof DailyRunNews>;

/** A summary replaces an older one (by `rev`). After `live` comes news; what is older is in the list. */
export const UserFrame = z.union([
  z.object({ conversation: ConversationSummary }),
  z.object({ removed: z.object({ id: Id }) }),
  z.object({ notification: Notification, unread: z.number() }),
  /** Some were read, here or on another page: these. */
  z.object({
    notificationsRead: z.object({ unread: z.number(), ids: z.optional(z.array(z.string())) }),
  }),
  /** A daily run has changed: whoever shows its board asks for it anew. */
  z.object({ dailyRun: DailyRunNews }),
  z.object({ live: z.literal(true) }),
]);
export type UserFrame = z.infer<typeof UserFrame>;
