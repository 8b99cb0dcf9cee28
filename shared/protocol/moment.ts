/** Instants as people and programs send them, with any offset. */
import * as z from 'zod/mini';

/** Of the years 0 to 9999. An offset leads past either end, where a time is written in a way that no reply of ours has. */
const first = Date.parse('0000-01-01T00:00:00Z');
const last = Date.parse('9999-12-31T23:59:59.999Z');

/** What is no time at all is told by the format, not by these. */
const isSayable = (text: string): boolean => !(Date.parse(text) < first || Date.parse(text) > last);

export const Moment = z.iso
  .datetime({ offset: true })
  .check(z.refine(isSayable, { error: 'must be within the years 0 to 9999' }));
