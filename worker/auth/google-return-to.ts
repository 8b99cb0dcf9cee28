/** Where to go after signing in: only ever a page of ours (CWE-601). */

/** No answer of the API is a page, and going to `/api/auth/google` again would never end. */
const NOT_PAGES = /^\/(?:api|hooks|mcp|__dev)(?:\/|$)/;

/**
 * The path as browsers read it, with its query and fragment; `/` where it is none of ours. Browsers take `\` for `/` and
 * drop tabs and line ends, so `/\evil.example` and `/<tab>/evil.example` lead elsewhere although they begin like a path.
 */
export function ownPath(path: string | undefined, origin: string): string {
  const home = '/';
  if (path === undefined || !/^\/(?!\/)[^\\\p{Cc}]*$/u.test(path) || !URL.canParse(path, origin)) return home;
  const url = new URL(path, origin);
  // `/.//evil.example` begins like a path, and is `//evil.example` once its dots are resolved.
  if (url.origin !== origin || url.pathname.startsWith('//') || NOT_PAGES.test(url.pathname)) return home;
  return `${url.pathname}${url.search}${url.hash}`;
}
