/** Forgetting with a moment to think: it is sent only when the moment is over, or when the page is left. */
import { createClient } from '#shared/client/client.ts';
import { codeOf } from '#shared/client/problem-error.ts';
import { toolCalls } from '#shared/protocol/tool-calls.ts';
import { createStore } from '#web/ui/store.ts';
import { clientSettings, session } from './app.ts';
import { complain } from './complain.ts';
import { amend } from './security.ts';
import { memoryQuery } from './tools.ts';

/** What is sent with it goes out although the page that sent it is gone. */
const lasting = createClient(
  { removeMemory: toolCalls.removeMemory },
  { ...clientSettings, fetch: (address, init) => fetch(address, { ...init, keepalive: true }) },
);

/** Long enough to read the line and reach the button. Milliseconds. */
export const UNDO_MS = 5_000;

/** What is about to be forgotten. */
export const going = createStore<ReadonlySet<string>>(new Set());

const timers = new Map<string, ReturnType<typeof setTimeout>>();

const without = (id: string) => going.set(new Set([...going.get()].filter((each) => each !== id)));

async function send(memoryId: string): Promise<void> {
  clearTimeout(timers.get(memoryId));
  timers.delete(memoryId);
  try {
    await lasting.call('removeMemory', { params: { memoryId } }).catch((error: unknown) => {
      // Forgotten on another device meanwhile: that is what was wanted.
      if (codeOf(error) !== 'not_found') throw error;
    });
    amend(memoryQuery, ({ items }) => ({ items: items.filter(({ id }) => id !== memoryId) }));
  } catch (error) {
    await complain(error);
  } finally {
    without(memoryId);
  }
}

/** Forgets it in a moment. It stays in the list until the server has forgotten it. */
export function forgetSoon(id: string): void {
  if (timers.has(id)) return;
  going.set(new Set([...going.get(), id]));
  // A page that is left has no time to renew the session: the token is made good for the moment now.
  void session.token().catch(() => undefined);
  timers.set(
    id,
    setTimeout(() => void send(id), UNDO_MS),
  );
}

/** Nothing is forgotten, and nothing was sent. */
export function takeBack(id: string): void {
  clearTimeout(timers.get(id));
  // Without a timer it is on its way already, and cannot be taken back.
  if (timers.delete(id)) without(id);
}

window.addEventListener('pagehide', () => {
  for (const id of timers.keys()) void send(id);
});
