/** `http_request`, through `safeFetch` like everything that goes to an address somebody named. */
import { settingsOf } from '#shared/core/settings/once.ts';
import { isText, mediaType } from '#shared/core/files.ts';
import { resolveOverHttps } from '#shared/adapters/safe-fetch/dns.ts';
import { SafeFetchError } from '#shared/adapters/safe-fetch/error.ts';
import { type SafeAnswer, safeFetch } from '#shared/adapters/safe-fetch/safe-fetch.ts';
import type { BuiltinResult } from '#shared/core/tools/builtin.ts';
import { HttpRequest } from '#shared/core/tools/builtins/http.ts';
import type { BuiltinContext } from './context.ts';
import { saveBytes } from './files.ts';

const TIMEOUT_MS = 30_000;
const MAX_BYTES = 5 * 1024 * 1024;
/** Headers of an answer that say something to whoever reads it. */
const told = [
  'content-type',
  'location',
  'date',
  'last-modified',
  'etag',
  'retry-after',
  'x-ratelimit-remaining',
];

const why: Readonly<Record<SafeFetchError['code'], string>> = {
  address_refused: 'this address may not be called: only public https addresses can',
  redirect_refused: 'it redirected to where it may not be followed',
  unreachable: 'there was no connection, or it broke',
  timeout: `it did not answer within ${TIMEOUT_MS / 1_000} seconds`,
  aborted: 'it was given up',
  too_large: 'the answer is larger than 5 MB',
  wrong_type: 'the answer is of a type that was not asked for',
  unreadable: 'the answer cannot be read',
};

/** Nothing was sent, so nothing can have happened. */
const surelyNot: ReadonlySet<SafeFetchError['code']> = new Set(['address_refused']);

async function tell(answer: SafeAnswer, context: BuiltinContext): Promise<BuiltinResult> {
  const headers = told.flatMap((name) => {
    const value = answer.headers.get(name);
    return value === null ? [] : [`${name}: ${value}`];
  });
  const head = [`HTTP ${answer.status}`, ...headers].join('\n');
  const type = mediaType(answer.headers.get('content-type'));
  const isError = answer.status >= 400;
  if (answer.bytes.byteLength === 0) return { isError, text: `${head}\n\n(no content)`, outside: true };
  if (isText(type)) return { isError, text: `${head}\n\n${answer.text()}`, outside: true };
  const name = new URL(answer.url).pathname.split('/').at(-1) ?? '';
  const file = await saveBytes(context, answer.bytes, { name: name || 'download', type });
  const kept =
    file === null ? 'not kept, there is no room' : `kept as the file "${file.name}", id ${file.id}`;
  return {
    isError,
    text: `${head}\n\n(${answer.bytes.byteLength} bytes of ${type}, ${kept})`,
    outside: true,
    ...(file === null ? {} : { files: [file] }),
  };
}

export async function httpRequest(
  input: Record<string, unknown>,
  context: BuiltinContext,
): Promise<BuiltinResult> {
  const { method, url, headers, body } = HttpRequest.parse(input);
  const looks = method === 'GET' || method === 'HEAD';
  const { allowLocalUrls, publicOrigin } = settingsOf(context.env);
  const sent = new Headers((headers ?? []).map(({ name, value }): [string, string] => [name, value]));
  sent.delete('cookie');
  // Whoever knows the header carries the call out once, however often it arrives.
  if (!looks) sent.set('idempotency-key', context.callId);
  if (!sent.has('user-agent')) sent.set('user-agent', 'agentic-tasks');
  try {
    const answer = await safeFetch(
      url,
      { method, headers: sent, ...(looks || body === null || body === undefined ? {} : { body }) },
      {
        timeoutMs: TIMEOUT_MS,
        maxBytes: MAX_BYTES,
        signal: context.signal,
        resolve: resolveOverHttps(),
        allowLocal: allowLocalUrls,
        publicOrigin,
      },
    );
    return await tell(answer, context);
  } catch (error) {
    if (!(error instanceof SafeFetchError)) throw error;
    const mayHaveRun = !looks && !surelyNot.has(error.code);
    return mayHaveRun
      ? {
          isError: true,
          text: `Outcome unknown: ${why[error.code]}. The request may have been carried out. Check before sending it again, and tell the person.`,
          outside: false,
          unknown: true,
        }
      : { isError: true, text: `Not done: ${why[error.code]}.`, outside: false };
  }
}
