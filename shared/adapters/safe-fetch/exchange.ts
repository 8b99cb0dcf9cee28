/**
 * One exchange within limits: the time of all of it, from the first lookup to the last byte, and the bytes that are
 * read. What may be called, and where a redirect leads, is decided by `safe-fetch.ts` and `configured.ts`.
 */
import { SafeFetchError } from './error.ts';
import { wire } from './wire.ts';

export interface Limits {
  /** For the whole exchange, redirects and body included; milliseconds. */
  timeoutMs: number;
  /** The most that is read of a body, in bytes after decompression. */
  maxBytes: number;
  /** Ends the exchange early. */
  signal?: AbortSignal;
}

/** What is sent. The body is held, not streamed, because a redirect may ask for it again. */
export interface Outgoing {
  method?: string;
  headers?: Headers | Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer> | URLSearchParams | FormData;
}

export interface Answer {
  status: number;
  /** 200 to 299. */
  ok: boolean;
  headers: Headers;
  bytes: Uint8Array<ArrayBuffer>;
  /** As UTF-8. */
  text(): string;
  /** Throws `SafeFetchError` with `unreadable`. The shape is for the caller to parse. */
  json(): unknown;
}

/**
 * Runs `work` with a signal that ends it in time. Nothing is left behind: no timer, which would keep an idle object in
 * memory until it rings (so not `AbortSignal.timeout`), and no half-read body.
 */
export async function withinTime<Result>(
  { timeoutMs, signal }: Pick<Limits, 'timeoutMs' | 'signal'>,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (signal?.aborted) throw new SafeFetchError('aborted');
  const ending = new AbortController();
  const ended = Promise.withResolvers<never>();
  // Rejects before it aborts, so that the reason wins over the broken connection that follows from it.
  const end = (code: 'timeout' | 'aborted') => {
    ended.reject(new SafeFetchError(code));
    ending.abort();
  };
  const giveUp = () => end('aborted');
  const timer = setTimeout(() => end('timeout'), timeoutMs);
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([work(ending.signal), ended.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
    ending.abort();
  }
}

/** One request, without following redirects. Throws `SafeFetchError` with `unreachable`. */
export async function send(url: string, { method, headers, body }: Outgoing, signal: AbortSignal) {
  try {
    return await wire(url, {
      method: method ?? 'GET',
      headers: new Headers(headers),
      ...(body === undefined ? {} : { body }),
      redirect: 'manual',
      signal,
    });
  } catch {
    throw new SafeFetchError('unreachable');
  }
}

/** Lets go of a body that nobody reads. */
export function discard(response: Response): void {
  response.body?.cancel().catch(() => {});
}

/**
 * A body piece by piece, cut with `too_large` as soon as it is longer than it may be. Throws `SafeFetchError` with
 * `unreachable` where it breaks. Whoever reads it closes the connection.
 */
export async function* piecesWithin(response: Response, maxBytes: number) {
  if (response.body === null) return;
  const reader = response.body.getReader();
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new SafeFetchError('unreachable');
    });
    if (done) return;
    length += value.byteLength;
    if (length > maxBytes) throw new SafeFetchError('too_large');
    yield value;
  }
}

/** The whole body, or `too_large`. `withinTime` closes the connection. */
export async function readWithin(response: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  for await (const piece of piecesWithin(response, maxBytes)) pieces.push(piece);
  const bytes = new Uint8Array(pieces.reduce((length, piece) => length + piece.byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return bytes;
}

/** The headers as they came, but for the other side's cookies, which are not for anybody here. */
export function headersFrom(response: Response): Headers {
  const headers = new Headers(response.headers);
  headers.delete('set-cookie');
  return headers;
}

/** What the caller gets. */
export function answerOf(response: Response, bytes: Uint8Array<ArrayBuffer>): Answer {
  const text = () => new TextDecoder().decode(bytes);
  return {
    status: response.status,
    ok: response.ok,
    headers: headersFrom(response),
    bytes,
    text,
    json(): unknown {
      try {
        return JSON.parse(text());
      } catch {
        throw new SafeFetchError('unreadable');
      }
    },
  };
}
