/** What is decided about calls, for tests that decide without tools: an open question, a call that goes out. */
import type { CallIntent } from '#shared/protocol/conversation.ts';
import type { Question } from '#shared/protocol/question.ts';
import { instant } from '#shared/core/schedule/instant.ts';

/** A question of a turn that was asked at `now` and has expired at `until`, in milliseconds since the epoch. */
export const openQuestion = (
  given: Pick<Question, 'id' | 'turnId' | 'toolUseId' | 'kind' | 'title'>,
  now: number,
  until: number,
): Question => ({
  ...given,
  runId: given.turnId,
  fields: [],
  approval: null,
  from: null,
  url: null,
  askedAt: instant(now),
  expiresAt: instant(until),
  remindedAt: null,
});

/** A call of a tool that sends something, begun at `now`. */
export const sendIntent = (given: Pick<CallIntent, 'callId' | 'allowedBy'>, now: number): CallIntent => ({
  ...given,
  toolKey: 'send',
  title: 'Send',
  from: null,
  risk: 'send',
  startedAt: instant(now),
});
