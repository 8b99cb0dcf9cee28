/** Where a redirect leads and what goes there with it (RFC 9110 15.4, and the fetch standard where that leaves a choice). */

/** The most that are followed. */
export const MAX_REDIRECTS = 3;

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export const isRedirect = (status: number): boolean => REDIRECTS.has(status);

/**
 * What may be told to another origin than the one the caller meant. A list of what is harmless, not of what is secret:
 * keys travel in headers of any name.
 */
const HARMLESS: ReadonlySet<string> = new Set([
  'accept',
  'accept-language',
  'content-language',
  'content-type',
  'user-agent',
]);
/** What only describes a body. */
const OF_BODY: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-type',
]);

export interface Hop<Body> {
  method: string;
  headers: Headers;
  body?: Body;
}

export type Followed<Body> =
  | { ok: true; hop: Hop<Body> }
  /** It would carry the body to another origin. Bodies hold secrets too: a code, a refresh token, somebody's mail. */
  | { ok: false };

/**
 * The request after a redirect. What was taken off for another origin stays off, also when a later redirect leads back.
 * @param status of the redirect
 */
export function follow<Body>(hop: Hop<Body>, status: number, from: URL, to: URL): Followed<Body> {
  const { method, body } = hop;
  const toGet =
    status === 303
      ? !['GET', 'HEAD'].includes(method)
      : (status === 301 || status === 302) && method === 'POST';
  const keepsBody = body !== undefined && !toGet;
  const isAbroad = from.origin !== to.origin;
  if (isAbroad && keepsBody) return { ok: false };
  const headers = new Headers();
  for (const [name, value] of hop.headers)
    if ((!isAbroad || HARMLESS.has(name)) && (keepsBody || !OF_BODY.has(name))) headers.append(name, value);
  return { ok: true, hop: { method: toGet ? 'GET' : method, headers, ...(keepsBody ? { body } : {}) } };
}
