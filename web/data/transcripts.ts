/** The events of one conversation in the cache, folded, and the stream that keeps them current. */
import type { FetchQueryOptions } from '@tanstack/react-query';
import { type LiveState, openLive } from '#shared/client/live.ts';
import { ProblemError } from '#shared/client/problem-error.ts';
import { applyDelta, applyProgress, applyEvent, applyEvents } from '#shared/core/conversation/fold.ts';
import { emptyTranscript, type Transcript } from '#shared/core/conversation/transcript.ts';
import { Frame } from '#shared/protocol/events.ts';
import { client, queryClient } from './app.ts';
import { hearRemoved } from './conversations.ts';
import { browserEnv, framesOf, socketAddress, wakeWithPage } from './live-env.ts';

async function catchUp(id: string, from: Transcript, signal?: AbortSignal): Promise<Transcript> {
  let transcript = from;
  for (;;) {
    const { events, more } = await client.call('events', {
      params: { conversationId: id },
      query: { after: transcript.lastSeq },
      ...(signal ? { signal } : {}),
    });
    transcript = applyEvents(transcript, events);
    if (!more) return transcript;
  }
}

const keyOf = (id: string) => ['transcript', id];

/** The transcript as the log has it. Read once; from then on `followConversation` keeps it current. */
export const transcriptQuery = (id: string): FetchQueryOptions<Transcript> => ({
  queryKey: keyOf(id),
  queryFn: ({ signal }) =>
    catchUp(id, queryClient.getQueryData<Transcript>(keyOf(id)) ?? emptyTranscript, signal),
});

/** The transcripts that were open last, newest at the end; going back to one of them shows it at once. */
const recent: string[] = [];
const KEPT = 20;

function keep(id: string) {
  const known = recent.indexOf(id);
  if (known >= 0) recent.splice(known, 1);
  recent.push(id);
  const oldest = recent.length > KEPT ? recent.shift() : undefined;
  if (oldest) queryClient.removeQueries({ queryKey: keyOf(oldest) });
}

/** Trying again cannot help: signed out, or the conversation is gone. */
const isFinal = (error: unknown) =>
  error instanceof ProblemError && [401, 403, 404, 410].includes(error.status);

/**
 * Follows a conversation until the returned function is called. Frames are folded at once, but drawn once per picture
 * the screen shows, so that a burst costs one drawing.
 */
export function followConversation(id: string, onState: (state: LiveState) => void): () => void {
  const key = keyOf(id);
  keep(id);
  let transcript = emptyTranscript;
  let due = 0;
  const publish = () => {
    due = 0;
    queryClient.setQueryData(key, transcript);
  };
  const take = (next: Transcript) => {
    if (next === transcript) return;
    transcript = next;
    // Hidden pages draw no pictures, and would never hear the news.
    if (document.hidden) publish();
    else due ||= requestAnimationFrame(publish);
  };
  let loaded = false;
  const load = async () => {
    if (loaded) return;
    transcript = await queryClient.ensureQueryData(transcriptQuery(id));
    loaded = true;
  };

  const live = openLive<Frame>(
    {
      ticket: async () => {
        const [{ ticket }] = await Promise.all([
          client.call('ticket', { params: { conversationId: id } }),
          load(),
        ]);
        return ticket;
      },
      address: (ticket) => socketAddress('events', { conversationId: id }, ticket, transcript.lastSeq),
      parse: framesOf(Frame),
      onFrame: (frame) => {
        if ('deleted' in frame) {
          live.close();
          hearRemoved(id);
          queryClient.removeQueries({ queryKey: key });
        } else if ('live' in frame) {
          return frame.live.lastSeq > transcript.lastSeq ? 'gap' : 'ok';
        } else if ('delta' in frame) {
          const next = applyDelta(transcript, frame.delta);
          if (!next) return 'gap';
          take(next);
        } else if ('progress' in frame) {
          take(applyProgress(transcript, frame.progress));
        } else if (frame.event.seq > transcript.lastSeq + 1) {
          return 'gap';
        } else {
          take(applyEvent(transcript, frame.event));
        }
        return 'ok';
      },
      onState,
      poll: async () => {
        await load();
        take(await catchUp(id, transcript));
      },
      isFinal,
    },
    browserEnv,
  );
  const letSleep = wakeWithPage(live);
  return () => {
    letSleep();
    live.close();
    cancelAnimationFrame(due);
    if (due) publish();
  };
}
