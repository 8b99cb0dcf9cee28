/** What people send to decide a question. */
import * as z from 'zod/mini';
import { Moment } from './moment.ts';
import { FieldAnswer } from './question.ts';

/**
 * How one argument of a call must look for a standing rule to hold: dotted path from the top of the arguments. Where paths
 * name members of an object or a list, it must have just these members.
 */
export const ArgumentMatch = z.strictObject({
  path: z.string().check(z.minLength(1), z.maxLength(200)),
  /**
   * `equals`: this value exactly; `template`: text with `*` for up to 120 characters of one line; `figures`: text with
   * `{number}`, `{date}`, `{time}` and `{code}` for one of these each, as a rehearsal proposes it.
   */
  how: z.enum(['equals', 'template', 'figures', 'any']),
  value: z.optional(z.any()),
});
export type ArgumentMatch = z.infer<typeof ArgumentMatch>;

/** The bounds of "always": never without a count and an end. */
export const RuleBounds = z.strictObject({
  matches: z.array(ArgumentMatch).check(z.maxLength(50)),
  perDay: z.number().check(z.int(), z.minimum(1), z.maximum(100)),
  until: Moment,
});
export type RuleBounds = z.infer<typeof RuleBounds>;

/**
 * One answer. An approval takes `decision`, with `reason` or with `input` (edited arguments) or `always`; a question
 * takes `decision` (confirmation), `choice`, `text`, or `answers` by field.
 */
export const AnswerQuestion = z.strictObject({
  decision: z.optional(z.enum(['approve', 'reject'])),
  reason: z.optional(z.string().check(z.maxLength(2_000))),
  choice: z.optional(z.union([z.string(), z.array(z.string())])),
  text: z.optional(z.string().check(z.maxLength(20_000))),
  answers: z.optional(z.record(z.string().check(z.maxLength(100)), FieldAnswer)),
  input: z.optional(z.record(z.string(), z.any())),
  /** The hash that the page showed. With another one than the question's nothing is decided: 409 `call_changed`. */
  hash: z.optional(z.string()),
  /** Bounds that name what the call does not have, or leave out what it has, decide nothing: 422 `rule_unfit`. */
  always: z.optional(RuleBounds),
  /**
   * The paths of `always` that leave open whom a call reaches or where it goes (any recipient, any host, anything that is
   * not clearly words), each one confirmed. Without them nothing is decided: 409 `rule_open`.
   */
  alwaysOpen: z.optional(z.array(z.string().check(z.maxLength(200))).check(z.maxLength(50))),
});
export type AnswerQuestion = z.infer<typeof AnswerQuestion>;
