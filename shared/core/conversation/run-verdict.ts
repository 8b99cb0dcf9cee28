/** What the end of a run says about the schedule or webhook that began it. */
import type { Outcome } from '#shared/protocol/conversation.ts';

/**
 * It counts among the failures in a row. One that was cut off at a `limit` is not made again: it would spend as much and
 * end at the same place.
 */
export const hasFailed = (outcome: Outcome): boolean => outcome === 'failed' || outcome === 'limit';

/** It ended on its own: failures before it are forgotten. A stop, or that nobody answered, says nothing about the work. */
export const hasWorked = (outcome: Outcome): boolean => outcome === 'completed' || outcome === 'unverified';
