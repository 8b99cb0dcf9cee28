/**
 * The places that a user has for schedules, over all conversations. Which are taken, each conversation reports with its
 * line of the registry; a report comes after the schedule. So that conversations that add at once see each other, a place
 * is claimed before the schedule is made. The report that tells of the schedule takes the place of the claim, in one
 * write: a schedule is counted once whatever dies in between. A claim of which nothing came expires.
 */

/** Schedules that all conversations of a user may have together. The sentence of `schedule_limit` names it. */
export const maxSchedulesOfUser = 200;
/** How long a claim holds: longer than a conversation takes to come back and report what it made. */
export const claimMs = 5 * 60_000;

/** A conversation asks for a place. */
export interface PlaceClaim {
  conversationId: string;
  scheduleId: string;
  /** One that had ended comes due again: only a report of it as open counts it. */
  again: boolean;
  /** Its schedules that have not ended, as of its revision `rev`. */
  open: string[];
  rev: number;
}

/** What is known of the conversation that asks. */
export interface Known {
  /** Its last report. */
  reported: { rev: number; schedules: number } | null;
  /** Its schedules that were claimed and not reported. */
  claimed: ReadonlyArray<string>;
}

/** The places that a conversation has, without the one that it asks for. */
export function placesOf({ scheduleId, open, rev }: PlaceClaim, { reported, claimed }: Known): number {
  const others = claimed.filter((id) => id !== scheduleId);
  // It asked before it reported, and was overtaken: what it told then is old.
  if (reported !== null && reported.rev > rev) return reported.schedules + others.length;
  return new Set([...open, ...others]).size;
}

/** What a report tells of the schedules in a conversation. */
export interface ReportedSchedules {
  open: ReadonlyArray<string>;
  /** Made a short while ago, and over already. */
  ended: ReadonlyArray<string>;
}

/** Whether a report tells of a schedule that was claimed. */
export const isTold = (
  { scheduleId, again }: Pick<PlaceClaim, 'scheduleId' | 'again'>,
  { open, ended }: ReportedSchedules,
): boolean => open.includes(scheduleId) || (!again && ended.includes(scheduleId));
