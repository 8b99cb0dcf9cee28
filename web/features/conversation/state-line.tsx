/** What is going on right now: thinking, writing, or waiting for the next try. */
import { Suspense } from 'react';
import type { TurnView } from '#shared/core/conversation/transcript.ts';
import { Retrying } from '#web/features/conversation/rarely.ts';

/** Keeps its height whatever it says, so that the text above does not move. */
export function StateLine({
  retry = null,
  writing = false,
}: {
  retry?: TurnView['retry'];
  writing?: boolean;
}) {
  return (
    <p className="state" data-tone={retry ? 'waiting' : 'working'}>
      <i aria-hidden="true" />
      {retry ? (
        <Suspense fallback="Trying again">
          <Retrying key={retry.retryAt} retry={retry} />
        </Suspense>
      ) : writing ? (
        'Writing'
      ) : (
        'Thinking'
      )}
    </p>
  );
}
