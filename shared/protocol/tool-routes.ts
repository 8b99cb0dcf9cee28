/** The routes of what Claude acts with: connections, tools, rules, memory, effects, files, and the inbox. */
import * as z from 'zod/mini';
import { CreateConnection, UpdateConnection, UpdateMemory, UpdateTools } from './connection-requests.ts';
import { Id } from './ids.ts';
import { Paging, route } from './route.ts';
import { toolCalls as calls } from './tool-calls.ts';

export const toolRoutes = {
  inbox: route(calls.inbox, { summary: 'Everything that waits for you, over all conversations.' }),
  getQuestion: route(calls.getQuestion, { summary: 'One open question, whole.' }),
  listConnections: route(calls.listConnections, { summary: 'Your connections with their tools.' }),
  connectionCatalog: route(calls.connectionCatalog, { summary: 'Servers that were vetted.' }),
  createConnection: route(calls.createConnection, {
    summary: 'Connect an MCP server, from the catalog or by its address.',
    needs: 'confirmed',
    body: CreateConnection,
  }),
  updateConnection: route(calls.updateConnection, {
    summary: 'Rename a connection, or give it a new token.',
    needs: 'confirmed',
    body: UpdateConnection,
  }),
  removeConnection: route(calls.removeConnection, {
    summary: 'Disconnect a server and forget its token.',
    needs: 'session',
  }),
  checkConnection: route(calls.checkConnection, {
    summary: 'Ask a server again what tools it has.',
    needs: 'session',
  }),
  listTools: route(calls.listTools, { summary: 'The built-in tools and what each may do.' }),
  updateTools: route(calls.updateTools, {
    summary: 'Say what tools may do, or that you have looked at their definitions.',
    needs: 'session',
    body: UpdateTools,
  }),
  listRules: route(calls.listRules, { summary: 'Your standing rules.' }),
  removeRule: route(calls.removeRule, { summary: 'End a standing rule, at once.' }),
  listEffects: route(calls.listEffects, {
    summary: 'What was done on your behalf, newest first.',
    query: z.strictObject({ ...Paging.shape, conversationId: z.optional(Id) }),
  }),
  listMemory: route(calls.listMemory, { summary: 'What Claude remembers of you.' }),
  updateMemory: route(calls.updateMemory, { summary: 'Change a memory.', body: UpdateMemory }),
  removeMemory: route(calls.removeMemory, { summary: 'Forget one thing.' }),
  clearMemory: route(calls.clearMemory, { summary: 'Forget everything.' }),
  uploadFile: route(calls.uploadFile, {
    summary: 'Upload a file (the bytes as body, `content-type`, and `x-file-name` percent-encoded).',
    needs: 'files',
  }),
  listFiles: route(calls.listFiles, {
    summary: 'Your files, newest first.',
    needs: 'files',
    query: z.strictObject({ ...Paging.shape, conversationId: z.optional(Id) }),
  }),
  getFile: route(calls.getFile, {
    summary: 'The bytes of a file.',
    needs: 'files',
    produces: 'application/octet-stream',
  }),
  removeFile: route(calls.removeFile, { summary: 'Delete a file.', needs: 'files' }),
} as const;
