/** One tool of a stand-in server: how it describes itself, and what it does. */
import type { CallToolResult, InputRequiredResult, ToolAnnotations } from '@modelcontextprotocol/server';
import type { Space } from './space.ts';

type Value = Readonly<Record<string, unknown>>;

export interface Doing {
  readonly space: Space;
  readonly server: string;
  readonly args: Value;
  /** What the person answered to an `InputRequiredResult`, by key. */
  readonly answers: Record<string, unknown> | undefined;
  /** What was minted when the person was asked, carried back by the client and checked. */
  readonly state: unknown;
  mint(state: string): Promise<string>;
  readonly signal: AbortSignal;
  progress(done: number, total: number, message: string): Promise<void>;
  /** Tells everybody who listens that the tools of this server are others now. */
  changed(): void;
}

export interface Tool {
  readonly name: string;
  readonly title?: string;
  readonly description: string;
  readonly inputSchema: Value;
  readonly outputSchema?: Value;
  readonly annotations?: ToolAnnotations;
  /** What breaks on the wire when it is called: see `wire.ts`. */
  readonly breaks?: 'bad_json' | 'crash' | 'drop';
  run(doing: Doing): Promise<CallToolResult | InputRequiredResult>;
}

export const text = (value: string, isError = false): CallToolResult => ({
  content: [{ type: 'text', text: value }],
  ...(isError ? { isError } : {}),
});

/** A schema of these members and no others, all of them needed but those whose name ends with a question mark. */
export function object(members: Readonly<Record<string, object>>): Value {
  const properties = Object.fromEntries(
    Object.entries(members).map(([name, schema]) => [name.replace('?', ''), schema]),
  );
  const required = Object.keys(members).filter((name) => !name.endsWith('?'));
  return { type: 'object', properties, required, additionalProperties: false };
}

export const string = { type: 'string' } as const;
export const number = { type: 'number' } as const;
export const strings = { type: 'array', items: string } as const;

/** The same where every member is a text. */
export const texts = (...names: ReadonlyArray<string>): Value =>
  object(Object.fromEntries(names.map((name) => [name, string])));

export const reads = { readOnlyHint: true, openWorldHint: false } satisfies ToolAnnotations;
export const writes = {
  readOnlyHint: false,
  destructiveHint: false,
  openWorldHint: false,
} satisfies ToolAnnotations;

export const said = (value: unknown): string => (typeof value === 'string' ? value : '');

interface Acting {
  /** Does it in the space. @returns what to answer */
  act(args: Value, space: Space): string;
  /** Why it cannot be done; null when it can. Then nothing happens. */
  refuse?(args: Value, space: Space): string | null;
}

/** A tool that changes the outside: a line in the ledger for each execution, one for a key. */
export function effect(tool: Omit<Tool, 'run'>, { act, refuse }: Acting): Tool {
  return {
    ...tool,
    async run({ space, server, args: given }) {
      const { idempotency_key: key, ...args } = given;
      const refused = refuse?.(args, space) ?? null;
      if (refused !== null) return text(refused, true);
      const effect = { server, tool: tool.name, args, key: said(key) || null };
      const done = space.act(effect, () => act(args, space));
      return text(done.text, done.isError);
    },
  };
}
