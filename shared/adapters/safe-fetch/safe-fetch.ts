/**
 * The one way to a URL that a user or a server named: MCP servers and everything found on the way to their tokens,
 * webhooks that go out, push endpoints. Read all at once here, as it comes in `open-safely.ts`. For addresses of our own
 * settings there is `configured.ts`.
 */
import { type Answer, answerOf, type Outgoing, readWithin, withinTime } from './exchange.ts';
import { isWanted, lastHop, type SafeFetchOptions } from './hops.ts';

export type { SafeFetchOptions };

export interface SafeAnswer extends Answer {
  /** Where the answer came from, after redirects. */
  url: string;
}

/**
 * Calls an address that somebody named, follows at most three redirects, and reads what is answered, all within the
 * limits. Every status is an answer. Throws `SafeFetchError`, in every case alike whatever the other side said.
 * @param init a body makes sense for methods that have one; across origins it is never sent on
 */
export function safeFetch(url: string, init: Outgoing, options: SafeFetchOptions): Promise<SafeAnswer> {
  return withinTime(options, async (signal) => {
    const { response, url: at } = await lastHop(url, init, options, signal);
    const bytes = isWanted(response, options)
      ? await readWithin(response, options.maxBytes)
      : new Uint8Array();
    return { ...answerOf(response, bytes), url: at };
  });
}
