/** News of all conversations, so that the list is live in every tab. */
import { type LiveState, openLive } from '#shared/client/live.ts';
import { ProblemError } from '#shared/client/problem-error.ts';
import { UserFrame } from '#shared/protocol/user-events.ts';
import { client, queryClient } from './app.ts';
import { hearRemoved, hearSummary, refresh } from './conversations.ts';
import { hearNews, hearRead } from './news.ts';
import { browserEnv, framesOf, socketAddress, wakeWithPage } from './live-env.ts';

/** Follows the user's conversations until the returned function is called. */
export function followUser(onState: (state: LiveState) => void): () => void {
  /** What was missed between reading the list and hearing the first news, or while the line was down. */
  let missed = false;
  const live = openLive<UserFrame>(
    {
      ticket: async () => (await client.call('userTicket')).ticket,
      address: (ticket) => socketAddress('userEvents', {}, ticket),
      parse: framesOf(UserFrame),
      onFrame: (frame) => {
        if ('conversation' in frame) hearSummary(frame.conversation);
        else if ('removed' in frame) hearRemoved(frame.removed.id);
        else if ('dailyRun' in frame) queryClient.setQueryData(['daily-news'], frame.dailyRun);
        else if ('notification' in frame) hearNews(frame.notification, frame.unread);
        else if ('notificationsRead' in frame) hearRead(frame.notificationsRead);
        else {
          void refresh(missed ? 'lists' : 'failed').catch(() => undefined);
          missed = true;
        }
        return 'ok';
      },
      onState,
      poll: () => refresh('lists'),
      isFinal: (error) => error instanceof ProblemError && [401, 403].includes(error.status),
    },
    browserEnv,
  );
  const letSleep = wakeWithPage(live);
  return () => {
    letSleep();
    live.close();
  };
}
