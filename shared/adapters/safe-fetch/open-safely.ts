/** `safe-fetch.ts` for answers that are read while they come, such as streams of events. */
import { SafeFetchError } from './error.ts';
import { headersFrom, type Outgoing, piecesWithin, withinTime } from './exchange.ts';
import { EMPTY, isWanted, lastHop, type SafeFetchOptions } from './hops.ts';

export interface OpenOptions extends SafeFetchOptions {
  /** Until the answer begins, in milliseconds. The body may last as long as `signal` lets it. */
  timeoutMs: number;
  /** Told why a body ended before its end: whoever reads it may be given another error for that. */
  onCut?: (error: SafeFetchError) => void;
}

/** The body as it arrives. `end` closes the connection; it is called in every case but that of a body nobody touches. */
function streamOf(response: Response, options: OpenOptions, end: () => void): ReadableStream<Uint8Array> {
  const { maxBytes, signal, onCut } = options;
  const pieces = piecesWithin(response, maxBytes);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await pieces.next();
          if (!done) return controller.enqueue(value);
          end();
          controller.close();
        } catch (thrown) {
          const known = thrown instanceof SafeFetchError && signal?.aborted !== true;
          const error = known ? thrown : new SafeFetchError('aborted');
          end();
          onCut?.(error);
          controller.error(error);
        }
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
}

/**
 * As `safeFetch`, for answers that are read while they come: the same rules for every hop and the same errors, which the
 * body fails with as well: `too_large` where it is longer than it may be, `aborted` where `signal` ended it.
 */
export async function openSafely(url: string, init: Outgoing, options: OpenOptions): Promise<Response> {
  const ending = new AbortController();
  const end = () => {
    options.signal?.removeEventListener('abort', end);
    ending.abort();
  };
  try {
    const last = await withinTime(options, () => lastHop(url, init, options, ending.signal));
    if (options.signal?.aborted === true) throw new SafeFetchError('aborted');
    options.signal?.addEventListener('abort', end, { once: true });
    const { status, statusText } = last.response;
    const read = isWanted(last.response, options) && last.response.body !== null && !EMPTY.has(status);
    if (!read) end();
    const headers = headersFrom(last.response);
    // The pieces are decompressed, so these would be lies.
    for (const name of ['content-encoding', 'content-length']) headers.delete(name);
    return new Response(read ? streamOf(last.response, options, end) : null, { status, statusText, headers });
  } catch (error) {
    end();
    throw error;
  }
}
