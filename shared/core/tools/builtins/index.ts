/** The tools that every conversation has, by name. */
import type { BuiltinSpec } from '../builtin.ts';
import { askUser } from './ask-user.ts';
import { listFiles, readFile, writeFile } from './files.ts';
import { archiveConversation, getCurrentTime } from './here.ts';
import { httpRequest } from './http.ts';
import { recall, remember } from './memory.ts';
import { updateNote } from './note.ts';
import { recordsQuery, recordsWrite } from './records.ts';
import { createWebhook, listWebhooks, readDeliveries, removeWebhook } from './webhooks.ts';
import { cancelSchedule, createSchedule, listRuns, listSchedules, updateSchedule } from './schedules.ts';

export const builtins: ReadonlyArray<BuiltinSpec> = [
  archiveConversation,
  askUser,
  cancelSchedule,
  createSchedule,
  createWebhook,
  getCurrentTime,
  httpRequest,
  listFiles,
  listRuns,
  listSchedules,
  listWebhooks,
  readDeliveries,
  readFile,
  recall,
  recordsQuery,
  recordsWrite,
  remember,
  removeWebhook,
  updateNote,
  updateSchedule,
  writeFile,
];
