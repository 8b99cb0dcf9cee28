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
