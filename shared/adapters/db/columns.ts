/** The columns that all tables share. */
import { bigint, timestamp } from 'drizzle-orm/pg-core';

/** A moment, to the millisecond. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

/** A whole number that may grow beyond 32 bits: a revision, a sequence, bytes. */
export const count = (name: string) => bigint(name, { mode: 'number' });
