/** What tests may set in a space. */
import * as z from 'zod/mini';
import type { Space } from './space.ts';

const Text = z.string().check(z.maxLength(20_000));
const Value = z.record(z.string(), z.unknown());

const Action = z.discriminatedUnion('action', [
  /** Puts a text into what mails, pages, results or descriptions of this space say. */
  z.strictObject({
    action: z.literal('plant'),
    where: z.enum(['mail', 'page', 'result', 'description']),
    text: Text,
  }),
  /** Changes the definition of a tool. */
  z.strictObject({
    action: z.literal('redefine'),
    server: z.string(),
    tool: z.string(),
    description: z.optional(Text),
    schema: z.optional(Value),
    annotations: z.optional(Value),
  }),
  z.strictObject({
    action: z.literal('mode'),
    server: z.string(),
    mode: z.enum(['ok', 'down', 'hang', 'unauthorized']),
  }),
  /** The next call of this tool waits, before or after it does something. */
  z.strictObject({ action: z.literal('hold'), tool: z.string(), when: z.enum(['before', 'after']) }),
  z.strictObject({ action: z.literal('release') }),
  /** Answers once so many calls wait. */
  z.strictObject({ action: z.literal('await'), held: z.int().check(z.minimum(1)) }),
]);

const Actions = z.union([Action, z.array(Action)]);

/** Carries actions out, one after the other. Answers what is wrong, or null. */
export async function control(space: Space, body: unknown): Promise<string | null> {
  const parsed = Actions.safeParse(body);
  if (!parsed.success) return z.prettifyError(parsed.error);
  for (const act of Array.isArray(parsed.data) ? parsed.data : [parsed.data]) {
    switch (act.action) {
      case 'plant':
        space.planted[act.where].push(act.text);
        break;
      case 'redefine':
        space.changes.set(`${act.server}/${act.tool}`, act);
        break;
      case 'mode':
        space.modes.set(act.server, act.mode);
        break;
      case 'hold':
        space.hold(act);
        break;
      case 'release':
        space.release();
        break;
      case 'await':
        await space.held(act.held);
        break;
      default:
        return act satisfies never;
    }
  }
  return null;
}
