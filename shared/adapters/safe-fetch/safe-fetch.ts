/**
 * The one way to a URL that a user or a server named: MCP servers and everything found on the way to their tokens,
 * webhooks that go out, push endpoints. Each hop is judged anew by its text and by what its name stands for; what goes
 * along is decided by `core/net/redirect.ts`. For addresses of our own settings there is `configured.ts`.
 */
import { type AddressRules, judgeAddress } from '#shared/core/net/address.ts';
import { isPublicIp } from '#shared/core/net/public-ip.ts';
import { follow, type Hop, isRedirect, MAX_REDIRECTS } from '#shared/core/net/redirect.ts';
import type { Resolve } from './dns.ts';
import { SafeFetchError } from './error.ts';
import {
  type Answer,
  answerOf,
  discard,
  type Limits,
  type Outgoing,
  readWithin,
  send,
  withinTime,
} from './exchange.ts';

export interface SafeFetchOptions extends Limits, AddressRules {
  /** Looks names up. Given by the caller, so that a test needs no DNS. */
  resolve: Resolve;
  /**
   * Media types that are read, such as `application/json`. An answer of success with another one is refused; one that is
   * no success keeps its status and loses its content. Without a list everything is read.
   */
  contentTypes?: ReadonlyArray<string>;
}

export interface SafeAnswer extends Answer {
  /** Where the answer came from, after redirects. */
  url: string;
}

/** How a message is framed, and for whom, is ours to say: callers pass on headers that users chose. */
const OURS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** Statuses that have no content (RFC 9110 6.4.1). */
const EMPTY: ReadonlySet<number> = new Set([204, 205, 304]);

function headersOf(given: Outgoing['headers']): Headers {
  const headers = new Headers();
  for (const [name, value] of new Headers(given)) if (!OURS.has(name)) headers.append(name, value);
  return headers;
}

/** Throws `address_refused`. The answer to it says nothing about which rule it was: that would be a map of networks. */
async function allowed(text: string, options: SafeFetchOptions, signal: AbortSignal): Promise<URL> {
  const verdict = judgeAddress(text, options);
  if (!verdict.ok) throw new SafeFetchError('address_refused');
  if (verdict.local) return verdict.url;
  // Defence in depth: `fetch` looks the name up again and may be told something else. So an answer that is not public
  // refuses the call, but a DNS that does not answer does not: it would stop everything and make nothing safer.
  const addresses = await options.resolve(verdict.url.hostname, signal).catch(() => null);
  if (addresses?.length === 0) throw new SafeFetchError('unreachable');
  if (addresses?.every(isPublicIp) === false) throw new SafeFetchError('address_refused');
  return verdict.url;
}

async function contentOf(response: Response, { contentTypes, maxBytes }: SafeFetchOptions) {
  const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  const isWanted = contentTypes === undefined || contentTypes.includes(type) || EMPTY.has(response.status);
  if (isWanted) return readWithin(response, maxBytes);
  discard(response);
  if (response.ok) throw new SafeFetchError('wrong_type');
  return new Uint8Array();
}

/**
 * Calls an address that somebody named, follows at most three redirects, and reads what is answered, all within the
 * limits. Every status is an answer. Throws `SafeFetchError`, in every case alike whatever the other side said.
 * @param init a body makes sense for methods that have one; across origins it is never sent on
 */
export function safeFetch(url: string, init: Outgoing, options: SafeFetchOptions): Promise<SafeAnswer> {
  return withinTime(options, async (signal) => {
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
      if (location === null) {
        const bytes = await contentOf(response, options);
        return { ...answerOf(response, bytes), url: at.href };
      }
      discard(response);
      if (redirects === MAX_REDIRECTS) throw new SafeFetchError('redirect_refused');
      const to = URL.canParse(location, at.href) ? new URL(location, at.href).href : location;
      const next = await allowed(to, options, signal);
      const followed = follow(hop, response.status, at, next);
      if (!followed.ok) throw new SafeFetchError('redirect_refused');
      at = next;
      hop = followed.hop;
    }
  });
}
