/**
 * The calls that every page needs. `account-calls.ts` has those of settings and of the way in; `routes.ts` adds what
 * only the server and the documents need, so that a page does not carry it.
 */
import * as z from 'zod/mini';
import { Me, Session, User } from './account.ts';
import { call, page } from './call.ts';
import { Conversation, ConversationSummary, Message, MessageAccepted } from './conversation.ts';
import { EventPage } from './events.ts';
import { Id } from './ids.ts';
import { QuestionOutcome } from './question.ts';

export const Ticket = z.object({ ticket: z.string(), expiresIn: z.number() });

const conversation = '/api/conversations/:conversationId';

export const calls = {
  health: call('GET', '/api/health', {
    access: 'public',
    reply: z.object({
      ok: z.boolean(),
      version: z.string(),
      checks: z.object({ database: z.enum(['ok', 'down']), model: z.enum(['ok', 'demo', 'missing']) }),
    }),
  }),
  signUp: call('POST', '/api/auth/sign-up', { access: 'public', status: 201, reply: Session }),
  signIn: call('POST', '/api/auth/sign-in', { access: 'public', reply: Session }),
  refresh: call('POST', '/api/auth/refresh', { access: 'cookie', reply: Session }),
  signOut: call('POST', '/api/auth/sign-out', { access: 'cookie', status: 204 }),
  getMe: call('GET', '/api/me', { reply: Me }),
  updateMe: call('PATCH', '/api/me', { reply: z.object({ user: User }) }),
  userTicket: call('POST', '/api/me/ticket', { status: 201, reply: Ticket }),
  userEvents: call('GET', '/api/me/events', { access: 'ticket', status: 101 }),
  listConversations: call('GET', '/api/conversations', { reply: page(ConversationSummary) }),
  createConversation: call('POST', '/api/conversations', {
    status: 201,
    reply: z.object({ conversation: Conversation, turnId: z.optional(Id) }),
  }),
  getConversation: call('GET', conversation, { reply: z.object({ conversation: Conversation }) }),
  updateConversation: call('PATCH', conversation, { reply: z.object({ conversation: Conversation }) }),
  deleteConversation: call('DELETE', conversation, { status: 204 }),
  markRead: call('POST', `${conversation}/read`, { status: 204 }),
  stop: call('POST', `${conversation}/stop`, { status: 202, reply: z.object({ turnId: z.nullable(Id) }) }),
  listMessages: call('GET', `${conversation}/messages`, {
    reply: z.object({ items: z.array(Message), lastSeq: z.number(), more: z.boolean() }),
  }),
  sendMessage: call('POST', `${conversation}/messages`, { status: 202, reply: MessageAccepted }),
  editMessage: call('PATCH', `${conversation}/messages/:messageId`, {
    status: 202,
    reply: z.object({ messageId: Id, turnId: z.nullable(Id) }),
  }),
  dropMessage: call('DELETE', `${conversation}/messages/:messageId`, { status: 204 }),
  regenerate: call('POST', `${conversation}/messages/:messageId/regenerate`, {
    status: 202,
    reply: z.object({ turnId: Id }),
  }),
  answerQuestion: call('POST', `${conversation}/questions/:questionId/answer`, {
    status: 202,
    reply: z.object({ questionId: Id, outcome: QuestionOutcome, turnId: z.nullable(Id) }),
  }),
  events: call('GET', `${conversation}/events`, { access: 'ticket', reply: EventPage }),
  ticket: call('POST', `${conversation}/ticket`, { status: 201, reply: Ticket }),
} as const;
