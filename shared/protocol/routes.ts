/**
 * The one table of HTTP routes: the worker mounts it, the web app and the command line call it, the OpenAPI
 * document and the test of foreign access are generated from it.
 */
import * as z from 'zod/mini';
import { Me, Session, SignIn, SignUp, UpdateMe, User } from './account.ts';
import {
  Conversation,
  ConversationSummary,
  CreateConversation,
  EditMessage,
  Kind,
  Message,
  MessageAccepted,
  SendMessage,
  Status,
  UpdateConversation,
} from './conversation.ts';
import { EventPage } from './events.ts';
import { Id } from './ids.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** `public`: anybody; `cookie`: the refresh cookie; `user`: a bearer token; `ticket`: a bearer token or a one-time ticket. */
export type Access = 'public' | 'cookie' | 'user' | 'ticket';

export interface Route<
  Path extends string = string,
  Body extends z.ZodMiniType = z.ZodMiniType,
  Query extends z.ZodMiniType = z.ZodMiniType,
  Reply extends z.ZodMiniType = z.ZodMiniType,
> {
  method: Method;
  path: Path;
  summary: string;
  access: Access;
  status: number;
  body?: Body;
  query?: Query;
  reply?: Reply;
}

const route = <
  const Path extends string,
  Body extends z.ZodMiniType = z.ZodMiniType<undefined>,
  Query extends z.ZodMiniType = z.ZodMiniType<undefined>,
  Reply extends z.ZodMiniType = z.ZodMiniType<undefined>,
>(
  method: Method,
  path: Path,
  more: {
    summary: string;
    access?: Access;
    status?: number;
    body?: Body;
    query?: Query;
    reply?: Reply;
  },
): Route<Path, Body, Query, Reply> => ({ access: 'user', status: 200, ...more, method, path });

const page = <Item extends z.ZodMiniType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.nullable(z.string()) });

/** A whole number in a query string. */
const Count = (max: number) =>
  z.pipe(
    z.string().check(z.regex(/^\d{1,15}$/, 'must be a whole number')),
    z.pipe(z.transform(Number), z.number().check(z.maximum(max))),
  );

export const After = z.strictObject({ after: z.optional(Count(Number.MAX_SAFE_INTEGER)) });

export const ListConversations = z.strictObject({
  status: z.optional(Status),
  kind: z.optional(Kind),
  q: z.optional(z.string().check(z.maxLength(200))),
  cursor: z.optional(z.string().check(z.maxLength(200))),
  limit: z.optional(Count(200)),
});
export type ListConversations = z.infer<typeof ListConversations>;

export const Ticket = z.object({ ticket: z.string(), expiresIn: z.number() });

const conversation = '/api/conversations/:conversationId';

export const routes = {
  health: route('GET', '/api/health', {
    summary: 'Whether the app and what it stands on are up.',
    access: 'public',
    reply: z.object({
      ok: z.boolean(),
      version: z.string(),
      checks: z.object({ database: z.enum(['ok', 'down']), model: z.enum(['ok', 'demo', 'missing']) }),
    }),
  }),

  signUp: route('POST', '/api/auth/sign-up', {
    summary: 'Make an account and sign in.',
    access: 'public',
    status: 201,
    body: SignUp,
    reply: Session,
  }),
  signIn: route('POST', '/api/auth/sign-in', {
    summary: 'Sign in.',
    access: 'public',
    body: SignIn,
    reply: Session,
  }),
  refresh: route('POST', '/api/auth/refresh', {
    summary: 'Exchange the refresh cookie for a new one and an access token.',
    access: 'cookie',
    reply: Session,
  }),
  signOut: route('POST', '/api/auth/sign-out', {
    summary: 'End this session.',
    access: 'cookie',
    status: 204,
  }),

  getMe: route('GET', '/api/me', { summary: 'The signed-in user.', reply: Me }),
  updateMe: route('PATCH', '/api/me', {
    summary: 'Change name or time zone.',
    body: UpdateMe,
    reply: z.object({ user: User }),
  }),
  userTicket: route('POST', '/api/me/ticket', {
    summary: 'A one-time ticket for the WebSocket of the list.',
    status: 201,
    reply: Ticket,
  }),
  userEvents: route('GET', '/api/me/events', {
    summary: 'News of all conversations over a WebSocket.',
    access: 'ticket',
    status: 101,
  }),

  listConversations: route('GET', '/api/conversations', {
    summary: 'Conversations, newest first; `q` searches titles and messages.',
    query: ListConversations,
    reply: page(ConversationSummary),
  }),
  createConversation: route('POST', '/api/conversations', {
    summary: 'Start a conversation, with or without a first message.',
    status: 201,
    body: CreateConversation,
    reply: z.object({ conversation: Conversation, turnId: z.optional(Id) }),
  }),
  getConversation: route('GET', conversation, {
    summary: 'One conversation.',
    reply: z.object({ conversation: Conversation }),
  }),
  updateConversation: route('PATCH', conversation, {
    summary: 'Rename, archive or restore.',
    body: UpdateConversation,
    reply: z.object({ conversation: Conversation }),
  }),
  deleteConversation: route('DELETE', conversation, {
    summary: 'Delete a conversation with everything it owns.',
    status: 204,
  }),
  markRead: route('POST', `${conversation}/read`, {
    summary: 'Everything up to `seq` was seen.',
    status: 204,
    body: z.strictObject({ seq: z.number().check(z.int(), z.minimum(0)) }),
  }),
  stop: route('POST', `${conversation}/stop`, {
    summary: 'Stop the running turn; what was written stays.',
    status: 202,
    reply: z.object({ turnId: z.nullable(Id) }),
  }),

  listMessages: route('GET', `${conversation}/messages`, {
    summary: 'Messages, oldest first; with `after`, those that changed since.',
    query: After,
    reply: z.object({ items: z.array(Message), lastSeq: z.number() }),
  }),
  sendMessage: route('POST', `${conversation}/messages`, {
    summary: 'Say something. The same id again gives the same answer.',
    status: 202,
    body: SendMessage,
    reply: MessageAccepted,
  }),
  editMessage: route('PATCH', `${conversation}/messages/:messageId`, {
    summary: 'Change a queued message, or send it now.',
    status: 202,
    body: EditMessage,
    reply: z.object({ messageId: Id, turnId: z.nullable(Id) }),
  }),
  dropMessage: route('DELETE', `${conversation}/messages/:messageId`, {
    summary: 'Drop a queued message.',
    status: 204,
  }),
  regenerate: route('POST', `${conversation}/messages/:messageId/regenerate`, {
    summary: 'Write the last reply again; `messageId` is that of the reply or of the message it answers.',
    status: 202,
    reply: z.object({ turnId: Id }),
  }),

  events: route('GET', `${conversation}/events`, {
    summary: 'The event log: WebSocket upgrade, server-sent events or JSON.',
    access: 'ticket',
    query: After,
    reply: EventPage,
  }),
  ticket: route('POST', `${conversation}/ticket`, {
    summary: 'A one-time ticket for the WebSocket, good for 30 seconds.',
    status: 201,
    reply: Ticket,
  }),
} as const;

export type RouteName = keyof typeof routes;
