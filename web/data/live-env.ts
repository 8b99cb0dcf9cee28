/** The browser's sockets, timers and randomness for the live streams. */
import type * as z from 'zod/mini';
import type { Live, LiveEnv } from '#shared/client/live.ts';
import { addressOf } from '#shared/client/client.ts';
import { calls } from '#shared/protocol/calls.ts';
import { toast } from '#web/ui/toast.ts';
import { session } from './app.ts';

/** The server closes a socket with this when its session was ended: on another device, or with the account. */
const SESSION_ENDED = 4001;
/** Chromium reports a close only with the end of the connection below, up to two seconds after the server's word. */
const CLOSING_SEEN_MS = 300;

export const browserEnv: LiveEnv = {
  socket: (address, hears) => {
    const socket = new WebSocket(address);
    socket.addEventListener('open', hears.opened);
    socket.addEventListener('message', ({ data }) => hears.message(data));
    const watch = setInterval(() => {
      if (socket.readyState === WebSocket.CLOSING) hears.closed();
    }, CLOSING_SEEN_MS);
    socket.addEventListener('close', ({ code }) => {
      clearInterval(watch);
      if (code === SESSION_ENDED) void session.check();
      hears.closed();
    });
    return socket;
  },
  setTimeout: (run, ms) => window.setTimeout(run, ms),
  clearTimeout: (timer) => window.clearTimeout(timer),
  random: Math.random,
};

/** The address of a stream on the page's own host, with its ticket and where to resume. */
export function socketAddress(
  name: 'events' | 'userEvents',
  params: Record<string, string>,
  ticket: string,
  after?: number,
): string {
  const path = addressOf(calls[name], { params, query: { after, ticket } });
  return new URL(path, location.href.replace(/^http/, 'ws')).href;
}

/**
 * Reads the frames of a stream. One that cannot be read is of a newer release than this page: no try helps before a reload,
 * and the page would stand still without a word.
 */
export const framesOf =
  <Frame>(shape: z.ZodMiniType<Frame>) =>
  (data: string): Frame => {
    const read = shape.safeParse(JSON.parse(data));
    if (read.success) return read.data;
    toast({
      text: 'The app is newer than this page.',
      action: { label: 'Reload', run: () => location.reload() },
    });
    throw read.error;
  };

/** Wakes a stream when the network comes back or the page is seen again, until the returned function is called. */
export function wakeWithPage(live: Pick<Live, 'wake'>): () => void {
  const wake = () => {
    if (!document.hidden) live.wake();
  };
  window.addEventListener('online', wake);
  document.addEventListener('visibilitychange', wake);
  return () => {
    window.removeEventListener('online', wake);
    document.removeEventListener('visibilitychange', wake);
  };
}
