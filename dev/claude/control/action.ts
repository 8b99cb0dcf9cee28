/** What `POST /__control` takes: one action or a list of them. */
import * as z from 'zod/mini';

/** Which requests an action is for; an empty match is for all. The application makes several kinds at once. */
const Match = z.strictObject({
  /** Name of the model, or a part of it. */
  model: z.optional(z.string()),
  /** Text that must occur in the user's newest words. */
  text: z.optional(z.string()),
  stream: z.optional(z.boolean()),
  /** `chat` leaves out titles and summaries. */
  kind: z.optional(z.enum(['chat', 'task'])),
});
export type Match = z.infer<typeof Match>;

const Block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string() }),
  z.strictObject({ type: z.literal('thinking'), text: z.string() }),
  z.strictObject({ type: z.literal('tool_use'), name: z.string(), input: z.record(z.string(), z.unknown()) }),
]);
const times = z.optional(z.number().check(z.int(), z.minimum(1)));
/** Whose hold it is, where several tests share a stand-in: `await` and `release` of an owner are about theirs alone. */
const owner = z.optional(z.string());

export const Action = z.discriminatedUnion('action', [
  /** The next `times` requests get this scenario, or this reply, or these replies one after the other. */
  z.strictObject({
    action: z.literal('queue'),
    times,
    match: z.optional(Match),
    scenario: z.optional(z.string()),
    options: z.optional(z.record(z.string(), z.unknown())),
    reply: z.optional(z.array(Block)),
  }),
  z.strictObject({
    action: z.literal('pace'),
    firstTokenMs: z.number().check(z.minimum(0)),
    tokenMs: z.number().check(z.minimum(0)),
  }),
  /** The next `times` requests wait: before any byte, or after so many deltas. */
  z.strictObject({
    action: z.literal('hold'),
    times,
    match: z.optional(Match),
    owner,
    deltas: z.optional(z.number().check(z.int(), z.minimum(0))),
  }),
  /** Lets held requests go on (one by its journal id, else all) and forgets holds that nobody claimed. */
  z.strictObject({ action: z.literal('release'), id: z.optional(z.number()), owner }),
  /** Answers once so many requests are held, or once so many entries are finished. */
  z.strictObject({
    action: z.literal('await'),
    held: z.optional(z.number()),
    owner,
    finished: z.optional(z.number()),
    timeoutMs: z.optional(z.number()),
  }),
  z.strictObject({ action: z.literal('reset') }),
]);
export type Action = z.infer<typeof Action>;
export const Actions = z.union([Action, z.array(Action)]);
