/** Time zones as the platform's data knows them. */

/** Whether this is an IANA time zone name that dates can be computed in (offsets such as `+02:00` are not). */
export function isTimeZone(name: string): boolean {
  if (/^[+-]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Names that stay known. There are some six hundred; the rest can only be other spellings of them. */
const KEPT = 1_000;
const canonical = new Map<string, string>();

/**
 * The one name under which a zone's data is kept in memory. Any mixture of large and small letters names a zone, and each
 * would have a formatter of its own, some ten kilobytes that nobody ever lets go. As it is for what is no zone.
 */
export function canonicalZone(name: string): string {
  const known = canonical.get(name);
  if (known !== undefined) return known;
  const found = isTimeZone(name)
    ? new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
    : name;
  if (canonical.size >= KEPT) canonical.delete(canonical.keys().next().value ?? '');
  canonical.set(name, found);
  return found;
}
