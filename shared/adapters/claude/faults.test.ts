import { APIConnectionError, APIError, APIUserAbortError } from '@anthropic-ai/sdk/error';
import { expect, it } from 'vitest';
import { retryAfter } from '../http/retry-after.ts';
import { faultOf } from './faults.ts';

const error = (status: number, type: string, headers: Record<string, string> = {}) =>
  APIError.generate(
    status,
    { type: 'error', error: { type, message: 'secret words' } },
    undefined,
    new Headers(headers),
  );

it('maps every failure to a code that is stable, says whether to retry, and holds no content', () => {
  const told = (thrown: unknown) => {
    const fault = faultOf(thrown, 0);
    expect(JSON.stringify(fault)).not.toContain('secret');
    return [fault.code, fault.retryable];
  };
  expect(told(error(429, 'rate_limit_error'))).toEqual(['rate_limited', true]);
  expect(told(error(529, 'overloaded_error'))).toEqual(['overloaded', true]);
  expect(told(error(500, 'api_error'))).toEqual(['model_error', true]);
  expect(told(error(401, 'authentication_error'))).toEqual(['model_key_refused', false]);
  expect(told(error(402, 'billing_error'))).toEqual(['model_billing', false]);
  expect(told(error(404, 'not_found_error'))).toEqual(['model_unknown', false]);
  expect(told(error(400, 'invalid_request_error'))).toEqual(['model_request_refused', false]);
  expect(told(error(418, 'something_new'))).toEqual(['model_request_refused', false]);
  expect(told(error(502, 'something_new'))).toEqual(['model_error', true]);
  expect(told(new APIConnectionError({ message: 'secret' }))).toEqual(['model_unreachable', true]);
  expect(told(new APIUserAbortError())).toEqual(['aborted', false]);
  expect(told(new TypeError('secret'))).toEqual(['model_stream_cut', true]);
  // An error event inside a stream that began with a 200 has no status, only a type.
  expect(told(new APIError(undefined, {}, 'secret', new Headers(), 'overloaded_error' as never))).toEqual([
    'overloaded',
    true,
  ]);
});

it('reads both forms of retry-after', () => {
  expect(retryAfter(new Headers({ 'retry-after': '12' }), 0)).toBe(12_000);
  expect(retryAfter(new Headers({ 'retry-after': '12', 'retry-after-ms': '50' }), 0)).toBe(50);
  expect(
    retryAfter(new Headers({ 'retry-after': 'Sat, 21 Nov 2026 08:00:10 GMT' }), Date.UTC(2026, 10, 21, 8)),
  ).toBe(10_000);
  expect(retryAfter(new Headers({ 'retry-after': 'soon' }), 0)).toBeNull();
  expect(retryAfter(undefined, 0)).toBeNull();
});
