/**
 * A person decides. Whoever comes first wins, whichever tab, device or reply it came from; everybody else hears that it
 * was decided, and nothing more is done.
 */
import { clock } from '#durable-objects/lib/clock.ts';
import { user } from '#durable-objects/user/client.ts';
import { type Answered, decideAnswer, decideTyped } from '#shared/core/conversation/answer.ts';
import { questionsOf } from '#shared/core/conversation/state.ts';
import type { MessageAccepted } from '#shared/protocol/conversation.ts';
import type { ProblemCode } from '#shared/protocol/problem.ts';
import type { Question, QuestionOutcome } from '#shared/protocol/question.ts';
import type { AnswerQuestion } from '#shared/protocol/question-requests.ts';
import type { Answer, Refused } from './conversation-do.ts';
import type { Engine } from './engine.ts';

export interface Decision {
  questionId: string;
  answer: AnswerQuestion;
  /** In words: for the history of the card. */
  device: string;
  /** The id of the turn that goes on, and of the standing rule that is made. */
  turnId: string;
  ruleId: string;
}

export interface Decided {
  questionId: string;
  outcome: QuestionOutcome;
  turnId: string | null;
}

export interface SentMessage {
  id: string;
  text: string;
  turnId: string;
  files?: string[];
  answers?: string;
  device?: string;
}

const refused = (code: ProblemCode): Refused => ({ ok: false, code });

export class Deciding {
  readonly #env: Env;
  readonly #engine: Engine;

  constructor(env: Env, engine: Engine) {
    this.#env = env;
    this.#engine = engine;
  }

  /** Why there is no open question of this id: it was closed, or never was. */
  why(questionId: string): ProblemCode {
    return this.#engine.store.transcript().questions[questionId] ? 'question_closed' : 'not_found';
  }

  async answer(decision: Decision): Promise<Answer<Decided>> {
    const { questionId, answer, device, ruleId } = decision;
    const question = this.#open(questionId);
    if (question === null) return refused(this.why(questionId));
    const decided = decideAnswer(question, answer, { device, ruleId });
    if (!decided.ok) return refused(decided.code);
    const { end } = decided;
    if (end.ruleId !== null && !(await this.#grant(question, answer, ruleId)))
      return refused('limit_reached');
    const done = this.#apply(question, decided, decision.turnId);
    if (done.ok || end.ruleId === null) return done;
    // Somebody else was first: their decision made no rule of this one.
    await user(this.#env, this.#engine.store.state().ownerId).removeRule(ruleId);
    return done;
  }

  /** A typed reply, if it decides the question that it answers; null when it is an ordinary message. */
  typed(message: SentMessage): Answer<MessageAccepted> | null {
    if (message.answers === undefined) return null;
    const question = this.#open(message.answers);
    if (question === null) return refused(this.why(message.answers));
    const decided = decideTyped(question, message.text, message.device ?? 'a device');
    if (decided === null || (message.files ?? []).length > 0) return null;
    const done = this.#apply(question, decided, message.turnId, message.id);
    if (!done.ok) return done;
    const accepted = this.#engine.store.accepted(message.id);
    return accepted === null ? refused('internal') : { ok: true, messageId: message.id, ...accepted };
  }

  #open(questionId: string): Question | null {
    return questionsOf(this.#engine.store.state()).find(({ id }) => id === questionId) ?? null;
  }

  #apply(
    { id: questionId }: Question,
    { end, said }: Answered,
    turnId: string,
    messageId: string | null = null,
  ): Answer<Decided> {
    const model = this.#engine.turns.model();
    const decided = this.#engine.apply(
      { type: 'answer', questionId, end, said, turnId, model },
      (state, log) => {
        const seq = log[0]?.event.seq ?? state.lastSeq;
        if (messageId !== null)
          this.#engine.store.accept(messageId, { turnId: state.turn?.id ?? turnId, seq });
      },
    );
    if (!decided.ok) return refused(decided.refusal);
    const { turn } = this.#engine.store.state();
    return { ok: true, questionId, outcome: end.outcome, turnId: turn?.id ?? null };
  }

  /** Makes the standing rule that goes with a yes, before it: a rule that nobody has is worse than one too early. */
  async #grant(question: Question, { always }: AnswerQuestion, ruleId: string): Promise<boolean> {
    const { approval } = question;
    if (approval === null || always === undefined || Date.parse(always.until) <= clock.now()) return false;
    const { ownerId } = this.#engine.store.state();
    const { toolKey, title } = approval;
    const tainted = approval.outside.length > 0;
    const granted = await user(this.#env, ownerId).addRule({
      ...always,
      id: ruleId,
      toolKey,
      title,
      tainted,
    });
    return granted.ok;
  }
}
