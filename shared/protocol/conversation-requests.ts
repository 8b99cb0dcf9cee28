/** What people send to a conversation. Apart from the replies: a page checks what it gets, not what it sends. */
import * as z from 'zod/mini';
import { Id } from './ids.ts';

export const Title = z.string().check(z.trim(), z.minLength(1), z.maxLength(200));

/** 100,000 characters is about 25,000 tokens: more is a file, not a message. */
const MessageText = z.string().check(
  z.maxLength(100_000, 'must have at most 100000 characters'),
  z.refine((text) => text.trim().length > 0, 'must not be empty'),
);

/** `answers` is the open question that the words answer; `files` were uploaded before. */
export const SendMessage = z.strictObject({
  id: z.optional(Id),
  text: MessageText,
  files: z.optional(z.array(Id).check(z.maxLength(20))),
  answers: z.optional(Id),
});
export type SendMessage = z.infer<typeof SendMessage>;

export const CreateConversation = z.strictObject({
  id: z.optional(Id),
  title: z.optional(Title),
  message: z.optional(SendMessage),
});
export type CreateConversation = z.infer<typeof CreateConversation>;

/** Archive with `status: 'archived'`; restore with `'active'` (live schedules make it `background` again). */
export const UpdateConversation = z.strictObject({
  title: z.optional(Title),
  status: z.optional(z.enum(['active', 'archived'])),
  /** Whose tools it has; null for all connections. */
  connections: z.optional(z.nullable(z.array(Id).check(z.maxLength(100)))),
});
export type UpdateConversation = z.infer<typeof UpdateConversation>;

/** Change the text of a queued message, or send it now (the running turn is stopped first). */
export const EditMessage = z.strictObject({
  text: z.optional(MessageText),
  sendNow: z.optional(z.literal(true)),
});
export type EditMessage = z.infer<typeof EditMessage>;
