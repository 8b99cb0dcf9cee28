/** The network of an MCP session: everything goes through `openSafely`, and failures are remembered for what they were. */
import { resolveOverHttps } from '#shared/adapters/safe-fetch/dns.ts';
import { SafeFetchError } from '#shared/adapters/safe-fetch/error.ts';
import { openSafely } from '#shared/adapters/safe-fetch/open-safely.ts';
import type { Settings } from '#shared/core/settings.ts';
import type { McpTarget } from '#shared/core/tools/mcp.ts';

/** The longest until an answer begins; a call has its own limit, and this one never ends it first. */
const BEGIN_MS = 300_000;
/** The most that one answer may have, in bytes. */
const MAX_BYTES = 8 * 1024 * 1024;

export interface Network {
  fetch: (url: string | URL, init?: RequestInit) => Promise<Response>;
  /** What the last failed request failed with; null when none did. */
  failure(): SafeFetchError | null;
  /** The last status that was no success; null when there was none. */
  status(): number | null;
  /** `retry-after` of that answer in milliseconds, where it was a number. */
  retryAfterMs(): number | null;
}

const bodyOf = (init: RequestInit | undefined): string | undefined =>
  typeof init?.body === 'string' ? init.body : undefined;

/** @param signal ends everything that is under way */
export function networkOf(
  { url: target, token }: McpTarget,
  settings: Settings,
  signal: AbortSignal,
): Network {
  const { origin } = new URL(target);
  let failure: SafeFetchError | null = null;
  let status: number | null = null;
  let retryAfterMs: number | null = null;
  return {
    failure: () => failure,
    status: () => status,
    retryAfterMs: () => retryAfterMs,
    async fetch(given, init) {
      const url = new URL(given);
      const method = init?.method ?? 'GET';
      // A stream of its own for news would keep an idle object awake: what is new is read with the next list.
      if (method === 'GET') return new Response(null, { status: 405 });
      const headers = new Headers(init?.headers);
      headers.delete('authorization');
      // The token is for this server and for nobody it may name.
      if (token !== null && url.origin === origin) headers.set('authorization', `Bearer ${token}`);
      const body = bodyOf(init);
      try {
        const response = await openSafely(
          url.href,
          { method, headers, ...(body === undefined ? {} : { body }) },
          {
            maxBytes: MAX_BYTES,
            timeoutMs: BEGIN_MS,
            onCut: (error) => {
              failure = error;
            },
            signal: init?.signal ? AbortSignal.any([signal, init.signal]) : signal,
            resolve: resolveOverHttps(),
            publicOrigin: settings.publicOrigin,
            allowLocal: settings.allowLocalUrls,
          },
        );
        if (!response.ok && response.status !== 405) {
          status = response.status;
          const after = Number(response.headers.get('retry-after') ?? Number.NaN);
          retryAfterMs = Number.isFinite(after) ? after * 1_000 : null;
        }
        return response;
      } catch (error) {
        if (error instanceof SafeFetchError) failure = error;
        throw error;
      }
    },
  };
}
