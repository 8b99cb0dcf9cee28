/** The network as the SDK's transport sees it: `openSafely`, with our token and our limits, and a record of the outcome. */
import type { FetchLike } from '@modelcontextprotocol/client';
import { retryAfter } from '#shared/adapters/http/retry-after.ts';
import { SafeFetchError } from '#shared/adapters/safe-fetch/error.ts';
import { type OpenOptions, openSafely } from '#shared/adapters/safe-fetch/open-safely.ts';
import type { McpTarget } from '#shared/core/tools/mcp.ts';
import type { Track } from './track.ts';

/** How addresses are called. */
export interface Reach extends Pick<OpenOptions, 'publicOrigin' | 'allowLocal' | 'resolve'> {
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface FetchLimits extends Pick<OpenOptions, 'timeoutMs' | 'maxBytes'> {
  track: Track;
  /** What breaks from now on, we broke ourselves. */
  isOver: () => boolean;
}

/** Until a stream begins that was asked for with GET, in milliseconds. */
const streamMs = 10_000;

/** The token goes to the server's own origin only, whatever address the SDK calls; redirects are `openSafely`'s. */
export function fetchFor({ url: home, token }: McpTarget, reach: Reach, limits: FetchLimits): FetchLike {
  const { track, isOver, timeoutMs, maxBytes } = limits;
  const { now, ...rules } = reach;
  const onCut = ({ code }: SafeFetchError) => {
    if (!isOver()) track.cut = code;
  };
  return async (url, { method = 'GET', headers: given, body, signal } = {}) => {
    const headers = new Headers(given);
    if (token !== null && new URL(url).origin === new URL(home).origin)
      headers.set('authorization', `Bearer ${token}`);
    // A GET only takes up again what a POST began: the answer that counts is the one to the POST.
    const posts = method === 'POST';
    if (posts) track.begin();
    try {
      const response = await openSafely(
        String(url),
        { method, headers, ...(typeof body === 'string' ? { body } : {}) },
        {
          ...rules,
          timeoutMs: method === 'GET' ? streamMs : timeoutMs,
          maxBytes,
          onCut,
          ...(signal ? { signal } : {}),
        },
      );
      if (posts) {
        track.status = response.status;
        track.streams = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
        track.retryAfterMs = retryAfter(response.headers, now());
      }
      return response;
    } catch (error) {
      if (error instanceof SafeFetchError) onCut(error);
      throw error;
    }
  };
}
