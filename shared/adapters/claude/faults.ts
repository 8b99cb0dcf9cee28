/**
 * What went wrong with a call of the Messages API, as a code that is stable and free of content. Retries are the
 * object's business (wakeups, not sleeps), so the SDK's own are off and every failure comes through here.
 * Source: the SDK's error classes and the API's error types (`core/error`, `resources/shared` of the SDK).
 */
import { APIConnectionError, APIError, APIUserAbortError } from '@anthropic-ai/sdk/error';
import { retryAfter } from '#shared/adapters/http/retry-after.ts';
import type { ModelFault } from '#shared/core/turn/ports.ts';

const fault = (code: string, retryable: boolean, retryAfterMs: number | null = null): ModelFault => ({
  ok: false,
  code,
  retryable,
  retryAfterMs,
});

/** Nothing came for so long that the connection counts as dead. */
export const modelSilent: ModelFault = fault('model_silent', true);

/** Error types of the API that say more than their HTTP status does; they also arrive inside a stream, after a 200. */
const byType: Readonly<Record<string, ModelFault>> = {
  overloaded_error: fault('overloaded', true),
  rate_limit_error: fault('rate_limited', true),
  api_error: fault('model_error', true),
  timeout_error: fault('model_timeout', true),
  authentication_error: fault('model_key_refused', false),
  permission_error: fault('model_key_refused', false),
  billing_error: fault('model_billing', false),
  not_found_error: fault('model_unknown', false),
  invalid_request_error: fault('model_request_refused', false),
};

function byStatus(status: number): ModelFault {
  if (status === 429) return fault('rate_limited', true);
  if (status === 529 || status === 503) return fault('overloaded', true);
  if (status === 408 || status === 409 || status >= 500) return fault('model_error', true);
  if (status === 401 || status === 403) return fault('model_key_refused', false);
  if (status === 402) return fault('model_billing', false);
  if (status === 404) return fault('model_unknown', false);
  if (status === 413) return fault('prompt_too_long', false);
  return fault('model_request_refused', false);
}

/** Turns whatever the SDK threw into a fault. What it does not know counts as a lost connection and is retried. */
export function faultOf(error: unknown, now: number): ModelFault {
  if (error instanceof APIUserAbortError) return fault('aborted', false);
  if (error instanceof APIConnectionError) return fault('model_unreachable', true);
  if (error instanceof APIError) {
    const headers = error.headers instanceof Headers ? error.headers : undefined;
    const known = (error.type ? byType[error.type] : undefined) ?? byStatus(error.status ?? 500);
    return { ...known, retryAfterMs: retryAfter(headers, now) };
  }
  return fault('model_stream_cut', true);
}
