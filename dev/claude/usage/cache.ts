/**
 * The prompt cache, by the rules of https://platform.claude.com/docs/en/build-with-claude/prompt-caching:
 * a mark writes exactly one entry, the digest of the prefix that ends there; a read looks back from each mark over at
 * most 20 places, the mark being the first; a run of consecutive calls or of consecutive results is one place; an entry
 * lives for its time to live, counted from the start of the request that wrote or read it last; prefixes shorter than
 * the model's minimum are neither written nor read. The lists of tools and system stay valid when `tool_choice`,
 * thinking or effort change; messages do not.
 */
import { LOOK_BACK_PLACES, TTL_MS } from '../cache-rules.ts';
import { digest } from '../digest.ts';
import type { MessageRequest, Ttl } from '../contract/request.ts';
import type { Prompt, Segment } from './prompt.ts';

/** Entries beyond this are dropped, oldest first: the stand-in must not grow without end. */
const MAX_ENTRIES = 10_000;
/** The same for the prefixes that were seen, of which a request has many. */
const MAX_SEEN = 200_000;

export interface CacheFigures {
  /** Tokens after the last mark, or all where nothing is cached. */
  readonly uncached: number;
  readonly read: number;
  readonly written5m: number;
  readonly written1h: number;
  /**
   * What the best placed marks could have read: the longest prefix that an earlier request had too, up to a block that
   * can carry a mark, within the time to live. It does not depend on how either request was marked.
   */
  readonly attainable: number;
}

interface Entry {
  ttl: Ttl;
  expiresAt: number;
}

export class PromptCache {
  readonly #entries = new Map<string, Entry>();
  /** Until when each prefix could be read if it had been marked. */
  readonly #seen = new Map<string, number>();

  clear(): void {
    this.#entries.clear();
    this.#seen.clear();
  }

  /**
   * What of this prompt is read from the cache and what is written to it; writes it.
   * @param tenant whose cache it is: nothing is shared between API keys. @param now milliseconds, any epoch.
   */
  account(prompt: Prompt, request: MessageRequest, tenant: string, now: number): CacheFigures {
    const { segments } = prompt;
    const prefixes = prefixDigests(segments, request, tenant);
    const ends = runningTokens(segments);
    const cacheable = (index: number): boolean => (ends[index] ?? 0) >= request.model.minCacheableTokens;
    const marks = segments.flatMap((segment, index) => (segment.mark === undefined ? [] : [index]));

    const hit = Math.max(
      -1,
      ...marks.map((mark) => this.#lookBack(mark, segments, prefixes, cacheable, now)),
    );
    const read = hit < 0 ? 0 : (ends[hit] ?? 0);
    if (hit >= 0) this.#touch(prefixes[hit] ?? '', now);
    const markable = (index: number): boolean => segments[index]?.kind !== 'thinking' && cacheable(index);
    const best = prefixes.findLastIndex(
      (prefix, index) => markable(index) && (this.#seen.get(prefix) ?? 0) > now,
    );
    const attainable = Math.max(read, best < 0 ? 0 : (ends[best] ?? 0));
    const long = marks.some((mark) => segments[mark]?.mark === '1h');
    this.#see(prefixes, now + TTL_MS[long ? '1h' : '5m'].value);

    let end = read;
    let longEnd = read;
    for (const mark of marks.filter(cacheable)) {
      const ttl = segments[mark]?.mark ?? '5m';
      this.#write(prefixes[mark] ?? '', ttl, now);
      end = Math.max(end, ends[mark] ?? 0);
      if (ttl === '1h') longEnd = Math.max(longEnd, ends[mark] ?? 0);
    }
    return {
      uncached: prompt.tokens - end,
      read,
      written1h: longEnd - read,
      written5m: end - longEnd,
      attainable,
    };
  }

  /** The index of the longest living entry within the window that ends at the mark, or -1. */
  #lookBack(
    mark: number,
    segments: readonly Segment[],
    prefixes: readonly string[],
    cacheable: (index: number) => boolean,
    now: number,
  ): number {
    let places = 0;
    for (let index = mark; index >= 0; index -= 1) {
      const kind = segments[index]?.kind;
      const sameRun = index < mark && kind === segments[index + 1]?.kind && isRun(kind);
      if (!sameRun) places += 1;
      if (places > LOOK_BACK_PLACES.value) return -1;
      const entry = this.#entries.get(prefixes[index] ?? '');
      if (entry !== undefined && entry.expiresAt > now && cacheable(index)) return index;
    }
    return -1;
  }

  #see(prefixes: readonly string[], until: number): void {
    for (const prefix of prefixes) {
      const already = this.#seen.get(prefix) ?? 0;
      this.#seen.delete(prefix);
      this.#seen.set(prefix, Math.max(already, until));
    }
    for (const prefix of this.#seen.keys()) {
      if (this.#seen.size <= MAX_SEEN) return;
      this.#seen.delete(prefix);
    }
  }

  #touch(prefix: string, now: number): void {
    const entry = this.#entries.get(prefix);
    if (entry !== undefined) entry.expiresAt = now + TTL_MS[entry.ttl].value;
  }

  #write(prefix: string, ttl: Ttl, now: number): void {
    const living = this.#entries.get(prefix);
    const longer = living !== undefined && living.expiresAt > now && living.ttl === '1h' ? '1h' : ttl;
    this.#entries.delete(prefix);
    this.#entries.set(prefix, { ttl: longer, expiresAt: now + TTL_MS[longer].value });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MAX_ENTRIES && oldest !== undefined) this.#entries.delete(oldest);
  }
}

function isRun(kind: Segment['kind'] | undefined): boolean {
  return kind === 'tool_use' || kind === 'tool_result';
}

function runningTokens(segments: readonly Segment[]): readonly number[] {
  let sum = 0;
  return segments.map((segment) => (sum += segment.tokens));
}

/** One digest per segment over everything up to its end. */
function prefixDigests(
  segments: readonly Segment[],
  request: MessageRequest,
  tenant: string,
): readonly string[] {
  let running = digest(`${tenant} ${request.model.id}`);
  let level: Segment['level'] = 'tools';
  return segments.map((segment) => {
    if (segment.level === 'messages' && level !== 'messages') {
      // These parameters are part of what messages are read under, not of what tools and system are.
      running = digest(
        `${running} ${JSON.stringify([request.toolChoice, request.thinking.type, request.effort])}`,
      );
    }
    level = segment.level;
    running = digest(`${running} ${level} ${segment.content}`);
    return running;
  });
}
