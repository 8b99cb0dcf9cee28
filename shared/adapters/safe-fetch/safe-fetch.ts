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

/** The answer to the last hop, its content not read yet, and where it came from. */
async function reach(
  url: string,
  init: Outgoing,
  options: SafeFetchOptions,
  signal: AbortSignal,
): Promise<{ response: Response; at: URL }> {
  let at = await allowed(url, options, signal);
  let hop: Hop<NonNullable<Outgoing['body']>> = {
    method: init.method?.toUpperCase() ?? 'GET',
    headers: headersOf(init.headers),
    ...(init.body === undefined ? {} : { body: init.body }),
  };
  for (let redirects = 0; ; redirects += 1) {
    signal.throwIfAborted();
    const response = await send(at.href, hop, signal);
    const location = isRedirect(response.status) ? response.headers.get('location') : null;
    if (location === null) return { response, at };
    discard(response);
    if (redirects === MAX_REDIRECTS) throw new SafeFetchError('redirect_refused');
    const to = URL.canParse(location, at.href) ? new URL(location, at.href).href : location;
    const next = await allowed(to, options, signal);
    const followed = follow(hop, response.status, at, next);
    if (!followed.ok) throw new SafeFetchError('redirect_refused');
    at = next;
    hop = followed.hop;
  }
}

/**
 * Calls an address that somebody named, follows at most three redirects, and reads what is answered, all within the
 * limits. Every status is an answer. Throws `SafeFetchError`, in every case alike whatever the other side said.
 * @param init a body makes sense for methods that have one; across origins it is never sent on
 */
export function safeFetch(url: string, init: Outgoing, options: SafeFetchOptions): Promise<SafeAnswer> {
  return withinTime(options, async (signal) => {
    const { response, at } = await reach(url, init, options, signal);
    const bytes = await contentOf(response, options);
    return { ...answerOf(response, bytes), url: at.href };
  });
}

/** An answer that is read while it comes. The caller's `signal` ends it; nothing else does but its end or its size. */
export type SafeStreamOptions = Omit<SafeFetchOptions, 'timeoutMs' | 'contentTypes'> & {
  signal: AbortSignal;
};

/**
 * The same call for answers that stream. The content is cut with `too_large` after `maxBytes`; the time is the
 * caller's to limit. Throws `SafeFetchError` until the answer begins.
 */
export async function openSafely(url: string, init: Outgoing, options: SafeStreamOptions): Promise<Response> {
  const { signal, maxBytes } = options;
  const { response } = await reach(url, init, { ...options, timeoutMs: 0 }, signal);
  const headers = new Headers(response.headers);
  headers.delete('set-cookie');
  const { status, statusText } = response;
  if (EMPTY.has(status) || response.body === null) return new Response(null, { status, statusText, headers });
  return new Response(response.body.pipeThrough(noMoreThan(maxBytes)), { status, statusText, headers });
}

/** Breaks a stream off when it is longer than it may be. */
function noMoreThan(maxBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let length = 0;
  return new TransformStream({
    transform(piece, controller) {
      length += piece.byteLength;
      if (length > maxBytes) controller.error(new SafeFetchError('too_large'));
      else controller.enqueue(piece);
    },
  });
}
