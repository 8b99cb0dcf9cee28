/** What Claude remembers of the user over all conversations; the user reads, changes and deletes it. */
import { v7 as uuidv7 } from 'uuid';
import type { Memory } from '#shared/protocol/connection.ts';
import type { NewMemory } from './client.ts';
import { MemoryStore } from './memory-store.ts';
import type { World } from './world.ts';

/** Memories that a user may have, and the most characters of one. */
const MAX = 500;
const MAX_LENGTH = 2_000;
const RECALLED = 50;

type Remembered = { ok: true; id: string } | { ok: false; code: 'limit_reached' | 'not_found' | 'too_large' };

export class Memories {
  readonly #world: World;
  readonly #store: MemoryStore;

  constructor(world: World) {
    this.#world = world;
    this.#store = new MemoryStore(world.ctx.storage.sql);
  }

  list(): Memory[] {
    return this.#store.all();
  }

  /** Those with all words of the query, newest first; without one the newest. */
  recall(query: string | null): Memory[] {
    const words = (query ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    const fits = ({ text }: Memory) => words.every((word) => text.toLowerCase().includes(word));
    return this.list().filter(fits).slice(0, RECALLED);
  }

  /** The same call again is the same memory. */
  remember(made: NewMemory): Remembered {
    const known = this.#store.madeBy(made.callId);
    if (known !== null) return { ok: true, id: known };
    if (this.#store.isForgotten(made.callId)) return { ok: false, code: 'not_found' };
    const { replaces } = made;
    if (made.text.length > MAX_LENGTH) return { ok: false, code: 'too_large' };
    if (replaces !== null && this.#store.get(replaces) === null) return { ok: false, code: 'not_found' };
    if (replaces === null && this.#store.count() >= MAX) return { ok: false, code: 'limit_reached' };
    const now = this.#world.now();
    const id = uuidv7({ msecs: now });
    this.#world.commit(() => {
      if (replaces !== null) this.#store.remove(replaces, now);
      this.#store.add(id, made, now);
    });
    return { ok: true, id };
  }

  /** In the user's own words now: it is theirs, wherever it came from. Null when it is not there. */
  update(id: string, text: string): Memory | null {
    this.#store.update(id, text, this.#world.now());
    return this.#store.get(id);
  }

  remove(id: string): boolean {
    return this.#world.commit(() => this.#store.remove(id, this.#world.now()));
  }

  clear(): void {
    this.#world.commit(() => this.#store.clear(this.#world.now()));
  }
}
