/** Instants as text. Reads no clock: the time is always an argument. */

/** ISO 8601 in UTC with milliseconds. */
export const instant = (ms: number): string => new Date(ms).toISOString();

/** The day in UTC, `YYYY-MM-DD`. */
export const utcDay = (ms: number): string => instant(ms).slice(0, 10);

/** Milliseconds since the epoch of an instant that was written as text; NaN for what is none. */
export const parseInstant = (text: string): number => Date.parse(text);
