/**
 * Who watches this conversation, told to the user's object: it alone knows when a session or key ends, and must be able
 * to end the sockets of it here. A stream begins only after the user's object has noted it.
 */
import { log } from '#durable-objects/lib/log.ts';
import { user } from '#durable-objects/user/client.ts';
import type { Live } from './live.ts';

export interface Watched {
  conversationId: string;
  ownerId: string;
}

export class Watching {
  readonly #env: Env;
  readonly #live: Live;
  readonly #beginning = new Map<string, number>();
  #nonce = 0;

  constructor(env: Env, live: Live) {
    this.#env = env;
    this.#live = live;
  }

  /** Notes that a session or key begins to watch. False when it has ended. `run` opens the stream. */
  async begin<Result>(watched: Watched, credentialId: string, run: () => Result): Promise<Result | null> {
    this.#beginning.set(credentialId, (this.#beginning.get(credentialId) ?? 0) + 1);
    try {
      const object = user(this.#env, watched.ownerId);
      const noted = await object.watch(credentialId, watched.conversationId, this.#nextNonce());
      return noted ? run() : null;
    } finally {
      const left = (this.#beginning.get(credentialId) ?? 1) - 1;
      if (left > 0) this.#beginning.set(credentialId, left);
      else this.#beginning.delete(credentialId);
    }
  }

  /** A stream closed. When it was the last of its session or key, the user's object need not remember it. */
  async left(watched: Watched, credentialId: string, socket?: WebSocket): Promise<void> {
    if (this.#beginning.has(credentialId) || this.#live.isWatching(credentialId, socket)) return;
    try {
      const object = user(this.#env, watched.ownerId);
      await object.unwatch(credentialId, watched.conversationId, this.#nextNonce());
    } catch (error) {
      // What stays noted costs one call when the session ends.
      log.warn('unwatch_failed', { conversationId: watched.conversationId, error });
    }
  }

  /** Grows with every word, so that one which is overtaken on the way does not undo a later one. */
  #nextNonce(): number {
    this.#nonce = Math.max(this.#nonce + 1, Date.now());
    return this.#nonce;
  }
}
