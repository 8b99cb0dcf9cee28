/** The head of a request: who asks, in which version of the API, in which form. Checked before the body is read. */
import { Refused, refuse } from '../refusal.ts';

/** https://platform.claude.com/docs/en/api/errors: 32 MB for the Messages and the token counting endpoint. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** SDK 1.x speaks 2026-10-21 (https://platform.claude.com/docs/en/api/versioning); the one before it still works. */
const VERSIONS = ['2026-10-21', '2023-06-01'];

/** The key of a request, or an empty text. SDK 1.11.0 sends it as a bearer token, curl users send `x-api-key`. */
export function apiKeyOf(headers: Headers): string {
  const bearer = /^Bearer\s+(.+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  return (headers.get('x-api-key') ?? bearer ?? '').trim();
}

/** Throws `Refused` unless key, version and content type are there; a key is any non-empty text. */
export function checkHeaders(headers: Headers, hasBody: boolean): void {
  if (apiKeyOf(headers) === '') {
    const message = 'x-api-key header is required';
    throw new Refused({ status: 401, type: 'authentication_error', message, rule: 'api_key' });
  }
  const version = headers.get('anthropic-version');
  if (version === null || version === '') refuse('version_header', 'anthropic-version: header is required');
  if (!VERSIONS.includes(version)) {
    refuse('version_header', `anthropic-version: "${version}" is not a valid version`);
  }
  if (hasBody && !/^application\/json\b/i.test(headers.get('content-type') ?? '')) {
    refuse('content_type', 'content-type: Input should be application/json');
  }
}

/**
 * Reads the body as text and stops at the size limit instead of holding an endless one in memory.
 * Throws `Refused` 413 `request_too_large`.
 */
export async function readBody(request: Request): Promise<string> {
  const tooLarge = new Refused({
    status: 413,
    type: 'request_too_large',
    message: 'Request exceeds the maximum size',
    rule: 'body_size',
  });
  if (Number(request.headers.get('content-length') ?? '0') > MAX_BODY_BYTES) throw tooLarge;
  if (request.body === null) return '';
  const decoder = new TextDecoder();
  const reader = request.body.getReader();
  let size = 0;
  let body = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return body + decoder.decode();
    size += value.byteLength;
    if (size > MAX_BODY_BYTES) {
      await reader.cancel();
      throw tooLarge;
    }
    body += decoder.decode(value, { stream: true });
  }
}

/** The values of `anthropic-beta`, which may come in several headers or separated by commas. */
export function readBetas(headers: Headers): readonly string[] {
  const value = headers.get('anthropic-beta') ?? '';
  return value
    .split(',')
    .map((beta) => beta.trim())
    .filter((beta) => beta !== '');
}
