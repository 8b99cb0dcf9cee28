/**
 * What to do with an unfinished turn that is found when the object wakes or its alarm rings. The shell asks; the
 * answer is an input for `transition`, or nothing.
 */
import type { Input } from './input.ts';
import type { ConversationState } from './state.ts';

/**
 * @param running the attempt that is alive in this process, or null
 * @param now milliseconds since the epoch
 */
export function recover(
  state: ConversationState,
  running: { turnId: string; attempt: number } | null,
  now: number,
): Extract<Input, { type: 'resume' | 'extend_lease' }> | null {
  const { turn } = state;
  if (turn === null) return null;
  if (turn.retryAt !== null) return turn.retryAt <= now ? { type: 'resume', lost: false } : null;
  const alive = running !== null && running.turnId === turn.id && running.attempt === turn.attempt;
  if (alive) return turn.leaseUntil <= now ? { type: 'extend_lease' } : null;
  // The lease is this object's own, and the platform keeps one instance: a holder that is not in memory is dead.
  return { type: 'resume', lost: true };
}
