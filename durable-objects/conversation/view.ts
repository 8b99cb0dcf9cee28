/** What others get to see of a conversation's state: the API's resource, the registry's line, the database's row. */
import type { ConversationState, ModelName } from '#shared/core/conversation/state.ts';
import { instant } from '#shared/core/schedule/instant.ts';
import type { Conversation } from '#shared/protocol/conversation.ts';

/** The resource without `unread`, which only the user's object knows. */
export const resource = (state: ConversationState, model: ModelName): Conversation => ({
  id: state.id,
  rev: state.rev,
  kind: state.kind,
  title: state.title,
  titleBy: state.titleBy,
  status: state.status,
  waitingFor: state.waitingFor,
  working: state.turn !== null,
  turnId: state.turn?.id ?? null,
  lastOutcome: state.lastTurn?.outcome ?? null,
  preview: state.preview,
  unread: false,
  nextRunAt: null,
  question: null,
  schedules: [],
  model,
  usage: state.usage,
  lastSeq: state.lastSeq,
  createdAt: instant(state.createdAt),
  updatedAt: instant(state.updatedAt),
});

/** The line in the registry of the user's object. Times in milliseconds; `nextDueAt` is what the net watches. */
export const registryEntry = (state: ConversationState, nextDueAt: number | null) => ({
  id: state.id,
  rev: state.rev,
  kind: state.kind,
  title: state.title,
  status: state.status,
  waitingFor: state.waitingFor,
  working: state.turn !== null,
  lastOutcome: state.lastTurn?.outcome ?? null,
  preview: state.preview,
  lastReplySeq: state.lastReplySeq,
  nextRunAt: null,
  nextDueAt,
  createdAt: state.createdAt,
  updatedAt: state.updatedAt,
});
