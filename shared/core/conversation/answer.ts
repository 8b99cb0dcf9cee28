/**
 * What a person's answer means: for a question of Claude's, the words that the model gets; for an approval, a yes or a
 * no to exactly what was shown. Code decides this, never the model.
 */
import type { ProblemCode } from '#shared/protocol/problem.ts';
import type { FieldAnswer, Question, QuestionEnd } from '#shared/protocol/question.ts';
import type { AnswerQuestion } from '#shared/protocol/question-requests.ts';
import { ownKeyIn } from '../tools/argument-path.ts';
import { openBounds } from '../tools/open-bounds.ts';
import { areAbout, isTight } from '../tools/rules.ts';
import { setsUpWork } from '../tools/sets-up.ts';
import { readForm, wordsFor } from './form-reply.ts';
import { replyMeans } from './reply-words.ts';

export interface Answered {
  ok: true;
  end: QuestionEnd;
  /** For the model: what was answered. */
  said: string;
}

export type AnswerResult = Answered | { ok: false; code: ProblemCode };

const bad: AnswerResult = { ok: false, code: 'bad_answer' };

type By = NonNullable<QuestionEnd['by']>;

const endOf = (outcome: QuestionEnd['outcome'], by: By, more: Partial<QuestionEnd> = {}): QuestionEnd => ({
  outcome,
  by,
  reason: null,
  answers: null,
  input: null,
  ruleId: null,
  ...more,
});

const longest = 100_000;

function decideApproval(question: Question, answer: AnswerQuestion, by: By, ruleId: string): AnswerResult {
  const { approval } = question;
  if (approval === null || answer.decision === undefined) return bad;
  if (answer.hash !== undefined && answer.hash !== approval.hash) return { ok: false, code: 'call_changed' };
  if (answer.decision === 'reject')
    return { ok: true, end: endOf('rejected', by, { reason: answer.reason ?? null }), said: '' };
  const input = answer.input ?? null;
  if (input !== null && (!approval.editable || JSON.stringify(input).length > longest)) return bad;
  if (answer.always !== undefined) {
    if (setsUpWork(approval)) return bad;
    const tainted = approval.outside.length > 0;
    const given = input ?? approval.input;
    const { matches } = answer.always;
    const ownKey = ownKeyIn(approval);
    if (!areAbout(given, matches, ownKey)) return { ok: false, code: 'rule_unfit' };
    if (tainted && !isTight(given, matches, ownKey)) return bad;
    const confirmed = new Set(answer.alwaysOpen);
    if (openBounds(given, matches).some(({ path }) => !confirmed.has(path)))
      return { ok: false, code: 'rule_open' };
  }
  return {
    ok: true,
    end: endOf('approved', by, {
      input,
      ...(answer.always === undefined ? {} : { ruleId, always: answer.always }),
    }),
    said: '',
  };
}

function fieldAnswers(question: Question, answer: AnswerQuestion): Record<string, FieldAnswer> | null {
  const { fields } = question;
  const [first] = fields;
  if (answer.answers !== undefined) {
    const known = new Set(fields.map(({ id }) => id));
    return Object.keys(answer.answers).every((id) => known.has(id)) ? answer.answers : null;
  }
  if (first === undefined) return null;
  if (answer.decision !== undefined)
    return first.kind === 'confirmation' && fields.length === 1
      ? { [first.id]: answer.decision === 'approve' }
      : null;
  if (answer.choice !== undefined) return fields.length === 1 ? { [first.id]: answer.choice } : null;
  const said = answer.text?.trim() ?? '';
  if (said === '') return null;
  return fields.length === 1 ? { [first.id]: wordsFor(first, said) } : readForm(fields, said);
}

const isGiven = (value: FieldAnswer | undefined): boolean =>
  typeof value === 'boolean' ||
  (typeof value === 'string' && value.trim() !== '') ||
  (Array.isArray(value) && value.length > 0);

function decideQuestion(question: Question, answer: AnswerQuestion, by: By): AnswerResult {
  if (question.from !== null && answer.decision === 'reject')
    return { ok: true, end: endOf('rejected', by, { reason: answer.reason ?? null }), said: '' };
  if (question.url !== null && answer.decision !== undefined) {
    const field = question.fields[0];
    const answers = field === undefined ? {} : { [field.id]: answer.decision === 'approve' };
    return { ok: true, end: endOf('answered', by, { answers }), said: '' };
  }
  const answers = fieldAnswers(question, answer);
  if (answers === null || !question.fields.some(({ id }) => isGiven(answers[id]))) return bad;
  if (JSON.stringify(answers).length > longest) return bad;
  const told = question.fields.map(({ id, label, kind }) => {
    const value = answers[id];
    const shown = kind === 'confirmation' && typeof value === 'boolean' ? (value ? 'yes' : 'no') : value;
    return { question: label, answer: isGiven(value) ? shown : '(left open)' };
  });
  return {
    ok: true,
    end: endOf('answered', by, { answers, reason: answer.reason ?? null }),
    said: JSON.stringify({ answers: told }),
  };
}

/**
 * @param device in words, for the history of the card
 * @param ruleId the id that a standing rule made with this yes will have
 */
export const decideAnswer = (
  question: Question,
  answer: AnswerQuestion,
  { device, ruleId }: { device: string; ruleId: string },
): AnswerResult => {
  const by = { device, typed: false };
  return question.kind === 'approval'
    ? decideApproval(question, answer, by, ruleId)
    : decideQuestion(question, answer, by);
};

/**
 * What a typed reply decides. For an approval only a short list of words does; anything else is talk for the model, and
 * the card stays: null.
 */
export function decideTyped(question: Question, said: string, device: string): Answered | null {
  const by = { device, typed: true };
  if (question.kind === 'approval') {
    const reply = replyMeans(said);
    if (reply === 'other') return null;
    return { ok: true, end: endOf(reply === 'yes' ? 'approved' : 'rejected', by), said: '' };
  }
  const decided = decideQuestion(question, { text: said }, by);
  return decided.ok ? decided : null;
}
