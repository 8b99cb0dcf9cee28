/** Ids as they travel: UUIDs (version 7 where we make them), lower case. */
import * as z from 'zod/mini';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A UUID of any version in lower-case hexadecimal; a client may make its own. */
export const Id = z.string().check(z.regex(UUID, 'must be a UUID in lower case'));
export type Id = z.infer<typeof Id>;

/** An instant: ISO 8601 in UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
export const Instant = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/));
export type Instant = z.infer<typeof Instant>;
