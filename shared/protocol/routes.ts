/**
 * The one table of HTTP routes: the worker mounts it, the web app and the command line call it, the OpenAPI
 * document and the test of foreign access are generated from it. Method, path and reply stand in `calls.ts`, what people
 * and their keys need in `account-routes.ts`.
 */
import * as z from 'zod/mini';
import { Refresh, SignIn, SignUp, UpdateMe } from './account-requests.ts';
import { accountRoutes } from './account-routes.ts';
import { calls } from './calls.ts';
import { Kind, Status } from './conversation.ts';
import { After, Paging, route } from './route.ts';
import { CreateConversation, EditMessage, SendMessage, UpdateConversation } from './conversation-requests.ts';
import { AnswerQuestion } from './question-requests.ts';
import { notificationRoutes } from './notification-routes.ts';
import { channelRoutes } from './channel-routes.ts';
import { dailyRoutes } from './daily-routes.ts';
import { scheduleRoutes } from './schedule-routes.ts';
import { toolRoutes } from './tool-routes.ts';
import { webhookRoutes } from './webhook-routes.ts';

export const ListConversations = z.strictObject({
  status: z.optional(Status),
  kind: z.optional(Kind),
  schedules: z.optional(z.literal('paused')),
  q: z.optional(z.string().check(z.maxLength(200))),
  ...Paging.shape,
});
export type ListConversations = z.infer<typeof ListConversations>;

export const routes = {
  health: route(calls.health, { summary: 'Whether the app and what it stands on are up.' }),
  ...accountRoutes,
  ...toolRoutes,
  ...scheduleRoutes,
  ...webhookRoutes,
  ...dailyRoutes,
  ...channelRoutes,
  ...notificationRoutes,
  signUp: route(calls.signUp, { summary: 'Make an account and sign in.', body: SignUp }),
  signIn: route(calls.signIn, { summary: 'Sign in.', body: SignIn }),
  refresh: route(calls.refresh, {
    summary: 'Exchange the refresh token (cookie, or `refreshToken`) for a new one and an access token.',
    body: Refresh,
  }),
  signOut: route(calls.signOut, { summary: 'End this session.', body: Refresh }),
  getMe: route(calls.getMe, { summary: 'The signed-in user.' }),
  updateMe: route(calls.updateMe, { summary: 'Change name or time zone.', body: UpdateMe }),
  userTicket: route(calls.userTicket, {
    summary: 'A one-time ticket for the WebSocket of the list or for the export.',
    needs: 'read',
  }),
  userEvents: route(calls.userEvents, { summary: 'News of all conversations over a WebSocket.' }),
  listConversations: route(calls.listConversations, {
    summary:
      'Conversations, newest first; `q` searches titles and messages. With `schedules=paused` those whose schedules are all paused, also archived ones, and in which nothing else works by itself. Those of sub-agents only with `kind=task`.',
    query: ListConversations,
  }),
  createConversation: route(calls.createConversation, {
    summary: 'Start a conversation, with or without a first message.',
    keyed: true,
    body: CreateConversation,
  }),
  getConversation: route(calls.getConversation, { summary: 'One conversation.' }),
  updateConversation: route(calls.updateConversation, {
    summary: 'Rename, archive or restore.',
    body: UpdateConversation,
  }),
  deleteConversation: route(calls.deleteConversation, {
    summary: 'Delete a conversation with everything it owns.',
  }),
  markRead: route(calls.markRead, {
    summary: 'Everything up to `seq` was seen.',
    body: z.strictObject({ seq: z.number().check(z.int(), z.minimum(0)) }),
  }),
  stop: route(calls.stop, { summary: 'Stop the running turn; what was written stays.' }),
  listMessages: route(calls.listMessages, {
    summary: 'Messages, oldest first; with `after`, those that changed since.',
    query: After,
  }),
  sendMessage: route(calls.sendMessage, {
    summary: 'Say something. The same id again gives the same answer.',
    keyed: true,
    body: SendMessage,
  }),
  editMessage: route(calls.editMessage, {
    summary: 'Change a queued message, or send it now.',
    body: EditMessage,
  }),
  dropMessage: route(calls.dropMessage, { summary: 'Drop a queued message.' }),
  regenerate: route(calls.regenerate, {
    summary: 'Write the last reply again; `messageId` is that of the reply or of the message it answers.',
    keyed: true,
  }),
  answerQuestion: route(calls.answerQuestion, {
    summary: 'Decide a question: answer it, or approve, edit or reject the call it is about.',
    body: AnswerQuestion,
  }),
  events: route(calls.events, {
    summary: 'The event log: WebSocket upgrade, server-sent events or JSON.',
    query: After,
  }),
  ticket: route(calls.ticket, {
    summary: 'A one-time ticket for the WebSocket, good for 30 seconds.',
    needs: 'read',
  }),
} as const;

export type RouteName = keyof typeof routes;
