/**
 * What a name stands for, asked over HTTPS (RFC 8484's JSON form, as Cloudflare serves it): plain `fetch`, so it works
 * wherever the app runs, and an answer of the public DNS, so names that exist only inside a network are unknown to it.
 */
import * as z from 'zod/mini';
import { fetchConfigured } from './configured.ts';

/** The addresses of a name. Empty: the DNS says there are none. Throws when there is no answer to be had. */
export type Resolve = (hostname: string, signal: AbortSignal) => Promise<ReadonlyArray<string>>;

const RESOLVER = 'https://cloudflare-dns.com/dns-query';
const LIMITS = { timeoutMs: 2_000, maxBytes: 32_768 };
const TYPES = { A: 1, AAAA: 28 } as const;
/** Answers that settle the matter: no error, and no such name (RFC 1035 4.1.1). */
const SETTLED: ReadonlySet<number> = new Set([0, 3]);

const Reply = z.object({
  Status: z.number(),
  Answer: z.optional(z.array(z.object({ type: z.number(), data: z.string() }))),
});

/** @param address of the resolver; another one for tests */
export function resolveOverHttps(address: string = RESOLVER): Resolve {
  async function ask(hostname: string, type: keyof typeof TYPES, signal: AbortSignal): Promise<string[]> {
    const query = new URLSearchParams({ name: hostname, type });
    const headers = { accept: 'application/dns-json' };
    const answer = await fetchConfigured(`${address}?${query}`, { headers }, { ...LIMITS, signal });
    const reply = Reply.safeParse(answer.ok ? answer.json() : null);
    if (!reply.success || !SETTLED.has(reply.data.Status)) throw new Error('The DNS did not answer');
    // Aliases on the way to the address are of other types.
    return (reply.data.Answer ?? []).flatMap(({ type: of, data }) => (of === TYPES[type] ? data : []));
  }
  return async (hostname, signal) => {
    const halves = await Promise.allSettled([ask(hostname, 'A', signal), ask(hostname, 'AAAA', signal)]);
    const known = halves.flatMap((half) => (half.status === 'fulfilled' ? half.value : []));
    // What one half says holds, whatever became of the other: a private address must not hide behind a lost answer.
    if (known.length === 0 && halves.some(({ status }) => status === 'rejected'))
      throw new Error('The DNS did not answer');
    return known;
  };
}
