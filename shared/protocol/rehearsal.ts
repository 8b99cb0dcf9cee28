/** What a rehearsal left out, and what it would need to do it without asking. Decided by code, never by the model. */
import * as z from 'zod/mini';
import { Id } from './ids.ts';
import { Risk, ToolOrigin } from './question.ts';
import { RuleBounds } from './question-requests.ts';

/** One call that was not made, as it would have been decided in a real run. PERSISTED with the event that ends it. */
export const LeftOut = z.object({
  toolKey: z.string(),
  title: z.string(),
  from: ToolOrigin,
  risk: Risk,
  input: z.record(z.string(), z.any()),
  /** Why it would have asked, as `Approval.reason`; null when it would have run by itself. */
  asks: z.nullable(z.string()),
  /** Claude had read text from outside before it. */
  tainted: z.boolean(),
});
export type LeftOut = z.infer<typeof LeftOut>;

/** `ruleId` names the rule that would let it run; null where none is needed, or none can be given. */
export const RehearsedCall = z.object({
  ...LeftOut.shape,
  toolUseId: z.string(),
  name: z.string(),
  ruleId: z.nullable(Id),
});
export type RehearsedCall = z.infer<typeof RehearsedCall>;

/** The tightest standing rule that would have let calls of this rehearsal run. Its id is the same whenever it is asked. */
export const ProposedRule = z.object({
  id: Id,
  toolKey: z.string(),
  title: z.string(),
  from: ToolOrigin,
  tainted: z.boolean(),
  bounds: RuleBounds,
});
export type ProposedRule = z.infer<typeof ProposedRule>;

export const RehearsalReport = z.object({ calls: z.array(RehearsedCall), rules: z.array(ProposedRule) });
export type RehearsalReport = z.infer<typeof RehearsalReport>;

/** Which of the proposed rules are granted, by id: their bounds are never taken from whoever asks. */
export const AllowRehearsed = z.strictObject({
  ruleIds: z.array(Id).check(z.minLength(1), z.maxLength(50)),
});
export type AllowRehearsed = z.infer<typeof AllowRehearsed>;
