/** The log of the worker and the objects: one JSON line on standard output for each event. */
import { makeLogger, type LogRecord } from '#shared/core/log/log.ts';
import { clock } from './clock.ts';

/** One line: the time as an ISO instant first, then what the record holds. */
function logLine({ time, ...rest }: LogRecord): string {
  return JSON.stringify({ timestamp: new Date(time).toISOString(), ...rest });
}

export const log = makeLogger((record) => console.log(logLine(record)), clock);
