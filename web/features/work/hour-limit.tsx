/** How often a webhook may start a run, and when it goes on while that holds deliveries back. */
import type { Webhook } from '#shared/protocol/webhook.ts';
import { whenWords } from './work-words.ts';

export function HourLimit({ webhook, zone, now }: { webhook: Webhook; zone: string; now: number }) {
  const { runsPerHour, runsUsed, heldUntil, waiting } = webhook;
  if (runsPerHour === undefined) return null;
  const held =
    heldUntil !== undefined && heldUntil !== null && Date.parse(heldUntil) > now ? heldUntil : null;
  return held === null ? (
    <p className="muted">
      At most {runsPerHour} runs an hour, further apart the more of them are used; what comes meanwhile shares
      one. A test, or what you send through once more, goes first.
    </p>
  ) : (
    <p className="waiting">
      Runs of this hour keep apart{runsUsed !== undefined && `, ${runsUsed} of ${runsPerHour} used`}:{' '}
      {waiting === 1 ? 'one delivery waits' : `${waiting} deliveries wait`}, and{' '}
      {waiting === 1 ? 'goes' : 'go'} on {whenWords(held, zone, now)}.
    </p>
  );
}
