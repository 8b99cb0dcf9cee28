/** Commands for the stand-in for Claude, from inside a test in workerd. Each names its requests by their text. */
import { env } from 'cloudflare:workers';
import * as z from 'zod/mini';

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

export const standIn = {
  /** No waiting between tokens: a test that needs a pause in a reply uses `hold`. */
  hurry: () => tell({ action: 'pace', firstTokenMs: 0, tokenMs: 0 }),
  /** The next request with this text in its newest words waits after so many deltas, until `release`. */
  hold: (text: string, deltas?: number) =>
    tell({ action: 'hold', match: { text, kind: 'chat' }, ...(deltas === undefined ? {} : { deltas }) }),
  /** Resolves once a request has come to where it waits. */
  held: () => tell({ action: 'await', held: 1 }),
  release: () => tell({ action: 'release' }),
  /** The next `times` requests with this text get a scenario. */
  queue: (text: string, scenario: string, options: Record<string, unknown> = {}, times = 1) =>
    tell({ action: 'queue', match: { text, kind: 'chat' }, scenario, options, times }),
  /** The next request with this text is answered with these blocks. */
  reply: (text: string, reply: ReadonlyArray<Record<string, unknown>>) =>
    tell({ action: 'queue', match: { text, kind: 'chat' }, reply }),
  /** For each request of a conversation with this text: what the cache gave, and what it could have given. */
  cache: async (text: string) => {
    const response = await fetch(`${env.ANTHROPIC_BASE_URL}/__cache?text=${encodeURIComponent(text)}`);
    return Shares.parse(await response.json()).requests.filter(({ kind }) => kind === 'chat');
  },
};
