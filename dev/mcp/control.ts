/** What tests may set in a space. */
import * as z from 'zod/mini';
import { faultOf } from './server.ts';
import type { Space } from './space.ts';

const Text = z.string().check(z.maxLength(20_000));
const Value = z.record(z.string(), z.unknown());
const Name = z.string().check(z.minLength(1), z.maxLength(400));
const MAX_MS = 600_000;

const Action = z.discriminatedUnion('action', [
  /** Puts a text into what mails, pages, notes, results or descriptions say; with `tool` into those of this tool alone. */
  z.strictObject({
    action: z.literal('plant'),
    where: z.enum(['mail', 'page', 'note', 'result', 'description']),
    text: Text,
    tool: z.optional(Name),
  }),
  /** Changes the definition of a tool, and tells everybody who listens. */
  z.strictObject({
    action: z.literal('redefine'),
    server: Name,
    tool: Name,
    description: z.optional(Text),
    schema: z.optional(Value),
    annotations: z.optional(Value),
  }),
  /**
   * How a server (or `web`) behaves from now on; with `method` for requests of this JSON-RPC method alone. `unauthorized`:
   * no token is good any more. `slow`: after `ms`.
   */
  z.strictObject({
    action: z.literal('mode'),
    server: Name,
    mode: z.enum(['ok', 'down', 'hang', 'unauthorized', 'slow']),
    ms: z._default(z.int().check(z.minimum(0), z.maximum(MAX_MS)), 1_000),
    method: z.optional(Name),
  }),
  /** The next `times` calls of this tool (or `web`) wait, before or after they do something. */
  z.strictObject({
    action: z.literal('hold'),
    tool: Name,
    when: z._default(z.enum(['before', 'after']), 'before'),
    times: z._default(z.int().check(z.minimum(1)), 1),
  }),
  /** Lets all that wait go on, and forgets holds that nobody claimed. */
  z.strictObject({ action: z.literal('release') }),
  /** Answers once so many calls wait. */
  z.strictObject({ action: z.literal('await'), held: z.int().check(z.minimum(1)) }),
  /** As nobody had been here yet: sessions end too. */
  z.strictObject({ action: z.literal('reset') }),
]);
type Action = z.infer<typeof Action>;
const Actions = z.array(Action);

/** The servers of a space, as far as control has to know them. */
export interface Servers {
  /** Names of tools by server. */
  readonly tools: ReadonlyMap<string, ReadonlySet<string>>;
  changed(server: string): void;
  endSessions(): Promise<void>;
}

/**
 * Carries actions out, one after the other. `signal`: nobody waits for the answer any more.
 * @returns what is wrong, or null; actions before the wrong one are done
 */
export async function control(
  space: Space,
  body: unknown,
  servers: Servers,
  signal: AbortSignal,
): Promise<string | null> {
  const parsed = Actions.safeParse(Array.isArray(body) ? body : [body]);
  if (!parsed.success) return z.prettifyError(parsed.error);
  for (const action of parsed.data) {
    const problem = (await unknownIn(action, servers)) ?? (await carryOut(action, space, servers, signal));
    if (problem !== null) return `${action.action}: ${problem}`;
  }
  return null;
}

/** Names that mean nothing: a test that is wrong about them would prove nothing. */
async function unknownIn(action: Action, { tools }: Servers): Promise<string | null> {
  if ('server' in action && !tools.has(action.server)) return `there is no server ${action.server}`;
  if (!('tool' in action) || action.tool === undefined) return null;
  const { tool } = action;
  const among = 'server' in action ? [tools.get(action.server)] : [...tools.values()];
  if (!among.some((names) => names?.has(tool))) return `there is no tool ${tool}`;
  if (action.action !== 'redefine' || action.schema === undefined) return null;
  return await faultOf(action.schema, {}).then(
    () => null,
    () => 'schema is no JSON Schema',
  );
}

async function carryOut(
  action: Action,
  space: Space,
  servers: Servers,
  signal: AbortSignal,
): Promise<string | null> {
  switch (action.action) {
    case 'plant':
      space.plant(action);
      return null;
    case 'redefine': {
      const name = `${action.server}/${action.tool}`;
      const { description, schema, annotations } = { ...space.changes.get(name), ...action };
      space.changes.set(name, { description, schema, annotations });
      servers.changed(action.server);
      return null;
    }
    case 'mode':
      space.modes.set(action.server, action);
      return null;
    case 'hold':
      space.holds.plan(action);
      return null;
    case 'release':
      space.holds.release();
      return null;
    case 'await':
      return (await space.holds.reached(action.held, signal)) ? null : `${space.holds.held} calls wait`;
    case 'reset':
      space.reset();
      await servers.endSessions();
      return null;
    default:
      return action satisfies never;
  }
}
