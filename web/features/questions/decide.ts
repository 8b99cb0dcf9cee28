/** Sends a decision, once. What comes back goes over the stream; a late one says what became of it. */
import type { AnswerQuestion } from '#shared/protocol/question-requests.ts';
import { codeOf, ProblemError } from '#shared/client/problem-error.ts';
import { client } from '#web/data/app.ts';

const ofArguments: ReadonlyArray<string | null> = ['bad_schedule', 'bad_arguments'];

/** What the server says is wrong with the arguments of a call; null for anything else. */
export const faultWords = (error: unknown): string | null =>
  error instanceof ProblemError && ofArguments.includes(error.code) ? error.message : null;

/** What a refusal means to whoever pressed; null where the general sentence will do. */
export function lateWords(error: unknown): string | null {
  switch (codeOf(error)) {
    case 'question_closed':
      return 'This was decided on another device, or has expired. Nothing was done twice.';
    case 'call_changed':
      return 'This is not the call that you were shown. Nothing was done; look at it again.';
    case 'bad_answer':
      return 'This answer was not accepted. Look at what is missing.';
    case 'offline':
      return 'There is no connection. Nothing was sent; a decision is never sent later by itself.';
    default:
      return faultWords(error);
  }
}

export const decide = (conversationId: string, questionId: string, body: AnswerQuestion) =>
  client.call('answerQuestion', { params: { conversationId, questionId }, body });
