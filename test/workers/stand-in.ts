/** Commands for the stand-in for Claude, from inside a test in workerd. Each names its requests by their text. */
import { env } from 'cloudflare:workers';
import * as z from 'zod/mini';

const Blocks = z.array(z.looseObject({ type: z.string() }));
const Journal = z.object({
  entries: z.array(
    z.object({
      outcome: z.string(),
      rule: z.nullable(z.string()),
      cache: z.nullable(z.object({ kind: z.string() })),
      request: z.object({
        tools: z.optional(z.array(z.looseObject({ name: z.string() }))),
        system: z.unknown(),
        messages: z.array(z.object({ role: z.string(), content: z.union([z.string(), Blocks]) })),
      }),
      response: z.nullable(z.object({ content: z.optional(Blocks) })),
    }),
  ),
});

const Shares = z.object({
  requests: z.array(z.object({ kind: z.string(), attainable: z.number(), read: z.number() })),
});

const tell = async (...actions: ReadonlyArray<Record<string, unknown>>): Promise<void> => {
  const response = await fetch(`${env.ANTHROPIC_BASE_URL}/__control`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(actions),
  });
  if (!response.ok) throw new Error(`The stand-in refused: ${await response.text()}`);
};

let owner: string | null = null;
/** All files share one stand-in: holds bear the name of theirs, so that no file waits for those of another or ends them. */
const ours = (): string => (owner ??= crypto.randomUUID());

/**
 * Words that only one test says. All files share the stand-in, and it answers whoever says the words first: two files that
 * run at the same time would take each other's answers.
 * @throws Error where no id is in them
 */
function onlyHere(text: string): string {
  if (!/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/.test(text))
    throw new Error(`Another test may say "${text}" as well: put an id into it.`);
  return text;
}

export const standIn = {
  /** No waiting between tokens: a test that needs a pause in a reply uses `hold`. */
  hurry: () => tell({ action: 'pace', firstTokenMs: 0, tokenMs: 0 }),
  /** The next request with this text in its newest words waits after so many deltas, until `release`. */
  hold: (text: string, deltas?: number) =>
    tell({
      action: 'hold',
      match: { text: onlyHere(text), kind: 'chat' },
      owner: ours(),
      ...(deltas === undefined ? {} : { deltas }),
    }),
  /** Resolves once a request has come to where it waits. */
  held: () => tell({ action: 'await', held: 1, owner: ours() }),
  release: () => tell({ action: 'release', owner: ours() }),
  /** The next `times` requests with this text get a scenario. */
  queue: (text: string, scenario: string, options: Record<string, unknown> = {}, times = 1) =>
    tell({ action: 'queue', match: { text: onlyHere(text), kind: 'chat' }, scenario, options, times }),
  /** The next request with this text is answered with these blocks. */
  reply: (text: string, reply: ReadonlyArray<Record<string, unknown>>) =>
    tell({ action: 'queue', match: { text: onlyHere(text), kind: 'chat' }, reply }),
  /** The requests of a conversation with this text in its newest words, oldest first, with what was answered. */
  requests: async (text: string) => {
    const response = await fetch(`${env.ANTHROPIC_BASE_URL}/__journal?text=${encodeURIComponent(text)}`);
    const { entries } = Journal.parse(await response.json());
    // Titles are made of the same words; what was refused has no kind.
    return entries.filter(({ cache, rule }) => cache?.kind === 'chat' || rule !== null);
  },
  /** For each request of a conversation with this text: what the cache gave, and what it could have given. */
  cache: async (text: string) => {
    const response = await fetch(`${env.ANTHROPIC_BASE_URL}/__cache?text=${encodeURIComponent(text)}`);
    return Shares.parse(await response.json()).requests.filter(({ kind }) => kind === 'chat');
  },
};
