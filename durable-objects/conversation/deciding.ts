/**
 * A person decides. Whoever comes first wins, whichever tab, device or reply it came from; everybody else hears that it
 * was decided, and nothing more is done.
 */
import { clock } from '#durable-objects/lib/clock.ts';
import { user } from '#durable-objects/user/client.ts';
import { type Answered, decideAnswer, decideTyped } from '#shared/core/conversation/answer.ts';
import { questionsOf } from '#shared/core/conversation/state.ts';
import { type Effect, editedCall } from '#shared/core/tools/edited.ts';
import { maxRules } from '#shared/core/tools/rules.ts';
import { builtinsOf } from '#shared/core/tools/work-tools.ts';
import type { MessageAccepted } from '#shared/protocol/conversation.ts';
import type { ProblemCode } from '#shared/protocol/problem.ts';
import type { Question, QuestionOutcome } from '#shared/protocol/question.ts';
import type { AnswerQuestion } from '#shared/protocol/question-requests.ts';
import { type Answer, refused } from './remote.ts';
import type { Engine } from './engine.ts';
import { kitOf } from './kit.ts';
import { costOfRun } from './reckoning.ts';

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
    const edited = end.input === null ? null : await this.#edited(question, end.input);
    if (edited?.ok === false) return edited;
    // For the history of the card: what was seen when it was approved.
    if (edited?.change) end.change = edited.change;
    if (end.ruleId !== null) {
      const no = await this.#mayNotGrant(answer);
      if (no !== null) return refused(no);
    }
    return this.#apply(question, decided, decision.turnId);
  }

  /** What the call that a question is about would do with these arguments. Nothing is decided. */
  async preview(questionId: string, input: Record<string, unknown>): Promise<Answer<Effect>> {
    const question = this.#open(questionId);
    return question === null ? refused(this.why(questionId)) : this.#edited(question, input);
  }

  /** Throws when the owner's object cannot be asked for their zone. */
  async #edited({ approval }: Question, input: Record<string, unknown>): Promise<Answer<Effect>> {
    if (approval === null || !approval.editable) return refused('bad_answer');
    const { store } = this.#engine;
    const spec = builtinsOf(store.state()).find(
      ({ name }) => approval.from === null && name === approval.name,
    );
    // A server judges its arguments itself.
    if (spec === undefined) return { ok: true };
    const { timezone } = await kitOf(this.#env, store.state().ownerId);
    return editedCall(approval, input, spec, {
      now: clock.now(),
      timezone,
      conversation: store.state(),
      runCost: (instruction) => costOfRun(store, { instruction }),
    });
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

  /** Why no rule can be made of this; null when one can. It is granted by an effect of the decision that wins. */
  async #mayNotGrant({ always }: AnswerQuestion): Promise<ProblemCode | null> {
    if (always === undefined || !(Date.parse(always.until) > clock.now())) return 'bad_answer';
    const rules = await user(this.#env, this.#engine.store.state().ownerId).rules();
    return rules.length < maxRules ? null : 'limit_reached';
  }
}
