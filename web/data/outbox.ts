/**
 * What was said and not taken yet. Each message has its id before it leaves, and waits in the browser's storage: a lost
 * answer, a reload or a second tab may send it again, and the server knows it by its id, so it is never said twice.
 */
import * as z from 'zod/mini';
import { codeOf, ProblemError } from '#shared/client/problem-error.ts';
import { FileRef } from '#shared/protocol/file.ts';
import { Id, Instant } from '#shared/protocol/ids.ts';
import { createStore, type Store } from '#web/ui/store.ts';

/** PERSISTED, version 1. `creates`: this message starts its conversation. `code`: why it was refused, until a retry. */
const Stored = z.object({
  id: Id,
  conversationId: Id,
  text: z.string(),
  /** Uploaded before; the message only names them. */
  files: z.optional(z.array(FileRef)),
  createdAt: Instant,
  creates: z.boolean(),
  /** The open question that it answers. */
  answers: z.optional(Id),
  code: z.nullable(z.string()),
});

/** `taken`: the server has it; it stays in memory until its event arrives, so that it does not flicker. */
export type Outgoing = z.infer<typeof Stored> & { state: 'waiting' | 'sending' | 'taken' | 'failed' };

export interface OutboxDeps {
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  key: string;
  /** Hands one message to the server. */
  send: (message: Outgoing) => Promise<unknown>;
  /** Runs alone over all tabs of this browser, so that the order of two messages is kept. */
  alone: <T>(run: () => Promise<T>) => Promise<T>;
  setTimeout: (run: () => void, ms: number) => unknown;
}

export interface Outbox extends Pick<Store<ReadonlyArray<Outgoing>>, 'get' | 'subscribe'> {
  add: (
    message: Pick<Outgoing, 'id' | 'conversationId' | 'text' | 'files' | 'createdAt' | 'creates' | 'answers'>,
  ) => void;
  /** Sends a refused message again, with the same id. */
  retry: (id: string) => void;
  remove: (id: string) => void;
  /** Forgets what has arrived in the transcript. */
  arrived: (known: (id: string, answers?: string) => boolean) => void;
  /** Tries whatever waits: the network is back, or somebody signed in again. */
  flush: () => Promise<void>;
  /** Another tab changed the storage. */
  reload: () => void;
  /** Forgets everything, also in storage. */
  clear: () => void;
}

/** The network may be up while the server is not: try again by ourselves, at growing distances (milliseconds). */
const PAUSES_MS = [1000, 2000, 4000, 8000];
export function createOutbox({ storage, key, send, alone, setTimeout }: OutboxDeps): Outbox {
  const read = (): Outgoing[] => {
    try {
      const stored = z.array(Stored).safeParse(JSON.parse(storage.getItem(key) ?? '[]'));
      if (!stored.success) return [];
      return stored.data.map((message) => ({ ...message, state: message.code ? 'failed' : 'waiting' }));
    } catch {
      return [];
    }
  };
  const items = createStore<ReadonlyArray<Outgoing>>(read());
  let running = false;
  let failures = 0;

  const keep = (next: ReadonlyArray<Outgoing>) => {
    items.set(next);
    const open = next.filter((message) => message.state !== 'taken');
    try {
      if (open.length === 0) storage.removeItem(key);
      else storage.setItem(key, JSON.stringify(open.map((message) => Stored.parse(message))));
    } catch {
      // Storage is full or forbidden: the message still goes out, it only cannot survive a reload.
    }
  };
  const change = (id: string, part: Partial<Outgoing>) =>
    keep(items.get().map((message) => (message.id === id ? { ...message, ...part } : message)));
  const remove = (id: string) => keep(items.get().filter((message) => message.id !== id));

  /** The first that may go: behind one that waits, or whose conversation could not be started, nothing goes. */
  const nextToSend = () => {
    const blocked = new Set<string>();
    for (const message of items.get()) {
      if (message.state === 'waiting' && !blocked.has(message.conversationId)) return message;
      if (message.state === 'failed' && message.creates) blocked.add(message.conversationId);
    }
    return null;
  };

  /** Sends one; false when it is no use to go on now. */
  const sendOne = async (message: Outgoing) => {
    change(message.id, { state: 'sending', code: null });
    try {
      await send(message);
      change(message.id, { state: 'taken' });
      failures = 0;
      return true;
    } catch (error) {
      const code = codeOf(error) ?? 'internal';
      // No connection and no session say nothing about the message: it waits for both.
      const waits = code === 'offline' || (error instanceof ProblemError && error.status === 401);
      change(message.id, waits ? { state: 'waiting' } : { state: 'failed', code });
      if (code === 'offline') {
        const pause = PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)] ?? 0;
        failures += 1;
        setTimeout(() => void flush(), pause);
      }
      return !waits;
    }
  };

  const flush = async () => {
    if (running || !nextToSend()) return;
    running = true;
    try {
      await alone(async () => {
        for (let next = nextToSend(); next; next = nextToSend()) if (!(await sendOne(next))) return;
      });
    } finally {
      running = false;
    }
  };

  return {
    get: items.get,
    subscribe: items.subscribe,
    remove,
    flush,
    add(message) {
      keep([...items.get(), { ...message, code: null, state: 'waiting' }]);
      void flush();
    },
    retry(id) {
      const message = items.get().find((each) => each.id === id);
      // The question is decided: what was to answer it goes out as an ordinary message, under an id of its own.
      if (message?.code === 'question_closed') {
        const { answers: _closed, ...plain } = message;
        remove(id);
        keep([...items.get(), { ...plain, code: null, state: 'waiting' }]);
      } else change(id, { state: 'waiting', code: null });
      void flush();
    },
    arrived(known) {
      const left = items.get().filter((message) => !known(message.id, message.answers));
      if (left.length < items.get().length) keep(left);
    },
    reload() {
      const own = new Map(items.get().map((message) => [message.id, message]));
      const stored = read();
      const taken = items.get().filter((m) => m.state === 'taken' && !stored.some(({ id }) => id === m.id));
      items.set([...taken, ...stored.map((message) => own.get(message.id) ?? message)]);
    },
    clear: () => keep([]),
  };
}
