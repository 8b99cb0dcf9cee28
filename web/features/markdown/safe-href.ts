/** The one gate for addresses that come out of a text somebody else wrote. */

const ALLOWED = new Set(['http:', 'https:', 'mailto:']);

/**
 * The address in its normal form when a click on it can do no harm here, else null. Parsing, not matching, decides:
 * browsers drop tabs and newlines inside a scheme, so `java\nscript:` would slip past a pattern.
 * Relative addresses are refused too, since they would point into this app.
 */
export function safeHref(address: string): string | null {
  try {
    const url = new URL(address.trim());
    return ALLOWED.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
