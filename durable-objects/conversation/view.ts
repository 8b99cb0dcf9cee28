/** What others get to see of a conversation's state: the API's resource, the registry's line, the database's row. */
import {
  type ConversationState,
  type ModelName,
  questionsOf,
  schedulesOf,
  zoneOf,
} from '#shared/core/conversation/state.ts';
import { nextRunAt } from '#shared/core/conversation/schedule-runs.ts';
import { openSchedules } from '#shared/core/conversation/transition-schedules.ts';
import { claimMs, type ReportedSchedules } from '#shared/core/schedule/places.ts';
import { pausesOf } from '#shared/core/schedule/pauses.ts';
import { instant } from '#shared/core/schedule/instant.ts';
import { shownSchedule } from '#shared/core/schedule/shown.ts';
import type { Conversation } from '#shared/protocol/conversation.ts';
import type { Question } from '#shared/protocol/question.ts';

/** Characters of one argument in a list; the whole of it is asked for by the question's id. */
const listed = 2_000;

const cut = (value: unknown): unknown => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text !== undefined && text.length > listed ? `${text.slice(0, listed)}…` : value;
};

/** A question as the inbox lists it: long arguments are cut. */
function shorter(question: Question): Question {
  const { approval } = question;
  if (approval === null) return question;
  const input = Object.fromEntries(Object.entries(approval.input).map(([name, value]) => [name, cut(value)]));
  return { ...question, approval: { ...approval, input, previous: null } };
}

const shownNext = (state: ConversationState): string | null => {
  const next = nextRunAt(state);
  return next === null ? null : instant(next);
};

/** Where all its schedules stand still, why. */
function pauses(state: ConversationState) {
  const found = pausesOf(schedulesOf(state));
  return found === null ? {} : { pauses: found };
}

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
  nextRunAt: shownNext(state),
  paused: state.status === 'active' && openSchedules(state).length > 0,
  ...pauses(state),
  question: questionsOf(state)[0] ?? null,
  questions: [...questionsOf(state)],
  connections: state.connections ?? null,
  schedules: schedulesOf(state).map((each) => shownSchedule(each, state.id, zoneOf(state, each))),
  model,
  usage: state.usage,
  lastSeq: state.lastSeq,
  createdAt: instant(state.createdAt),
  updatedAt: instant(state.updatedAt),
});

/** What the claims of their places are settled by; a claim is not older than the schedule by more than it holds. */
const reportedSchedules = (state: ConversationState): ReportedSchedules => ({
  open: openSchedules(state),
  ended: schedulesOf(state)
    .filter(({ ended, createdAt }) => ended && createdAt > state.updatedAt - claimMs)
    .map(({ id }) => id),
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
  questions: questionsOf(state).map(shorter),
  nextRunAt: nextRunAt(state),
  // Also when all were removed: what they did stands in the calendar.
  byItself: state.schedules !== undefined || state.webhooks !== undefined,
  nextDueAt,
  schedules: openSchedules(state).length,
  ...pauses(state),
  scheduleIds: reportedSchedules(state),
  createdAt: state.createdAt,
  updatedAt: state.updatedAt,
});
