/**
 * What the stand-in was asked and what it said, newest last, bounded in number and in characters. API keys never get in.
 */
import type { JsonObject } from '#dev/stand-in/json.ts';

export type Outcome =
  /** Under way: the reply is being written, or is held. */
  | 'running'
  | 'answered'
  /** The request broke the contract. */
  | 'refused'
  /** A scenario or a queued fault answered with an error. */
  | 'failed'
  /** The stream ended with an error event. */
  | 'error_event'
  /** The stream was cut. */
  | 'cut'
  /** The client went away. */
  | 'aborted';

/** What of a request's input the cache gave, and what it could have given. */
export interface CacheShare {
  readonly kind: 'chat' | 'task';
  /** All input tokens, cached or not. */
  readonly tokens: number;
  /** What perfectly placed marks would have read; see `CacheFigures`. */
  readonly attainable: number;
  readonly read: number;
  readonly written: number;
}

export interface Entry {
  readonly id: number;
  readonly requestId: string;
  /** ISO 8601. */
  readonly at: string;
  readonly method: string;
  readonly path: string;
  model: string | null;
  stream: boolean;
  /** The user's newest words, shortened. */
  lastUserText: string;
  /** The scenario that struck or answered, or null for small talk. */
  scenario: string | null;
  /** The rule of the contract that was broken. */
  rule: string | null;
  /** What a client need not hear but a developer should: dropped thinking blocks, forgotten caching. */
  notes: string[];
  /** Retries as the SDK counts them (`x-stainless-retry-count`). */
  retry: number;
  status: number | null;
  stopReason: string | null;
  outcome: Outcome;
  held: boolean;
  usage: JsonObject | null;
  /** Null for requests that were not answered. */
  cache: CacheShare | null;
  durationMs: number | null;
  deltas: number;
  bytes: number;
  request: unknown;
  response: unknown;
}

export interface JournalLimits {
  readonly entries: number;
  /** Of requests and responses as JSON; older ones are emptied first, their lines stay. */
  readonly characters: number;
}
export const JOURNAL_LIMITS: JournalLimits = { entries: 500, characters: 20_000_000 };

export class Journal {
  readonly #limits: JournalLimits;
  #entries: Entry[] = [];
  #sizes = new Map<number, number>();
  #nextId = 1;
  #watchers: (() => void)[] = [];

  constructor(limits: JournalLimits) {
    this.#limits = limits;
  }

  /** Opens an entry; whoever opened it fills it in and calls `changed`. */
  open(head: Pick<Entry, 'requestId' | 'at' | 'method' | 'path' | 'retry'>): Entry {
    const entry: Entry = {
      id: this.#nextId,
      model: null,
      stream: false,
      lastUserText: '',
      scenario: null,
      rule: null,
      notes: [],
      status: null,
      stopReason: null,
      outcome: 'running',
      held: false,
      usage: null,
      cache: null,
      durationMs: null,
      deltas: 0,
      bytes: 0,
      request: null,
      response: null,
      ...head,
    };
    this.#nextId += 1;
    this.#entries.push(entry);
    if (this.#entries.length > this.#limits.entries) {
      const dropped = this.#entries.shift();
      if (dropped !== undefined) this.#sizes.delete(dropped.id);
    }
    return entry;
  }

  /** Says that an entry is different now: sizes are looked at, and whoever waits is woken. */
  changed(entry: Entry): void {
    if (entry.outcome !== 'running') {
      this.#sizes.set(entry.id, JSON.stringify([entry.request, entry.response]).length);
      this.#shrink();
    }
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const wake of watchers) wake();
  }

  /** Entries with a greater id than `after`, oldest first. */
  list(after = 0): readonly Entry[] {
    return this.#entries.filter((entry) => entry.id > after);
  }

  /** What the cache gave to each request with this text in the user's newest words, oldest first. */
  cacheShares(text: string): { requests: readonly (CacheShare & { readonly id: number })[] } {
    const requests = this.#entries.flatMap(({ id, cache, lastUserText }) =>
      cache !== null && lastUserText.includes(text) ? [{ id, ...cache }] : [],
    );
    return { requests };
  }

  find(id: number): Entry | undefined {
    return this.#entries.find((entry) => entry.id === id);
  }

  clear(): void {
    this.#entries = [];
    this.#sizes.clear();
  }

  /** Resolves as soon as the condition holds; ends with false when the signal aborts first. */
  async until(condition: () => boolean, signal: AbortSignal): Promise<boolean> {
    while (!condition()) {
      if (signal.aborted) return false;
      await new Promise<void>((resolve) => {
        this.#watchers.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    return true;
  }

  #shrink(): void {
    let total = [...this.#sizes.values()].reduce((sum, size) => sum + size, 0);
    for (const entry of this.#entries) {
      if (total <= this.#limits.characters) return;
      const size = this.#sizes.get(entry.id);
      if (size === undefined || size === 0) continue;
      entry.request = '(dropped: the journal is full)';
      entry.response = '(dropped: the journal is full)';
      this.#sizes.set(entry.id, 0);
      total -= size;
    }
  }
}
