/** The one place where the parts of the client are put together: session, API client, cache, outbox, other tabs. */
import { QueryClient } from '@tanstack/react-query';
import { type ClientSettings, createClient } from '#shared/client/client.ts';
import { ProblemError } from '#shared/client/problem-error.ts';
import { calls } from '#shared/protocol/calls.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { createSession } from './session.ts';

/** Runs alone over all tabs; where the browser has no locks, alone in this one (the callers see to that). */
const alone =
  (name: string) =>
  async <T>(run: () => Promise<T>): Promise<T> => {
    if (!('locks' in navigator)) return run();
    // The callback's value comes back, but the type says it might not be awaited.
    return await navigator.locks.request(name, run);
  };

const channel = new BroadcastChannel('session');

export const session = createSession({
  refresh: () => client.call('refresh'),
  signOut: () => client.call('signOut'),
  alone: alone('session'),
  tell: channel.postMessage.bind(channel),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  now: () => Date.now(),
  leaving: {
    get: () => localStorage.getItem('leaving') !== null,
    set: (on) => (on ? localStorage.setItem('leaving', '1') : localStorage.removeItem('leaving')),
  },
});
channel.addEventListener('message', ({ data }) => session.hear(data));

/** How every client of this page calls the server. */
export const clientSettings: ClientSettings = {
  baseUrl: '',
  fetch: (...args) => fetch(...args),
  getAccessToken: session.token,
  onUnauthorized: session.renew,
};

export const client = createClient(calls, clientSettings);

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // News comes over the streams, and what is on screen must stay in the cache: what goes is thrown out by name.
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: Number.POSITIVE_INFINITY,
      // Comparing old with new in depth costs more than drawing; the folds keep identities themselves.
      structuralSharing: false,
      // The browser's word about being online is often wrong: ask, and show what came of it.
      networkMode: 'always',
      retry: (failures, error) => failures < 2 && (!(error instanceof ProblemError) || error.status >= 500),
    },
  },
});

const outboxes = new Map<string, Outbox>();

/** The outbox of one user: what was written under another account never goes out under this one. */
export function outboxOf(userId: string): Outbox {
  const key = `outbox:${userId}`;
  const known = outboxes.get(key);
  if (known) return known;
  const made = createOutbox({
    storage: localStorage,
    key,
    alone: alone(key),
    setTimeout: (run, ms) => setTimeout(run, ms),
    send: ({ id, conversationId, text, files, creates, answers }) => {
      const message = { id, text, ...(files === undefined ? {} : { files: files.map((file) => file.id) }) };
      return creates
        ? client.call('createConversation', { body: { id: conversationId, message } })
        : client.call('sendMessage', {
            params: { conversationId },
            body: { ...message, ...(answers === undefined ? {} : { answers }) },
          });
    },
  });
  outboxes.set(key, made);
  window.addEventListener('online', () => void made.flush());
  window.addEventListener('storage', (event) => {
    if (event.key === key) made.reload();
  });
  return made;
}
