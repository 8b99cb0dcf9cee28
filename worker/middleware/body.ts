/**
 * Reads a JSON body without trusting it: what it says of its length and what it has are both checked, so is its
 * type, its encoding and how deep it nests. A body that is too large is not read to its end. Characters that nobody
 * behind the door can store are replaced.
 */
import { clean, mayNeedCleaning } from '#shared/core/clean.ts';
import { refuse, type Refusal } from './problems.ts';

export const MAX_BYTES = 1024 * 1024;
/** Nothing we take nests deeper than ten; a tool's input may. */
const MAX_DEPTH = 64;

export type Read = { ok: true; value: unknown } | { ok: false; refusal: Refusal };

const no = (refusal: Refusal): Read => ({ ok: false, refusal });

/** A body that takes longer keeps a request open for nothing. */
const MAX_MS = 30_000;

/** Bytes, or why there are none: what came in part is never taken for the whole. */
export type ReadBytes = { ok: true; bytes: Uint8Array } | { ok: false; code: 'too_large' | 'too_slow' };

/** The bytes of a body, if there are no more than it may have and they come in time. */
export async function readBytes(
  request: Request,
  maxBytes: number,
  maxMs: number = MAX_MS,
): Promise<ReadBytes> {
  const reader = request.body?.getReader();
  if (!reader) return { ok: true, bytes: new Uint8Array() };
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    void reader.cancel().catch(() => {});
  }, maxMs);
  try {
    const bytes = await readAll(reader, maxBytes);
    // To whoever reads, a body that was cancelled looks like one that has ended.
    if (isLate) return { ok: false, code: 'too_slow' };
    return bytes === null ? { ok: false, code: 'too_large' } : { ok: true, bytes };
  } catch {
    // Its sender hung up in the middle. That is no fault of ours, and what came is not the whole.
    return { ok: false, code: 'too_slow' };
  } finally {
    clearTimeout(timer);
  }
}

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > maxBytes) {
      await reader.cancel();
      return null;
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

/** Whether brackets outside strings nest deeper than `max`. Looks at the text, so that nothing deep is ever built. */
function nestsDeeper(text: string, max: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (inString) {
      if (char === 0x5c) at += 1;
      else if (char === 0x22) inString = false;
    } else if (char === 0x22) inString = true;
    else if (char === 0x7b || char === 0x5b) {
      depth += 1;
      if (depth > max) return true;
    } else if (char === 0x7d || char === 0x5d) depth -= 1;
  }
  return false;
}

function parse(bytes: Uint8Array): Read {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return no(refuse('bad_json', { detail: 'The body is not UTF-8.' }));
  }
  if (nestsDeeper(text, MAX_DEPTH)) return no(refuse('bad_json', { detail: 'The body nests too deeply.' }));
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, value: mayNeedCleaning(text) ? clean(value) : value };
  } catch {
    return no(refuse('bad_json'));
  }
}

/** The parsed body. An empty body counts as `{}`: a request whose fields are all optional needs none. */
export async function readJson(request: Request, maxBytes: number): Promise<Read> {
  const declared = Number(request.headers.get('content-length') ?? 0);
  const tooLarge = refuse('too_large', { detail: `The body may have at most ${maxBytes} bytes.` });
  if (declared > maxBytes) return no(tooLarge);
  const encoding = request.headers.get('content-encoding') ?? 'identity';
  if (encoding.toLowerCase() !== 'identity')
    return no(refuse('unsupported_media_type', { detail: 'Send the body without content-encoding.' }));
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  const isJson = type === 'application/json';
  // A body of another type is never read: it could not be used anyway.
  if (!isJson && type !== undefined) return no(refuse('unsupported_media_type'));
  const read = await readBytes(request, maxBytes);
  if (!read.ok) return no(read.code === 'too_large' ? tooLarge : refuse(read.code));
  if (read.bytes.byteLength === 0) return { ok: true, value: {} };
  if (!isJson) return no(refuse('unsupported_media_type'));
  return parse(read.bytes);
}
