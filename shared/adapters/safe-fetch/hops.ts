/**
 * From an address that somebody named to the answer of its last hop: each hop is judged anew by its text and by what its
 * name stands for; what goes along is decided by `core/net/redirect.ts`. Reading the answer is for `safe-fetch.ts` (all
 * at once) and `open-safely.ts` (as it comes).
 */
import { type AddressRules, judgeAddress } from '#shared/core/net/address.ts';
import { isPublicIp } from '#shared/core/net/public-ip.ts';
import { follow, type Hop, isRedirect, MAX_REDIRECTS } from '#shared/core/net/redirect.ts';
import type { Resolve } from './dns.ts';
import { SafeFetchError } from './error.ts';
import { discard, type Limits, type Outgoing, send } from './exchange.ts';

export interface SafeFetchOptions extends Limits, AddressRules {
  /** Looks names up. Given by the caller, so that a test needs no DNS. */
  resolve: Resolve;
  /**
   * Media types that are read, such as `application/json`. An answer of success with another one is refused; one that is
   * no success keeps its status and loses its content. Without a list everything is read.
   */
  contentTypes?: ReadonlyArray<string>;
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
export const EMPTY: ReadonlySet<number> = new Set([204, 205, 304]);

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

/** Whether the content may be read; lets go of it if not. Throws `wrong_type` for an answer of success. */
export function isWanted(response: Response, { contentTypes }: SafeFetchOptions): boolean {
  const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (contentTypes === undefined || contentTypes.includes(type) || EMPTY.has(response.status)) return true;
  discard(response);
  if (response.ok) throw new SafeFetchError('wrong_type');
  return false;
}

/** The answer of the last hop, its body not yet read, and where it came from. Throws `SafeFetchError`. */
export async function lastHop(url: string, init: Outgoing, options: SafeFetchOptions, signal: AbortSignal) {
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
    if (location === null) return { response, url: at.href };
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
