/**
 * What a mail is about, before it is worded: JSON that can wait in a queue. PERSISTED in `mails.content`; the token of a
 * link is kept sealed beside it and put in at delivery.
 */
import * as z from 'zod/mini';
import { Scope } from '#shared/protocol/security.ts';

const nullableText = z.nullable(z.string());

export const MailContent = z.discriminatedUnion('kind', [
  /** Links: to confirm the address, to make another one the account's, to choose a new password. */
  z.object({ kind: z.literal('verify'), token: z.string() }),
  z.object({ kind: z.literal('change_email'), token: z.string(), email: z.string() }),
  z.object({ kind: z.literal('reset'), token: z.string() }),
  /** Somebody tried to sign up with an address that has an account. */
  z.object({ kind: z.literal('sign_up_repeated') }),
  /** To the present address: somebody asked for another one. */
  z.object({ kind: z.literal('email_change_asked'), to: z.string() }),
  z.object({ kind: z.literal('exported') }),
  /** To the old address: the account has another one now. */
  z.object({ kind: z.literal('email_changed'), to: z.string() }),
  z.object({ kind: z.literal('password_changed') }),
  z.object({
    kind: z.literal('refresh_token_reused'),
    device: z.string(),
    place: nullableText,
    at: z.string(),
  }),
  z.object({ kind: z.literal('second_factor_on') }),
  z.object({ kind: z.literal('second_factor_off') }),
  z.object({ kind: z.literal('passkey_added'), name: z.string() }),
  z.object({ kind: z.literal('passkey_removed'), name: z.string() }),
  /** Its counter went back: two devices hold the same key. */
  z.object({ kind: z.literal('passkey_copied'), name: z.string() }),
  z.object({ kind: z.literal('api_key_made'), name: z.string(), scopes: z.optional(z.array(Scope)) }),
  z.object({ kind: z.literal('google_linked'), email: z.string() }),
  z.object({ kind: z.literal('recovery_code_used'), left: z.optional(z.number()) }),
  z.object({ kind: z.literal('account_deleted') }),
  /** A conversation has waited for an answer for a while. */
  z.object({
    kind: z.literal('question_waiting'),
    conversationId: z.string(),
    title: z.string(),
    question: z.string(),
  }),
]);
export type MailContent = z.infer<typeof MailContent>;
