/** The calls of connections, tools, rules, memory, effects, files and the inbox: loaded with the pages that use them. */
import * as z from 'zod/mini';
import { call, page } from './call.ts';
import { CatalogEntry, Connection, EffectLine, Memory, StandingRule, Tool } from './connection.ts';
import { ConversationSummary } from './conversation.ts';
import { File } from './file.ts';
import { Question } from './question.ts';

const connection = '/api/connections/:connectionId';
const one = z.object({ connection: Connection });

/** Something that waits for the user: a question with the conversation that asks. */
export const InboxItem = z.object({
  conversation: z.pick(ConversationSummary, { id: true, title: true, kind: true }),
  question: Question,
});
export type InboxItem = z.infer<typeof InboxItem>;

export const toolCalls = {
  inbox: call('GET', '/api/inbox', { reply: z.object({ items: z.array(InboxItem) }) }),
  getQuestion: call('GET', '/api/conversations/:conversationId/questions/:questionId', {
    reply: z.object({ question: Question }),
  }),
  listConnections: call('GET', '/api/connections', { reply: z.object({ items: z.array(Connection) }) }),
  connectionCatalog: call('GET', '/api/connections/catalog', {
    reply: z.object({ items: z.array(CatalogEntry) }),
  }),
  createConnection: call('POST', '/api/connections', { status: 201, reply: one }),
  updateConnection: call('PATCH', connection, { reply: one }),
  removeConnection: call('DELETE', connection, { status: 204 }),
  checkConnection: call('POST', `${connection}/check`, { reply: one }),
  listTools: call('GET', '/api/tools', { reply: z.object({ items: z.array(Tool) }) }),
  updateTools: call('PATCH', '/api/tools', {
    reply: z.object({ items: z.array(Tool), connections: z.array(Connection) }),
  }),
  listRules: call('GET', '/api/rules', { reply: z.object({ items: z.array(StandingRule) }) }),
  removeRule: call('DELETE', '/api/rules/:ruleId', { status: 204 }),
  listEffects: call('GET', '/api/effects', { reply: page(EffectLine) }),
  listMemory: call('GET', '/api/memory', { reply: z.object({ items: z.array(Memory) }) }),
  updateMemory: call('PATCH', '/api/memory/:memoryId', { reply: z.object({ memory: Memory }) }),
  removeMemory: call('DELETE', '/api/memory/:memoryId', { status: 204 }),
  clearMemory: call('DELETE', '/api/memory', { status: 204 }),
  uploadFile: call('POST', '/api/files', { status: 201, reply: z.object({ file: File }) }),
  listFiles: call('GET', '/api/files', { reply: page(File) }),
  getFile: call('GET', '/api/files/:fileId'),
  removeFile: call('DELETE', '/api/files/:fileId', { status: 204 }),
} as const;
