/** Asks the owner's object for a place for a schedule, before one is made: conversations that add at once see each other. */
import { user } from '#durable-objects/user/client.ts';
import type { ConversationState } from '#shared/core/conversation/state.ts';
import { openSchedules } from '#shared/core/conversation/transition-schedules.ts';

/**
 * Claims a place; not `ok` when the user has as many schedules as there can be.
 * @param again the schedule had ended, and is to come due again
 * @returns also the zone that the owner is in
 */
export const claimPlace = (
  env: Env,
  state: ConversationState,
  scheduleId: string,
  again = false,
): Promise<{ ok: boolean; timezone: string }> => {
  const { id: conversationId, ownerId, rev } = state;
  const claim = { conversationId, scheduleId, again, open: openSchedules(state), rev };
  return user(env, ownerId).claimSchedule(claim);
};

/** Gives it back: nothing came of it. */
export const releasePlace = (
  env: Env,
  { id, ownerId }: Pick<ConversationState, 'id' | 'ownerId'>,
  scheduleId: string,
): Promise<void> => user(env, ownerId).releaseSchedule(id, scheduleId);
