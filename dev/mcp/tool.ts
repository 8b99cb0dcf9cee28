/** One tool of a stand-in server: how it describes itself, and what it does. */
import type { Space } from './space.ts';

type Value = Readonly<Record<string, unknown>>;

export interface Part {
  readonly type: string;
  readonly [member: string]: unknown;
}

export interface Result {
  content: Part[];
  isError?: boolean;
  structuredContent?: Value;
}

export interface Doing {
  space: Space;
  server: string;
  args: Value;
  signal: AbortSignal;
  progress(done: number, total: number, message: string): Promise<void>;
  /** Asks the person: null while nobody has answered, and the call has to end with `asking`. */
  ask(message: string, schema: Value): Promise<Value | null | Asking>;
}

/** What a server of the stateless revision answers when it needs to know more. */
export interface Asking {
  asking: unknown;
}

export interface Tool {
  name: string;
  title?: string;
  description: string;
  inputSchema: Value;
  outputSchema?: Value;
  annotations?: Value;
  run(doing: Doing): Promise<Result | Asking>;
}

export const text = (value: string, isError = false): Result => ({
  content: [{ type: 'text', text: value }],
  ...(isError ? { isError } : {}),
});

/** A schema of texts, all of them needed but those that end with a question mark. */
export function texts(...names: ReadonlyArray<string>): Value {
  const properties = Object.fromEntries(names.map((name) => [name.replace('?', ''), { type: 'string' }]));
  return { type: 'object', properties, required: names.filter((name) => !name.endsWith('?')) };
}

export const reads = { readOnlyHint: true, openWorldHint: false };
export const writes = { readOnlyHint: false, destructiveHint: false };

const said = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A tool that changes the outside: held before and after where a test wants it, once for a key. */
export function effect(tool: Omit<Tool, 'run'>, answer: (args: Value, space: Space) => string): Tool {
  return {
    ...tool,
    async run({ space, server, args, signal }) {
      await space.pass(tool.name, 'before', signal);
      if (signal.aborted) return text('given up', true);
      const { idempotency_key: key, ...rest } = args;
      const done = space.act({ server, tool: tool.name, args: rest, key: said(key) || null }, () =>
        answer(rest, space),
      );
      await space.pass(tool.name, 'after', signal);
      return text(done.text, done.isError);
    },
  };
}

/** What is planted in results of a space, at the end of what a tool says. */
export const withPlanted = (value: string, planted: ReadonlyArray<string>): string =>
  [value, ...planted].join('\n\n');

export { said };
