/** Time zones as the browser knows them. */

/** The zone this device is set to. */
export const ownZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

/** All zones to choose from; the one in use is among them even if this browser does not list it. */
export function zones(inUse: string): string[] {
  const known = Intl.supportedValuesOf('timeZone');
  return [...new Set([...known, 'UTC', inUse])].toSorted();
}

/** Weekday and time of day in a zone, such as "Tuesday 08:30". */
export const clockIn = (zone: string, now: number): string =>
  new Intl.DateTimeFormat('en-GB', {
    weekday: 'long',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
  }).format(now);
