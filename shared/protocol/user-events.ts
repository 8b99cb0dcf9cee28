/** What a user's open pages hear about all their conversations, so that the list is live. */
import * as z from 'zod/mini';
import { ConversationSummary } from './conversation.ts';
import { DailyRunSummary } from './daily.ts';
import { Id } from './ids.ts';
import { Notification } from './notification.ts';

/** A summary replaces an older one (by `rev`). After `live` comes news; what is older is in the list. */
export const UserFrame = z.union([
  z.object({ conversation: ConversationSummary }),
  z.object({ removed: z.object({ id: Id }) }),
  z.object({ notification: Notification, unread: z.number() }),
  /** Some were read, here or on another page. */
  z.object({ notificationsRead: z.object({ unread: z.number() }) }),
  /** A daily run has changed: whoever shows its board asks for it anew. */
  z.object({ dailyRun: DailyRunSummary }),
  z.object({ live: z.literal(true) }),
]);
export type UserFrame = z.infer<typeof UserFrame>;
